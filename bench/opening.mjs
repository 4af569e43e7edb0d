import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { loadModel } from 'deconvnet/node';
import { compare } from './clock.mjs';
import { inTemporaryFolder } from './temporary-folder.mjs';
import { writeModel } from './write-model.mjs';

/**
 * Opens a network from disk, with `tf.loadLayersModel` and a handler that reads files, and with `loadModel`.
 *
 * @param sizes of VGG-16: 138 million weights with the default sizes
 */
export async function opening(report, repeats, { size = 224, blocks = [64, 128, 256, 512, 512], units = 4096 } = {}) {
  await inTemporaryFolder(async (folder) => {
    const bytes = await writeVgg16(folder, size, blocks, units);
    const plain = async () => (await tfl.loadLayersModel(fileHandler(folder))).dispose();
    const ours = async () => (await loadModel(folder)).dispose();
    const { first, second, ratio } = await compare(plain, ours, repeats);
    report.row('vgg16 with dense layers: opening with tf.loadLayersModel / loadModel', ratio, {
      tf: first,
      loadModel: second,
      MB: bytes / 1e6,
    });
  });
}

/** Writes the network, with random weights, as the converter does. Returns the number of bytes. */
async function writeVgg16(folder, size, blocks, units) {
  const layers = [];
  const weights = [];
  const add = (class_name, config) => layers.push({ class_name, config });
  const weigh = (name, inputs, outputs, window = []) =>
    weights.push(
      { name: `${name}/kernel`, shape: [...window, inputs, outputs], dtype: 'float32' },
      { name: `${name}/bias`, shape: [outputs], dtype: 'float32' },
    );
  let channels = 3;
  let side = size;
  for (const [block, filters] of blocks.entries()) {
    for (let i = 0; i < [2, 2, 3, 3, 3][block]; i++) {
      const name = `block${block + 1}_conv${i + 1}`;
      const first = layers.length === 0 && { batch_input_shape: [null, size, size, 3] };
      add('Conv2D', { name, filters, kernel_size: [3, 3], padding: 'same', activation: 'relu', ...first });
      weigh(name, channels, filters, [3, 3]);
      channels = filters;
    }
    add('MaxPooling2D', { name: `block${block + 1}_pool`, pool_size: [2, 2], strides: [2, 2] });
    side >>= 1;
  }
  add('Flatten', { name: 'flatten' });
  let inputs = side * side * channels;
  for (const [name, outputs] of Object.entries({ fc1: units, fc2: units, predictions: 1000 })) {
    add('Dense', { name, units: outputs, activation: 'relu' });
    weigh(name, inputs, outputs);
    inputs = outputs;
  }
  const bytes = 4 * weights.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape), 0);
  const values = new Uint8Array(Float32Array.from({ length: 2 ** 20 }, () => Math.random() / 10).buffer);
  const modelTopology = { class_name: 'Sequential', config: { name: 'vgg16', layers } };
  await writeModel(folder, { modelTopology, weights, bytes, bytesOf: (from, to) => values.subarray(0, to - from) });
  return bytes;
}

/** A handler that reads a model from files in the obvious way. */
function fileHandler(folder) {
  return {
    async load() {
      const { modelTopology, weightsManifest } = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'));
      const [{ paths, weights: weightSpecs }] = weightsManifest;
      const weightData = [];
      for (const path of paths) weightData.push((await readFile(join(folder, path))).buffer);
      return { modelTopology, weightSpecs, weightData };
    },
  };
}
