import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {
  builtInMirror,
  Deconvnet,
  type DeconvnetOptions,
  type FilterMirror,
  type Mirror,
  type RectifyMirror,
} from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { brokenMirrors } from '../../support/mirrors/broken-mirrors.js';
import { fillWeights, noiseTensor } from '../../support/project/networks.js';

describe.each(backends)('an error names what is not a mirror, or returns something wrong, on %s', (backend) => {
  beforeAll(() => use(backend));

  const poolModel = (): tfl.LayersModel => {
    const conv = { kernelSize: 1, filters: 2, activation: 'softplus' as const };
    const layers = [
      tfl.layers.conv2d({ ...conv, inputShape: [4, 4, 1], name: 'conv' }),
      tfl.layers.maxPooling2d({ poolSize: 2, name: 'pool' }),
      tfl.layers.timeDistributed({ layer: tfl.layers.dense({ units: 2, name: 'inner' }), name: 'each' }),
    ];
    return fillWeights(tfl.sequential({ layers }));
  };
  const only = (name: string, mirror: Mirror): FilterMirror => {
    return (layer, builtIn) => (layer.name === name ? mirror : builtIn);
  };
  // Where the mirror comes from, the layer whose mirror it is, and a layer that is projected from.
  const ways: [string, (mirror: Mirror) => DeconvnetOptions, string, string][] = [
    ['by class', (mirror) => ({ mirrors: { MaxPooling2D: () => mirror } }), 'pool', 'pool'],
    ['by name', (mirror) => ({ mirrors: { conv: () => mirror } }), 'conv', 'pool'],
    ['as unpool', (mirror) => ({ unpool: () => mirror }), 'pool', 'pool'],
    ['as filter, below a softplus', (mirror) => ({ filter: only('conv', mirror), rule: 'guided' }), 'conv', 'conv'],
    ['as filter, inside a TimeDistributed', (mirror) => ({ filter: only('inner', mirror) }), 'each', 'each'],
  ];

  it.each(ways.flatMap((way) => brokenMirrors.map((broken) => ({ way, broken, from: way[0], ...broken }))))(
    '$from: $title',
    async ({ way: [, options, name, layer], broken: { mirror, says } }) => {
      const model = poolModel();
      const image = noiseTensor([4, 4, 1], 2);
      const { numTensors } = tf.memory();
      const { up } = builtInMirror(model.getLayer(name));
      // What has no `up` of its own is refused for that under a softplus; here something else is to be found.
      const whole = mirror && Object.hasOwn(mirror, 'down') && name === 'conv' ? { up, ...mirror } : mirror;
      const deconvnet = new Deconvnet(model, options(whole as Mirror));
      await expect(deconvnet.project(image, { layer, featureMap: 0 })).rejects.toMatchObject({
        name: 'DeconvnetError',
        code: 'invalid-mirror',
        layer: name,
        message: expect.stringMatching(says),
      });
      deconvnet.dispose();
      expect(tf.memory().numTensors).toBe(numTensors);
    },
  );

  it.each<[string, unknown, RegExp]>([
    ['nothing', () => undefined, /must return a tensor from 'up', and must not be async; it returned undefined/],
    ['a Promise', async () => tf.ones([1, 4, 4, 2]), /must return a tensor from 'up', .* it returned a Promise\.$/],
  ])('up returns %s', async (_, up, message) => {
    const filter: FilterMirror = (layer, builtIn) => ({
      ...builtIn,
      ...(layer.name === 'conv' && { up: up as never }),
    });
    const deconvnet = new Deconvnet(poolModel(), { filter, rule: 'guided' });
    const image = noiseTensor([4, 4, 1], 2);
    const { numTensors } = tf.memory();
    await expect(deconvnet.project(image, { layer: 'conv', featureMap: 0 })).rejects.toMatchObject({
      code: 'invalid-mirror',
      layer: 'conv',
      message: expect.stringMatching(message),
    });
    deconvnet.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing', () => undefined, /mirror of layer 'conv' must return a tensor from 'rectify'.* it returned undefined/],
    [
      'a Promise',
      async (signal: tf.Tensor) => signal,
      /from 'rectify', and must not be async; it returned a Promise\.$/,
    ],
    ['a list', (signal: tf.Tensor) => [signal], /must return a tensor from 'rectify'.* it returned a list of 1/],
  ])('rectify returns %s', async (_, rectify, message) => {
    const deconvnet = new Deconvnet(poolModel(), { rectify: rectify as RectifyMirror });
    const image = noiseTensor([4, 4, 1], 2);
    const { numTensors } = tf.memory();
    await expect(deconvnet.project(image, { layer: 'pool', featureMap: 0 })).rejects.toMatchObject({
      code: 'invalid-mirror',
      layer: 'conv',
      message: expect.stringMatching(message),
    });
    deconvnet.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('an async factory that fails ends no process', async () => {
    const failing = async (): Promise<Mirror> => {
      throw new Error('nobody awaits this');
    };
    const deconvnet = new Deconvnet(poolModel(), { mirrors: { pool: failing as never } });
    const failed = deconvnet.project(noiseTensor([4, 4, 1], 2), { layer: 'pool', featureMap: 0 });
    await expect(failed).rejects.toThrow(/has no function 'down': it is a Promise\. Give/);
  });
});
