import * as tf from '@tensorflow/tfjs-core';
import { describeValue } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { firstInput, inputNodes, type Network, type NetworkNode } from '../network/network.js';
import { alias } from '../tensors/alias.js';
import { tidied } from '../tensors/tidied.js';
import { allFinite } from './check-finite.js';

/** What a model takes: one tensor; for several inputs a list in their order, or an object by the names of the input layers. */
export type ModelInput = tf.Tensor | readonly tf.Tensor[] | Readonly<Record<string, tf.Tensor>>;

/**
 * Brings the tensors that a caller gave for all inputs of a model into the shapes and dtypes that the model takes. The
 * results are new tensors, which the caller of this function disposes.
 *
 * @throws DeconvnetError `shape-mismatch`, `disposed`.
 */
export function readInputs(network: Network, given: ModelInput, options: { readonly batch: boolean }): tf.Tensor[] {
  const entries = inputNodes(network);
  const images = imagesOf(entries, given);
  return tidied(() => {
    const inputs = entries.map((entry, i) => readInput(network, images[i]!, options, entry));
    const odd = inputs.find(({ shape }) => shape[0] !== inputs[0]!.shape[0]);
    if (odd) {
      throw new DeconvnetError(
        'shape-mismatch',
        `Each input of the model needs the same number of images: these have ${inputs.map(({ shape }) => shape[0]).join(', ')}.`,
      );
    }
    return inputs;
  });
}

function imagesOf(entries: readonly NetworkNode[], given: ModelInput): readonly tf.Tensor[] {
  const names = entries.map(({ name }) => name);
  const several = `The model has ${names.length} inputs (${names.join(', ')}): give a list of tensors in this order, or an object with a tensor for each name.`;
  if (Array.isArray(given)) {
    if (given.length !== names.length)
      throw new DeconvnetError('shape-mismatch', `${several} The list has ${given.length}.`);
    return given as readonly tf.Tensor[];
  }
  if (typeof given === 'object' && given !== null && !('dataId' in given)) {
    const byName = given as Readonly<Record<string, tf.Tensor>>;
    const missing = names.find((name) => !byName[name]);
    if (missing === undefined) return names.map((name) => byName[name]!);
    if (names.length > 1) throw new DeconvnetError('shape-mismatch', `${several} '${missing}' is missing.`);
  }
  if (names.length > 1) throw new DeconvnetError('shape-mismatch', several);
  return [given as tf.Tensor];
}

/**
 * Brings the tensor that a caller gave for one input into the shape and dtype that the model takes, `[batch, ...input]`.
 * The result is a new tensor, which the caller of this function disposes.
 *
 * @throws DeconvnetError `shape-mismatch`, `disposed`.
 */
export function readInput(
  network: Network,
  image: tf.Tensor,
  { batch }: { readonly batch: boolean },
  node: NetworkNode = firstInput(network),
): tf.Tensor {
  const expected = node.outputShape.slice(1);
  if (typeof image?.shape !== 'object' || !('dataId' in image)) {
    throw new DeconvnetError(
      'shape-mismatch',
      `The image must be a tensor shaped [${sizes(expected)}]; this is ${describeValue(image)}. deconvnet.toInput makes one from a picture.`,
    );
  }
  if (image.isDisposed) {
    throw new DeconvnetError('disposed', `The image tensor shaped [${image.shape}] has been disposed.`);
  }
  const single = !batch && image.rank === expected.length;
  const fits =
    single || (image.rank === expected.length + 1 && (batch ? image.shape[0]! > 0 : image.shape[0] === 1))
      ? expected.every((size, axis) => size === null || size === image.shape[single ? axis : axis + 1])
      : false;
  if (!fits) {
    const wanted = batch ? `[batch, ${sizes(expected)}]` : `[${sizes(expected)}], or with a leading axis of 1`;
    const hint =
      !batch && image.rank === expected.length + 1 && image.shape[0]! > 1 ? ' For a batch use projectBatch.' : '';
    throw new DeconvnetError(
      'shape-mismatch',
      `The image is shaped [${image.shape}]; the model takes ${wanted}.${hint} deconvnet.toInput resizes a picture.`,
    );
  }
  return tf.tidy(() => {
    const shaped = single ? tf.expandDims(image, 0) : alias(image);
    const dtype = node.layer.dtype as tf.DataType | undefined;
    return dtype && dtype !== shaped.dtype ? tf.cast(shaped, dtype) : shaped;
  });
}

/**
 * Checks that all pixels are finite.
 *
 * @param name how a message calls the image in a row of the batch
 * @throws DeconvnetError `not-finite` naming the images that contain NaN or Infinity.
 */
export async function checkPixels(inputs: readonly tf.Tensor[], name: (row: number) => string): Promise<void> {
  if ((await allFinite(inputs)).every(Boolean)) return;
  const rows = tidied(() => inputs.map((input) => tf.unstack(input)));
  try {
    const finite = await Promise.all(rows.map(allFinite));
    const bad = finite[0]!.flatMap((_, row) => (finite.every((input) => input[row]) ? [] : [name(row)]));
    if (bad.length > 0) {
      throw new DeconvnetError(
        'not-finite',
        `${bad.join(', ')} contain${bad.length === 1 ? 's' : ''} NaN or Infinity. Check how the pixels were scaled (a division by 0?).`,
      );
    }
  } finally {
    tf.dispose(rows.flat());
  }
}

function sizes(shape: readonly (number | null)[]): string {
  return shape.map((size) => size ?? 'any').join(', ');
}
