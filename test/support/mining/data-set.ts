import * as tf from '@tensorflow/tfjs-core';
import { type Deconvnet, PatchMiner, type PatchMinerOptions, type SourceItem } from 'deconvnet';
import { noiseTensor } from '../project/networks.js';

/** Layers of `smallConvnet` to mine. */
export const LAYERS: readonly string[] = ['conv1', 'conv2', 'linear', 'classes'];
/** Images of the data set. */
export const COUNT = 23;
/** Shape of one image. */
export const SHAPE: number[] = [12, 10, 3];

/** Image i of the data set; some are equal, so that activations tie between images. */
export const image = (i: number): tf.Tensor => noiseTensor(SHAPE, 100 + (i % 7 === 0 ? 0 : i));
/** The id of image i: in another order than the images. */
export const id = (i: number): string => `picture ${String((i * 11) % COUNT).padStart(2, '0')}`;

/** The images as a source. */
export function* items(indices: Iterable<number>): Generator<SourceItem> {
  for (const i of indices) yield { id: id(i), image: image(i), label: `class ${i % 3}` };
}

/** All images. */
export const everything: readonly number[] = Array.from({ length: COUNT }, (_, i) => i);
/** All images, in another order. */
export const shuffled: readonly number[] = everything.map((i) => (i * 5 + 3) % COUNT);

/** A miner that has seen all images. */
export async function mined(deconvnet: Deconvnet, options: PatchMinerOptions = {}, batchSize = 4): Promise<PatchMiner> {
  const miner = new PatchMiner(deconvnet, { layers: LAYERS, ...options });
  await miner.run(items(everything), { batchSize });
  return miner;
}

/** All activations of a layer on image i, `[cells][maps]`, and how many cells a row has; of the classes the logits. */
export async function activationsOf(
  deconvnet: Deconvnet,
  i: number,
  layer: string,
): Promise<{ cells: number[][]; width: number }> {
  let output = await deconvnet.activations(image(i), layer);
  if (layer === 'classes') {
    const [kernel, bias] = deconvnet.model.getLayer('classes').getWeights();
    output = tf.add(tf.dot(await deconvnet.activations(image(i), 'linear'), kernel!), bias!);
  }
  const data = [...(await output.data())];
  const maps = output.shape.at(-1)!;
  const cells = Array.from({ length: data.length / maps }, (_, cell) => data.slice(cell * maps, (cell + 1) * maps));
  return { cells, width: output.rank === 3 ? output.shape[1]! : 1 };
}
