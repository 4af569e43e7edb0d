/** What an app does with the library, given its modules; the same in every project. Prints a line of JSON. */
export const SAMPLE: string = `async function sample({ tf, tfl, Deconvnet }) {
  await tf.setBackend('cpu');
  const model = tfl.sequential({
    layers: [
      tfl.layers.conv2d({ name: 'conv1', inputShape: [12, 12, 3], filters: 4, kernelSize: 3, activation: 'relu' }),
      tfl.layers.maxPooling2d({ name: 'pool1', poolSize: 2 }),
    ],
  });
  model.setWeights(model.getWeights().map(({ shape, size }) => tf.reshape(tf.linspace(-1, 1, size), shape)));
  const image = tf.reshape(tf.linspace(-2, 1, 432), [12, 12, 3]);
  const deconvnet = new Deconvnet(model);
  const selection = { layer: 'pool1', featureMap: 2, position: 'strongest' };
  const projection = await deconvnet.project(image, selection);
  const values = await projection.pixels.data();
  return {
    shape: projection.pixels.shape,
    position: projection.position,
    activation: projection.activation,
    largest: Math.max(...values.map(Math.abs)),
    sum: values.reduce((a, b) => a + b, 0),
  };
}
`;

/** The sample as an ES module. */
export const ESM_SAMPLE: string = `import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
${SAMPLE}
console.log(JSON.stringify(await sample({ tf, tfl, Deconvnet })));
`;

/** The sample with the package that holds all of TensorFlow.js. */
export const UMBRELLA_SAMPLE: string = `import * as tf from '@tensorflow/tfjs';
import { Deconvnet } from 'deconvnet';
${SAMPLE}
console.log(JSON.stringify(await sample({ tf, tfl: tf, Deconvnet })));
`;

/** The sample as CommonJS. */
export const CJS_SAMPLE: string = `const tf = require('@tensorflow/tfjs-core');
require('@tensorflow/tfjs-backend-cpu');
const tfl = require('@tensorflow/tfjs-layers');
const { Deconvnet } = require('deconvnet');
${SAMPLE}
sample({ tf, tfl, Deconvnet }).then((result) => console.log(JSON.stringify(result)));
`;

/** An app in TypeScript; it need only compile. */
export const TYPED_SAMPLE: string = `import type { LayersModel } from '@tensorflow/tfjs-layers';
import { Deconvnet, DeconvnetError, PatchMiner, montage, type Patch, type Picture, renderProjections } from 'deconvnet';
import { loadModel, readPictures, useBackend, writePicture } from 'deconvnet/node';

export async function figure(path: string, folder: string): Promise<readonly Patch[]> {
  await useBackend('wasm');
  const model: LayersModel = await loadModel(path);
  const deconvnet = new Deconvnet(model, { input: 'caffe' });
  const miner = new PatchMiner(deconvnet, { layers: ['conv1'] });
  await miner.run(readPictures(folder, deconvnet, { limit: 10 }));
  const sheet: Picture = montage(await renderProjections(await miner.project('conv1', 3)));
  await writePicture('sheet.png', sheet);
  // @ts-expect-error no such option: the types are really there, and not any
  new Deconvnet(model, { input: 'nonsense' });
  const code: string = new DeconvnetError('disposed', '').code;
  return code ? miner.top('conv1', 3) : [];
}
`;

/** As much of a browser as TensorFlow.js looks for before it takes itself to be in one. */
export const BROWSER: string = 'globalThis.window = globalThis; globalThis.document = {};';
