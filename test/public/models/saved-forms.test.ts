import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { Deconvnet } from 'deconvnet';
import { loadModel } from 'deconvnet/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { noiseTensor } from '../../support/project/networks.js';
import { tempFolder } from '../../support/temp-folder.js';

const folder = (name: string): string => fileURLToPath(new URL(`../../fixtures/models/${name}`, import.meta.url));

/** A fixture, with another text in its model.json. */
async function changed(name: string, change: (json: string) => string): Promise<string> {
  const copy = await tempFolder();
  await cp(folder(name), copy, { recursive: true });
  const path = join(copy, 'model.json');
  const json = JSON.stringify(JSON.parse(await readFile(path, 'utf8')));
  expect(change(json)).not.toBe(json);
  await writeFile(path, change(json));
  return copy;
}

/** The strongest activation of the first feature map, and its projection. */
async function projected(path: string, layer: string, picture: (shape: number[]) => tf.Tensor) {
  const model = await loadModel(path);
  const deconvnet = new Deconvnet(model);
  const image = picture(model.inputs[0]!.shape.slice(1) as number[]);
  const projection = await deconvnet.project(image, { layer, featureMap: 0, position: 'strongest' });
  const values = { activation: projection.activation, pixels: await projection.pixels.data() };
  projection.dispose();
  image.dispose();
  deconvnet.dispose();
  model.dispose();
  return values;
}

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => use(backend));
  const noise = (shape: number[]): tf.Tensor => noiseTensor(shape, 5);

  const withAxis = (axis: string) => changed('bn-axis-list', (json) => json.replace('"axis":[3]', `"axis":${axis}`));

  it.each(['[3]', '[-1]', '-1'])('an axis of %s is the last one', async (axis) => {
    const path = axis === '[3]' ? folder('bn-axis-list') : await withAxis(axis);
    const { pixels, activation } = await projected(path, 'relu', noise);
    const expected = await projected(await withAxis('3'), 'relu', noise);
    expect(activation).toBeGreaterThan(0);
    expect(activation).toBe(expected.activation);
    expect(pixels).toEqual(expected.pixels);
    expect(pixels.some((value) => value !== 0)).toBe(true);
  });

  it('an axis of [1] is the one of the channels where these are first', async () => {
    const first = (axis: string) =>
      changed('bn-axis-list', (json) =>
        json
          .replaceAll('channels_last', 'channels_first')
          .replace('"batch_input_shape":[null,8,8,3]', '"batch_input_shape":[null,3,8,8]')
          .replace('"axis":[3]', `"axis":${axis}`),
      );
    const one = await projected(await first('[1]'), 'relu', noise);
    expect(one).toEqual(await projected(await first('1'), 'relu', noise));
    // And the same picture with its channels last.
    const moved = (shape: number[]): tf.Tensor =>
      tf.tidy(() => tf.transpose(noise([shape[2]!, ...shape.slice(0, 2)]), [1, 2, 0]));
    const last = await projected(folder('bn-axis-list'), 'relu', moved);
    expect(one.activation).toBeGreaterThan(0);
    expect(one.activation).toBeCloseTo(last.activation, 4);
  });

  it('a ReLU has the negative slope of Keras', async () => {
    const value = (shape: number[]): tf.Tensor => tf.fill(shape, -2);
    const { activation } = await projected(folder('keras2-relu-negative-slope'), 'r', value);
    expect(activation).toBeCloseTo(-0.2, 6);
  });

  it.each([
    [0.5, 0],
    [1, 0],
    [1.5, 1.5],
  ])('a ReLU with the threshold 1 makes of %f %f', async (input, output) => {
    const value = (shape: number[]): tf.Tensor => tf.fill(shape, input);
    const { activation } = await projected(folder('keras2-relu-threshold'), 'r', value);
    expect(activation).toBe(output);
  });

  it.each(['one-bracket-short', 'hand-patched-keras3'])('%s is the chain that its author meant', async (name) => {
    const meant = await changed('name-of-no-layer', (json) => json.replace('conv_renamed', 'a'));
    await cp(join(folder(name), 'weights.bin'), join(meant, 'weights.bin'));
    const expected = await projected(meant, 'b', noise);
    expect(await projected(folder(name), 'b', noise)).toEqual(expected);
    expect(expected.activation).not.toBe(0);
  });
});

describe('loads', () => {
  beforeAll(() => use('cpu'));

  it('a Sequential whose config is a list', async () => {
    const model = await loadModel(folder('config-is-a-list'));
    expect(new Deconvnet(model).layers.map(({ name }) => name)).toContain('c1');
    model.dispose();
  });

  it('augmentation layers as what they are at inference', async () => {
    const model = await loadModel(folder('keras2-augmentation'));
    const mirrors = new Deconvnet(model).layers.map(({ name, className }) => [name, className]);
    expect(mirrors).toEqual([
      ['augmentation/flip_in', 'InputLayer'],
      ['augmentation/flip', 'Activation'],
      ['augmentation/rotation', 'Activation'],
      ['augmentation/zoom', 'Activation'],
      ['rescaling', 'Rescaling'],
      ['c1', 'Conv2D'],
      ['sd', 'Dropout'],
      ['gap', 'GlobalAveragePooling2D'],
      ['out', 'Dense'],
    ]);
    const x = tf.fill([1, 16, 16, 3], 51);
    const y = model.predict(x) as tf.Tensor;
    expect((await y.data()).every(Number.isFinite)).toBe(true);
    tf.dispose([x, y]);
    model.dispose();
  });

  it('silu, under the name that TensorFlow.js has for it', async () => {
    const path = await changed('keras2-silu-and-groups', (json) =>
      json.replace('"groups":2', '"groups":1').replace('[3,3,2,4]', '[3,3,4,4]'),
    );
    await writeFile(join(path, 'weights.bin'), new Uint8Array(4 * (3 * 3 * 3 * 4 + 3 * 3 * 4 * 4)));
    const model = await loadModel(path);
    expect(model.getLayer('c1').getConfig().activation).toBe('swish');
    model.dispose();
  });
});

it.each([
  ['keras2-silu-and-groups', 'c2', 'KerasConv2D'],
  ['keras2-depthwise-dilation', 'r', 'KerasDepthwiseConv2D'],
  ['keras2-transposed-dilation', 'r', 'KerasConv2DTranspose'],
])('reads %s, with a layer of a class that computes the option', async (name, layer, className) => {
  const model = await loadModel(folder(name));
  expect(model.getLayer(layer).getClassName()).toBe(className);
  model.dispose();
});

it.each([
  ['name-of-no-layer', 'model-unreadable', ["Layer 'b'", "'conv_renamed'", 'does not exist']],
  ['reads-itself', 'model-unreadable', ["Layer 'b'", "reads 'b'", 'circle']],
])('refuses %s by name', async (name, code, words) => {
  await use('cpu');
  const before = tf.memory().numTensors;
  const error: unknown = await loadModel(folder(name)).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'DeconvnetError', code });
  for (const word of words) expect((error as Error).message).toContain(word);
  expect(tf.memory().numTensors).toBe(before);
});
