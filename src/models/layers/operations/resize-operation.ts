import { expandDims, image, matMul, reshape, type Tensor, type Tensor4D, tensor2d } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../../errors/deconvnet-error.js';
import type { LayerClass } from '../../../mirrors/layer-class.js';
import { interpolation } from '../../../mirrors/shape/interpolation.js';
import { AddedLayer, type Shape } from '../added-layer.js';

interface ResizeOptions {
  readonly height: number;
  readonly width: number;
  readonly nearest?: boolean;
  /** Where a result lies between the cells: counted from centre to centre, edge to edge, or with the corners aligned. */
  readonly alignment?: 'centres' | 'edges' | 'corners';
}

/** The resizing of images, of Keras's operations: the size is fixed, and neighbours are interpolated. Channels last. */
export class ResizeOperation extends AddedLayer<ResizeOptions> {
  static readonly className = 'ResizeOperation';

  override computeOutputShape(inputShape: Shape): Shape {
    const { height, width } = this.options;
    if (inputShape.length === 4) return [inputShape[0]!, height, width, inputShape[3]!];
    throw new DeconvnetError(
      'unsupported-layer',
      `Layer '${this.name}' resizes a tensor of the shape [${inputShape.join(', ')}]. It must be [batch, height, width, channels]. Repair the network, and save the model again.`,
      { layer: this.name },
    );
  }

  override deconvnetClass(): LayerClass {
    const { height, width } = this.options;
    return {
      mirror: () => [
        {
          kind: 'interpolation',
          sign: 'as-input',
          ...interpolation((_line, axis, { inputShapes }) =>
            this.#matrix(inputShapes[0]![axis + 1]!, axis === 0 ? height : width),
          ),
        },
      ],
    };
  }

  protected override compute([x]: readonly Tensor[]): Tensor {
    const { height, width, nearest = false, alignment = 'centres' } = this.options;
    const size: [number, number] = [height, width];
    const [batch, rows, columns, maps] = x!.shape as [number, number, number, number];
    if (alignment !== 'corners' && !nearest)
      return image.resizeBilinear(x as Tensor4D, size, false, alignment === 'centres');
    // Backends round differently where a result lies in the middle between two cells. A matrix does not.
    const tall = matMul(expandDims(this.#matrix(rows, height), 0), reshape(x!, [batch, rows, columns * maps]));
    const wide = matMul(expandDims(this.#matrix(columns, width), 0), reshape(tall, [batch * height, columns, maps]));
    return reshape(wide, [batch, height, width, maps]);
  }

  /** The matrix `[results, cells]` with the shares of the cells in each result along one axis. */
  #matrix(cells: number, results: number): Tensor {
    const { nearest = false, alignment = 'centres' } = this.options;
    const half = alignment === 'centres' ? 0.5 : 0;
    // The product comes first: it is exact, so that a place on the edge of a cell is met exactly.
    const placeOf = (result: number): number =>
      alignment === 'corners'
        ? results > 1
          ? (result * (cells - 1)) / (results - 1)
          : 0
        : ((result + half) * cells) / results;
    const values = new Float32Array(results * cells);
    for (let result = 0; result < results; result++) {
      const place = placeOf(result);
      if (nearest) {
        const cell = alignment === 'corners' ? Math.round(place) : Math.floor(place);
        values[result * cells + Math.min(cell, cells - 1)] = 1;
        continue;
      }
      const at = Math.max(0, place - half);
      const low = Math.min(Math.floor(at), cells - 1);
      const share = at - Math.floor(at);
      values[result * cells + low]! += 1 - share;
      values[result * cells + Math.min(low + 1, cells - 1)]! += share;
    }
    return tensor2d(values, [results, cells]);
  }
}
