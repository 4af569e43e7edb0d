import { extentOf, featureMapsOf, type NetworkNode } from '../../network/network.js';
import type { Engine } from '../../project/engine.js';
import { projectRequests } from '../../project/project-requests.js';
import type { Projection } from '../../project/projection.js';
import { clipRegion } from '../../regions/region.js';
import type { Box } from '../kit/covered-copies.js';
import type { PictureInput } from '../kit/picture-input.js';
import { atUnitEnergy, type SanityPixels } from './compare-projections.js';

/** One activation of a layer. */
export interface Cell {
  readonly featureMap: number;
  readonly position: readonly number[];
}

/** A projection at unit energy, in the box of pixels where it can land. */
export interface SanityProjection extends Cell {
  /** The name of the rule. */
  readonly rule: string;
  /** The box of the picture in which the signal can land: the receptive field, as far as it lies in the picture. */
  readonly box: Box;
  /** The values in the box, divided by the root of the sum of their squares. */
  readonly pixels: SanityPixels;
  /** Whether all values are 0. */
  readonly empty: boolean;
}

/**
 * Projects activations of one layer. The signal starts as 1 at the input of the layer's own nonlinearity, whatever the
 * network computes there.
 */
export async function projectCells(
  engine: Engine,
  picture: PictureInput,
  node: NetworkNode,
  cells: readonly Cell[],
): Promise<SanityProjection[]> {
  const requests = cells.map(({ featureMap, position }) => ({
    row: 0,
    selection: { node, featureMap, position, crop: true },
  }));
  const projections = await projectRequests(engine, [picture.tensor], requests, 'rgb', { unit: true });
  return readProjections(projections, picture);
}

/** Reads projections that are cropped to their landings, and disposes them. */
export async function readProjections(
  projections: readonly Projection[],
  picture: PictureInput,
): Promise<SanityProjection[]> {
  try {
    return await Promise.all(projections.map((projection) => readProjection(projection, picture)));
  } finally {
    for (const projection of projections) projection.dispose();
  }
}

async function readProjection(projection: Projection, picture: PictureInput): Promise<SanityProjection> {
  const { landing, rule, featureMap } = projection;
  const inside = clipRegion(landing, [picture.height, picture.width]);
  const [top, left] = inside.start as [number, number];
  const [height, width] = inside.size as [number, number];
  const box = { top, left, bottom: top + height, right: left + width };
  const [above, before] = [top - landing.start[0]!, left - landing.start[1]!];
  const held = (await projection.pixels.data()) as Float32Array;
  const valueAt = cellsOf(projection.pixels.shape, projection.channelAxis);
  const { channels } = picture;
  const values = new Float32Array(height * width * channels);
  let next = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        values[next++] = held[valueAt(y + above, x + before, channel)]!;
      }
    }
  }
  const scaled = atUnitEnergy(values);
  return {
    ...{ rule, featureMap, position: projection.position as readonly number[], box },
    pixels: { values: scaled ? Float32Array.from(scaled) : values, shape: [height, width, channels] },
    empty: scaled === undefined,
  };
}

/** Where the value of a pixel stands in a tensor of three axes, one of which is that of the channels. */
export function cellsOf(
  shape: readonly number[],
  channelAxis: number,
): (y: number, x: number, channel: number) => number {
  const [, b, c] = shape as [number, number, number];
  const strides = [b * c, c, 1];
  const [rows, columns] = [0, 1, 2].filter((axis) => axis !== channelAxis) as [number, number];
  return (y, x, channel) => y * strides[rows]! + x * strides[columns]! + channel * strides[channelAxis]!;
}

/** The only position of a layer that has one value for each feature map; undefined if it has more values. */
export function onlyPosition(node: NetworkNode, featureMaps: number): readonly number[] | undefined {
  const extent = extentOf(node.outputShape, node.channelAxis);
  if (featureMapsOf(node) !== featureMaps || extent.some((size) => size !== 1)) return undefined;
  return extent.map(() => 0);
}
