import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { loadModel } from 'deconvnet/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { filesOf, type SavedModel, savedModel } from '../../support/models/saved-model.js';
import { tempFolder, writeFiles } from '../../support/temp-folder.js';

beforeAll(() => use('cpu'));

type Break = (saved: SavedModel) => Record<string, Uint8Array | object | string>;

const failures: readonly (readonly [string, string, readonly (string | RegExp)[], Break])[] = [
  ['an empty folder', 'model-not-found', ['no model.json', 'empty'], () => ({})],
  [
    'a folder of other files',
    'model-not-found',
    ['a.txt, net.json', 'give its path'],
    () => ({ 'a.txt': '', 'net.json': '{}' }),
  ],
  ['a missing shard', 'model-not-found', ['weights.bin', 'does not exist'], ({ json }) => ({ 'model.json': json })],
  ['no JSON', 'model-unreadable', ['is not JSON', 'model.save()'], () => ({ 'model.json': '{ "format": ' })],
  ['JSON of something else', 'model-unreadable', ['does not contain a model'], () => ({ 'model.json': { name: 'x' } })],
  [
    'a topology without weights',
    'model-unreadable',
    ['is a topology from Keras, without weights'],
    ({ json }) => ({ 'model.json': json.modelTopology }),
  ],
  [
    'HDF5 under a wrong name',
    'model-unreadable',
    ['model.json is not a complete HDF5 file', 'cut short'],
    () => ({ 'model.json': new Uint8Array([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0]) }),
  ],
  [
    'a SavedModel',
    'model-unreadable',
    ['has no layers', "model.save('model.keras')"],
    () => ({ 'saved_model.pb': 'x' }),
  ],
  [
    'a graph model',
    'graph-model',
    ["model.save('model.keras')"],
    () => ({ 'model.json': { format: 'graph-model', modelTopology: { node: [] }, weightsManifest: [] } }),
  ],
  [
    'weights cut short',
    'model-unreadable',
    [/need 692 bytes; 690 were found.*weights\.bin \(690 bytes\).*cut short/],
    (saved) => filesOf({ ...saved, weights: saved.weights.slice(0, -2) }),
  ],
  [
    'weights too long',
    'model-unreadable',
    [/need 692 bytes; 693 were found.*too long/],
    (saved) => filesOf({ ...saved, weights: new Uint8Array([...saved.weights, 0]) }),
  ],
  [
    'a weight of an unknown type',
    'model-unreadable',
    ["'conv1/kernel'", 'float8'],
    (saved) => {
      saved.json.weightsManifest[0]!.weights[0]!.dtype = 'float8' as 'float32';
      return filesOf(saved);
    },
  ],
  [
    'quantisation without a scale',
    'model-unreadable',
    ["'conv1/kernel'", 'min and scale'],
    (saved) => {
      saved.json.weightsManifest[0]!.weights[0]!.quantization = { dtype: 'uint8' };
      return filesOf(saved);
    },
  ],
  [
    'a weight missing and one too many',
    'weights-mismatch',
    ["Missing: 'conv2/kernel' [2,2,4,2].", "Superfluous: 'other/kernel' [2,2,4,2].", 'has 6; the file has 6'],
    (saved) => {
      saved.json.weightsManifest[0]!.weights[2]!.name = 'other/kernel';
      return filesOf(saved);
    },
  ],
  [
    'a weight of another shape',
    'weights-mismatch',
    ["Of another shape: 'conv1/kernel' is [3,3,4,3] and should be [3,3,3,4]."],
    (saved) => {
      saved.json.weightsManifest[0]!.weights[0]!.shape = [3, 3, 4, 3];
      return filesOf(saved);
    },
  ],
  [
    'weights of another model',
    'weights-mismatch',
    ['and 3 more', 'Missing'],
    (saved) => {
      for (const spec of saved.json.weightsManifest[0]!.weights) spec.name = `x/${spec.name}/y`;
      return filesOf(saved);
    },
  ],
  [
    'an unknown layer class',
    'unsupported-layer',
    ["'pool1'", 'StrangePool', 'registerClass(StrangePool)'],
    (saved) => {
      saved.json.modelTopology.config.layers[1]!.class_name = 'StrangePool';
      return filesOf(saved);
    },
  ],
  [
    'a topology whose shapes do not fit, found when two layers have their weights',
    'model-unreadable',
    ['cannot be built'],
    (saved) => {
      saved.json.modelTopology.config.layers.splice(3, 1);
      saved.json.modelTopology.config.layers.splice(3, 0, {
        class_name: 'Conv2D',
        config: { name: 'wide', filters: 2, kernel_size: [9, 9], padding: 'valid' },
      });
      return filesOf(saved);
    },
  ],
  [
    'an option that TensorFlow.js does not have',
    'unsupported-option',
    ["'conv1'", 'as Keras does', 'dilation_rate=[2,2]'],
    (saved) => {
      Object.assign(saved.json.modelTopology, { keras_version: '3.9.2' });
      const { config } = saved.json.modelTopology.config.layers[0]!;
      config.batch_shape = config.batch_input_shape;
      Object.assign(config, { strides: [2, 2], dilation_rate: [2, 2] });
      return filesOf(saved);
    },
  ],
];

describe('loadModel fails', () => {
  it.each(failures)('on %s, by name, leaving no tensor', async (_, code, words, spoil) => {
    const saved = await savedModel();
    const folder = await tempFolder();
    await writeFiles(folder, spoil(saved));
    const before = tf.memory();
    const variables = Object.keys(tf.engine().registeredVariables).length;
    const error: unknown = await loadModel(folder).then(
      () => 'it loaded',
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ name: 'DeconvnetError', code });
    const { message } = error as Error;
    expect(message).toContain(folder);
    for (const word of words) expect(message).toMatch(word);
    const { numTensors, numDataBuffers, numBytes } = tf.memory();
    expect({ numTensors, numDataBuffers, numBytes }).toEqual({
      numTensors: before.numTensors,
      numDataBuffers: before.numDataBuffers,
      numBytes: before.numBytes,
    });
    expect(Object.keys(tf.engine().registeredVariables)).toHaveLength(variables);
  });

  it('leaving nothing of a layer that makes tensors beside its weights', async () => {
    class Littering extends tfl.layers.Layer {
      static className = 'Littering';
      stray: tf.Tensor | undefined;
      override build(): void {
        this.stray = tf.ones([3]);
        this.built = true;
      }
    }
    tf.serialization.registerClass(Littering);
    const saved = await savedModel();
    saved.json.modelTopology.config.layers[1] = { class_name: 'Littering', config: { name: 'litter' } };
    const folder = await tempFolder();
    await writeFiles(folder, filesOf(saved));
    const before = tf.memory().numTensors;
    await expect(loadModel(folder)).rejects.toMatchObject({ code: 'weights-mismatch' });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('on a path that is not there', async () => {
    await expect(loadModel('/nowhere/model.json')).rejects.toMatchObject({
      code: 'model-not-found',
      message: expect.stringContaining('/nowhere/model.json'),
    });
  });

  it.each(['net.h5', 'net.keras'])('on %s that is something else', async (name) => {
    const folder = await tempFolder();
    await writeFiles(folder, { [name]: 'x' });
    await expect(loadModel(join(folder, name))).rejects.toMatchObject({
      code: 'model-unreadable',
      message: expect.stringContaining(`${name} is neither a .keras file, nor HDF5 (.h5), nor JSON`),
    });
  });
});
