import * as tf from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import type { Network } from '../network/network.js';
import { readInput } from '../project/read-input.js';
import type { SourceItem } from './image-source.js';

/** Does something with the images of some items, stacked into one batch, which is disposed afterwards. */
export async function withStack(
  network: Network,
  items: readonly SourceItem[],
  use: (batch: tf.Tensor, ids: string[], labels: (string | undefined)[]) => Promise<void>,
): Promise<void> {
  const batch = stackImages(network, items);
  try {
    await use(
      batch,
      items.map(({ id }) => id),
      items.map(({ label }) => label),
    );
  } finally {
    batch.dispose();
  }
}

/**
 * Stacks the images of some items into one batch, which the caller disposes. The images stay as they are.
 *
 * @throws DeconvnetError `shape-mismatch`.
 */
function stackImages(network: Network, items: readonly SourceItem[]): tf.Tensor {
  return tf.tidy(() => {
    const inputs = items.map(({ image }) => readInput(network, image, { batch: false }));
    checkSameSize(items, inputs);
    return tf.concat(inputs, 0);
  });
}

/**
 * Checks that the images of some items fit into one batch.
 *
 * @param inputs the image of each item
 * @throws DeconvnetError `shape-mismatch`.
 */
export function checkSameSize(items: readonly SourceItem[], inputs: readonly tf.Tensor[]): void {
  const odd = inputs.findIndex(({ shape }) => String(shape) !== String(inputs[0]!.shape));
  if (odd < 0) return;
  throw new DeconvnetError(
    'shape-mismatch',
    `All images of a batch must have the same size: '${items[0]!.id}' is [${inputs[0]!.shape}], '${items[odd]!.id}' is [${inputs[odd]!.shape}]. Resize them, or run with { batchSize: 1 }.`,
  );
}
