import { readFileSync } from 'node:fs';
import * as tfl from '@tensorflow/tfjs-layers';

const { layers } = tfl;

/** A chain, with what Keras 2 writes around it. */
function sequential() {
  return tfl.sequential({
    name: 'chain',
    layers: [
      layers.conv2d({ name: 'conv1', inputShape: [8, 8, 3], filters: 4, kernelSize: 3, activation: 'relu' }),
      layers.batchNormalization({ name: 'bn' }),
      layers.maxPooling2d({ name: 'pool', poolSize: 2 }),
      layers.dropout({ name: 'drop', rate: 0.5 }),
      layers.flatten({ name: 'flat' }),
      layers.dense({ name: 'logits', units: 3, activation: 'softmax' }),
    ],
  });
}

/** Branches, a layer applied twice, and two outputs. */
function functional(name = 'graph') {
  const input = tfl.input({ name: `${name}_in`, shape: [8, 8, 3] });
  const shared = layers.conv2d({ name: `${name}_shared`, filters: 3, kernelSize: 3, padding: 'same' });
  const a = shared.apply(input);
  const b = shared.apply(a);
  const sum = layers.add({ name: `${name}_add` }).apply([a, b]);
  const wide = layers.depthwiseConv2d({ name: `${name}_deep`, kernelSize: 3, padding: 'same' }).apply(sum);
  const both = layers.concatenate({ name: `${name}_both` }).apply([wide, input]);
  const pooled = layers.globalAveragePooling2d({ name: `${name}_pool` }).apply(both);
  const one = layers.dense({ name: `${name}_one`, units: 2 }).apply(pooled);
  const two = layers.dense({ name: `${name}_two`, units: 4 }).apply(pooled);
  return tfl.model({ name, inputs: input, outputs: [one, two] });
}

/** A model in a model. */
function nested() {
  const input = tfl.input({ name: 'pixels', shape: [8, 8, 3] });
  const base = tfl.sequential({
    name: 'base',
    layers: [
      layers.conv2d({ name: 'conv', inputShape: [8, 8, 3], filters: 2, kernelSize: 3 }),
      layers.reLU({ name: 'relu', maxValue: 6 }),
    ],
  });
  const seen = base.apply(input);
  const up = layers.upSampling2d({ name: 'up', size: [2, 2] }).apply(seen);
  return tfl.model({
    name: 'outer',
    inputs: input,
    outputs: layers.activation({ name: 'act', activation: 'tanh' }).apply(up),
  });
}

/** What `model.json` and the file of weights hold, by the name of the form. */
export async function damageBases() {
  const bases = {};
  for (const [name, make] of Object.entries({ sequential, functional, nested })) {
    const model = make();
    await model.save({
      save: async ({ modelTopology, weightSpecs, weightData }) => {
        const { class_name, config } = modelTopology;
        bases[`Keras 2, ${name}`] = {
          modelTopology: { keras_version: '2.10.0', backend: 'tensorflow', model_config: { class_name, config } },
          weightSpecs,
          weights: new Uint8Array(weightData),
        };
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
      },
    });
    model.dispose();
  }
  for (const name of ['sequential-keras', 'functional-keras', 'nested-keras', 'functional-h5']) {
    const path = new URL(`../reference/keras3/${name}.json`, import.meta.url);
    const { model, weights } = JSON.parse(readFileSync(path, 'utf8'));
    bases[`Keras 3, ${name}`] = {
      modelTopology: model.modelTopology,
      weightSpecs: model.weightsManifest.flatMap((group) => group.weights),
      weights: Buffer.from(weights, 'base64'),
    };
  }
  return JSON.parse(JSON.stringify(Object.entries(bases).map(([form, { weights, ...rest }]) => [form, rest]))).map(
    ([form, rest], i) => ({ form, ...rest, weights: Object.values(bases)[i].weights }),
  );
}
