import type * as tf from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { firstInput, spatialAxes } from '../../network/network.js';
import { checkPixels, type ModelInput, readInput } from '../../project/read-input.js';

/** One image as a batch of one, and where its height and its width are. */
export interface PictureInput {
  /** The caller of `readPictureInput` disposes it. */
  readonly tensor: tf.Tensor4D;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** The axes of height, width and channels in the batch. */
  readonly axes: readonly [height: number, width: number];
  readonly channelAxis: number;
}

/**
 * Reads one image for a study that changes its pixels. The network has one input with a height and a width.
 *
 * @param what the study, for messages: `occlusion`
 * @throws DeconvnetError `unsupported-option` if the network takes something else; `shape-mismatch`, `not-finite`.
 */
export async function readPictureInput(
  what: string,
  { engine }: Deconvnet,
  image: ModelInput,
  id: string,
): Promise<PictureInput> {
  const { network } = engine;
  const node = firstInput(network);
  if (network.inputs.length !== 1 || node.outputShape.length !== 4) {
    throw new DeconvnetError(
      'unsupported-option',
      `${what} needs a network with one input that has a height and a width; this one takes ${network.inputs.length === 1 ? `an input of ${node.outputShape.length - 1} axes` : `${network.inputs.length} inputs`}.`,
    );
  }
  const tensor = readInput(network, image as tf.Tensor, { batch: false }, node) as tf.Tensor4D;
  try {
    await checkPixels([tensor], () => `The image '${id}'`);
  } catch (error) {
    tensor.dispose();
    throw error;
  }
  const [y, x] = spatialAxes(4, node.channelAxis) as [number, number];
  const { channelAxis } = node;
  return {
    ...{ tensor, axes: [y, x], channelAxis },
    ...{ height: tensor.shape[y]!, width: tensor.shape[x]!, channels: tensor.shape[channelAxis]! },
  };
}
