import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { type Keras3Options, keras3 } from 'deconvnet/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { type SavedModel, savedModel } from '../../support/models/saved-model.js';

beforeAll(() => use('cpu'));

/** What a handler loads, to be damaged. */
function artifactsOf({
  json,
  weights,
}: SavedModel): tf.io.ModelArtifacts & { weightSpecs: tf.io.WeightsManifestEntry[] } {
  const { modelTopology, weightsManifest } = json;
  return { modelTopology, weightSpecs: weightsManifest[0]!.weights, weightData: weights.buffer };
}

const load = (artifacts: tf.io.ModelArtifacts, options?: Keras3Options & tf.io.LoadOptions): Promise<tfl.LayersModel> =>
  tfl.loadLayersModel(keras3({ load: async () => artifacts }, options), options);

type Damage = (artifacts: ReturnType<typeof artifactsOf>, saved: SavedModel) => object;

const layerOf = (saved: SavedModel, name: string): Record<string, unknown> =>
  saved.json.modelTopology.config.layers.find(({ config }) => config.name === name)!.config;

const damages: readonly (readonly [string, Damage, string, RegExp])[] = [
  [
    'a layer with other filters than its weights',
    (_, saved) => Object.assign(layerOf(saved, 'conv1'), { filters: 5 }),
    'weights-mismatch',
    /The weights of the model do not fit its topology.*'conv1\/kernel' is \[3,3,3,4\] and should be \[3,3,3,5\]/,
  ],
  [
    'a layer of a size without sense',
    (_, saved) => Object.assign(layerOf(saved, 'conv1'), { filters: 1e12 }),
    'weights-mismatch',
    /more than twice the weights that the model has, at a weight of shape \[3,3,3,1000000000000\]/,
  ],
  [
    'a window larger than what it reads',
    (_, saved) => Object.assign(layerOf(saved, 'conv1'), { kernel_size: [9, 9] }),
    'model-unreadable',
    /The topology of the model cannot be built/,
  ],
  [
    'a weight left out',
    (artifacts) => {
      const spec = artifacts.weightSpecs.pop()!;
      const bytes = tf.util.sizeFromShape(spec.shape) * 4;
      return Object.assign(artifacts, { weightData: (artifacts.weightData as ArrayBuffer).slice(0, -bytes) });
    },
    'weights-mismatch',
    /has 6; the file has 5. Missing: 'logits\/bias' \[3\]/,
  ],
  [
    'bytes cut off',
    (artifacts) => Object.assign(artifacts, { weightData: (artifacts.weightData as ArrayBuffer).slice(0, -2) }),
    'model-unreadable',
    /The weights of the model need 692 bytes, and 690 were loaded/,
  ],
  [
    'a weight of a type that TensorFlow.js does not read',
    (artifacts) => Object.assign(artifacts.weightSpecs[0]!, { dtype: 'float64' }),
    'model-unreadable',
    /The weight 'conv1\/kernel' of the model is \{"dtype":"float64"\}/,
  ],
  [
    'weights that nothing is said of',
    (artifacts) => Object.assign(artifacts, { weightSpecs: [{}] }),
    'model-unreadable',
    /weightSpecs must be a list of \{ name, shape, dtype \}/,
  ],
];

describe('a model and its weights, through keras3', () => {
  it.each(damages)(
    'are refused with %s, before TensorFlow.js keeps anything of them',
    async (_, damage, code, words) => {
      const saved = await savedModel();
      const artifacts = artifactsOf(saved);
      damage(artifacts, saved);
      const before = tf.memory().numTensors;
      const error: unknown = await load(artifacts).then(
        () => 'it loaded',
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject({ name: 'DeconvnetError', code });
      expect((error as Error).message).toMatch(words);
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  it('need not be whole where strict is false, as for tf.loadLayersModel', async () => {
    const saved = await savedModel();
    const artifacts = artifactsOf(saved);
    damages[3]![1](artifacts, saved);
    await expect(load(artifacts)).rejects.toMatchObject({ code: 'weights-mismatch' });
    const model = await load(artifacts, { strict: false });
    expect(model.countParams()).toBe(692 / 4);
    model.dispose();
    // What is there has to fit all the same.
    Object.assign(layerOf(saved, 'conv1'), { filters: 5 });
    await expect(load(artifacts, { strict: false })).rejects.toMatchObject({ code: 'weights-mismatch' });
  });

  it('may be a small part of a large network if strict is false', async () => {
    const saved = await savedModel();
    const { weightSpecs, weightData } = artifactsOf(saved);
    Object.assign(layerOf(saved, 'logits'), { units: 300_000 });
    const artifacts = {
      modelTopology: saved.json.modelTopology,
      weightSpecs: weightSpecs.slice(0, 2),
      weightData: (weightData as ArrayBuffer).slice(0, (3 * 3 * 3 * 4 + 4) * 4),
    };
    await expect(load(artifacts)).rejects.toMatchObject({ code: 'weights-mismatch' });
    const model = await load(artifacts, { strict: false });
    expect(model.getLayer('logits').countParams()).toBeGreaterThan(2e6);
    model.dispose();
  });

  it('may be only a topology, whose weights are drawn at random', async () => {
    const saved = await savedModel();
    const { modelTopology } = saved.json;
    const model = await load({ modelTopology });
    expect(model.countParams()).toBe(692 / 4);
    model.dispose();
    Object.assign(layerOf(saved, 'conv1'), { filters: 1e12 });
    await expect(load({ modelTopology })).rejects.toThrow('more than 4 GB of weights');
  });

  it('may have weights of an optimizer, which no layer has a place for', async () => {
    const artifacts = artifactsOf(await savedModel());
    const moment: tf.io.WeightsManifestEntry = { name: 'Adam/m', shape: [2], dtype: 'float32', group: 'optimizer' };
    const weightData = [artifacts.weightData as ArrayBuffer, new ArrayBuffer(8)];
    const model = await load({ ...artifacts, weightSpecs: [...artifacts.weightSpecs, moment], weightData });
    expect(model.countParams()).toBe(692 / 4);
    model.dispose();
  });
});
