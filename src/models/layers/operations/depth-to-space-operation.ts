import { depthToSpace, reshape, type Tensor, type Tensor4D, transpose } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../../errors/deconvnet-error.js';
import { wholeExtent } from '../../../mirrors/kit/placement.js';
import type { LayerClass } from '../../../mirrors/layer-class.js';
import { AddedLayer, type Shape } from '../added-layer.js';

/**
 * The depth_to_space of Keras's operations (pixel shuffle): the channels of a cell become a block of cells. Channels last.
 * The mirror puts each block back into the channels.
 */
export class DepthToSpaceOperation extends AddedLayer<{ readonly block: number }> {
  static readonly className = 'DepthToSpaceOperation';

  override computeOutputShape(inputShape: Shape): Shape {
    const { block } = this.options;
    const [batch, height, width, maps] = inputShape as [number | null, number | null, number | null, number | null];
    if (
      inputShape.length === 4 &&
      maps !== null &&
      Number.isInteger(block) &&
      block > 1 &&
      maps % (block * block) === 0
    ) {
      const times = (size: number | null): number | null => (size === null ? null : size * block);
      return [batch, times(height), times(width), maps / (block * block)];
    }
    throw new DeconvnetError(
      'unsupported-layer',
      `Layer '${this.name}' makes blocks of ${block} by ${block} cells of a tensor of the shape [${inputShape.join(', ')}]. It must be [batch, height, width, channels], with a multiple of ${block * block} channels. Repair the network, and save the model again.`,
      { layer: this.name },
    );
  }

  override deconvnetClass(): LayerClass {
    const { block } = this.options;
    return {
      mirror: (_, _roles, placement) => [
        wholeExtent(
          {
            kind: 'reshape',
            sign: 'as-input',
            up: (inputs) => this.compute(inputs),
            down: (signal, { inputShapes }) => {
              const [, height, width, maps] = inputShapes[0] as [number, number, number, number];
              const batch = signal.shape[0]!;
              // The columns of a block already lie beside its channels, so that only its rows have to move.
              const rows = reshape(signal, [batch * height, block, width, maps / block]);
              return reshape(transpose(rows, [0, 2, 1, 3]), [batch, height, width, maps]);
            },
          },
          placement,
        ),
      ],
    };
  }

  protected override compute([x]: readonly Tensor[]): Tensor {
    return depthToSpace(x as Tensor4D, this.options.block, 'NHWC');
  }
}
