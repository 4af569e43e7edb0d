import type { Deconvnet } from '../../deconvnet.js';
import { extentOf, type NetworkNode } from '../../network/network.js';
import { positionAt } from '../../regions/position.js';
import { cellCount } from '../../regions/region.js';
import type { Box } from '../kit/covered-copies.js';
import type { LayerOutput } from '../kit/read-outputs.js';

/** The activations of one feature map in outputs of its layer, and which pixels each of them sees. */
export class FeatureMapCells {
  /** The index of each activation in the output for one image. */
  readonly #cells: readonly number[];
  /** The pixels that each activation sees: the first and the end (exclusive), down and across; null for all pixels. */
  readonly #fields: readonly (readonly [top: number, bottom: number, left: number, right: number])[] | null;
  /** The activations for the uncovered picture. */
  readonly #clean: readonly number[];

  /** @param clean the output of the layer for the uncovered picture alone */
  constructor(deconvnet: Deconvnet, node: NetworkNode, featureMap: number, clean: LayerOutput) {
    const { channelAxis, index } = node;
    const extent = extentOf(clean.shape, channelAxis);
    const strides = clean.shape.map((_, axis) => clean.shape.slice(axis + 1).reduce((a, b) => a * b, 1));
    const spatial = clean.shape.map((_, axis) => axis).filter((axis) => axis !== 0 && axis !== channelAxis);
    const positions = Array.from({ length: cellCount(extent) }, (_, i) => positionAt(i, extent));
    this.#cells = positions.map((position) =>
      position.reduce((sum, at, i) => sum + at * strides[spatial[i]!]!, featureMap * strides[channelAxis]!),
    );
    const field = deconvnet.layers[index]!.receptiveField;
    this.#fields =
      field &&
      positions.map((position) => {
        const [top, left] = position.map((at, i) => field.offset[i]! + at * field.stride[i]!) as [number, number];
        return [top, top + field.size[0]!, left, left + field.size[1]!];
      });
    this.#clean = this.#of(clean, 0);
  }

  /** The activations of the feature map for one image of a batch. */
  #of({ values, shape }: LayerOutput, row: number): number[] {
    const first = (row * values.length) / shape[0]!;
    return this.#cells.map((cell) => values[first + cell]!);
  }

  /** The sum of the activations for one image of a batch. */
  sum(output: LayerOutput, row: number): number {
    return this.#of(output, row).reduce((sum, value) => sum + value, 0);
  }

  /** The largest change of an activation that does not see a square; NaN if all of them see it. */
  changeOutside(output: LayerOutput, row: number, { top, left, bottom, right }: Box): number {
    const values = this.#of(output, row);
    let largest = Number.NaN;
    for (const [i, value] of values.entries()) {
      const field = this.#fields?.[i];
      if (!field) return Number.NaN;
      const [from, to, begin, end] = field;
      if (from < bottom && to > top && begin < right && end > left) continue;
      const change = Math.abs(value - this.#clean[i]!);
      largest = Number.isNaN(largest) ? change : Math.max(largest, change);
    }
    return largest;
  }
}
