import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { keras3 } from 'deconvnet/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { sampled, use } from '../../support/backends.js';
import type { LayerCase } from '../../support/mirrors/layer-case.js';
import { LAYER_CLASSES } from '../../support/mirrors/layer-classes.js';
import { OPTION_FORMS } from '../../support/models/option-forms.js';
import { type SavedLayer, type SavedModel, savedModel } from '../../support/models/saved-model.js';
import { noiseTensor } from '../../support/project/networks.js';

beforeAll(() => use('cpu'));

/** A network of one layer, with weights that differ from each other. */
async function networkOf({ make, inputShapes }: LayerCase): Promise<SavedModel> {
  const inputs = inputShapes.map((shape, i) => tfl.input({ shape, name: `pixels${i}` }));
  const layer = make();
  layer.name = 'odd';
  const { depthMultiplier } = layer as { depthMultiplier?: number };
  const model = tfl.model({
    inputs,
    outputs: layer.apply(inputs.length === 1 ? inputs[0]! : inputs) as tfl.SymbolicTensor,
  });
  const weights = model.getWeights().map(({ shape }, i) => tf.add(tf.abs(noiseTensor(shape, 40 + i)), 0.1));
  model.setWeights(weights);
  tf.dispose(weights);
  const saved = await savedModel(model);
  // tfjs forgets to write it for a SeparableConv2D.
  if (depthMultiplier !== undefined) layerOf(saved).config.depth_multiplier = depthMultiplier;
  return saved;
}

const load = ({ json, weights }: SavedModel, repair: (handler: tf.io.IOHandler) => tf.io.IOHandler = keras3) =>
  tfl.loadLayersModel(
    repair({
      load: async () => ({
        modelTopology: structuredClone(json.modelTopology),
        weightSpecs: json.weightsManifest[0]!.weights,
        weightData: weights.slice().buffer,
      }),
    }),
  );

/** The layer's output, and its first feature map projected; `undefined` where a layer cannot be projected. */
async function valuesOf(model: tfl.LayersModel, inputs: tf.Tensor[]): Promise<Float32Array[]> {
  const computed = model.predict(inputs.length === 1 ? inputs[0]! : inputs) as tf.Tensor;
  const deconvnet = new Deconvnet(model);
  const projection = await deconvnet.project(inputs.length === 1 ? inputs[0]! : inputs, {
    layer: 'odd',
    featureMap: 0,
    position: 'strongest',
  });
  const values = await Promise.all([computed.data(), projection.pixels.data()]);
  tf.dispose([computed]);
  projection.dispose();
  deconvnet.dispose();
  model.dispose();
  return values as Float32Array[];
}

function layerOf({ json }: SavedModel): SavedLayer {
  return json.modelTopology.config.layers.find(({ config }) => config.name === 'odd')!;
}

/** TensorFlow.js takes every negative axis of a Concatenate for the last one. */
function isRefused({ class_name, config }: SavedLayer): boolean {
  return class_name === 'Concatenate' && [config.axis].flat().some((axis) => (axis as number) < -1);
}

/** tfjs states wrong output shapes of these two, so that no network can be made of them. */
const WITHOUT_NETWORK = ['CenterCrop', 'Resizing'];

const noise = ({ inputShapes }: LayerCase): tf.Tensor[] =>
  inputShapes.map((shape, i) => noiseTensor([1, ...shape], 7 + i));

describe('options in every form that Keras has written', () => {
  const classes = Object.entries(LAYER_CLASSES).filter(([className]) => !WITHOUT_NETWORK.includes(className));

  it.each(classes)('%s', async (_, { fixed }) => {
    for (const one of sampled(fixed)) {
      const saved = await networkOf(one);
      const inputs = noise(one);
      const expected = await valuesOf(await load(saved), inputs);
      expect(expected.every((values) => values.every(Number.isFinite))).toBe(true);
      const { numTensors } = tf.memory();
      let changed = 0;
      for (const { title, write } of OPTION_FORMS) {
        const written = structuredClone(saved);
        // Keras writes options in these forms, and not TensorFlow.js.
        Object.assign(written.json.modelTopology, { keras_version: '2.10.0' });
        const layer = layerOf(written);
        layer.config = write(layer.config, one.inputShapes[0]!.length + 1);
        if (JSON.stringify(layer) === JSON.stringify(layerOf(saved))) continue;
        changed++;
        if (isRefused(layer)) {
          await expect(load(written), title).rejects.toMatchObject({ code: 'unsupported-option', layer: 'odd' });
        } else expect(await valuesOf(await load(written), inputs), title).toEqual(expected);
      }
      expect(changed).toBeGreaterThan(3);
      expect(tf.memory().numTensors).toBe(numTensors);
      tf.dispose(inputs);
    }
  });
});

/** Options that tfjs itself reads as a list of one, too: a network can come from somewhere else than `keras3` or `loadModel`. */
const READ_BY_TFJS = ['BatchNormalization', 'LeakyReLU', 'ThresholdedReLU', 'ReLU', 'LayerNormalization', 'Softmax'];

it.each(READ_BY_TFJS)('a list for a number, in a network that TensorFlow.js loaded: %s', async (className) => {
  const one = LAYER_CLASSES[className]!.fixed[0]!;
  const saved = await networkOf(one);
  const { write } = OPTION_FORMS.find(({ title }) => title.startsWith('a list for'))!;
  const written = structuredClone(saved);
  const layer = layerOf(written);
  const { epsilon } = layer.config;
  layer.config = { ...write(layer.config, 4), ...(epsilon !== undefined && { epsilon }) };
  // tfjs counts a negative axis from the end where it is a number, and in no list.
  layer.config.axis &&= [3];
  const inputs = noise(one);
  const asTheyAre = (handler: tf.io.IOHandler): tf.io.IOHandler => handler;
  expect(await valuesOf(await load(written, asTheyAre), inputs)).toEqual(await valuesOf(await load(saved), inputs));
  tf.dispose(inputs);
});
