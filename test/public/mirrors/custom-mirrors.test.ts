import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, type DeconvnetOptions, type Mirror } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { expectClose, values } from '../../support/compare.js';
import { noiseTensor } from '../../support/project/networks.js';

describe('mirrors of your own', () => {
  beforeAll(() => use('cpu'));

  /** a + b of two convolutions, with a user's mirror for Add. */
  function addModel(): tfl.LayersModel {
    const input = tfl.input({ shape: [5, 5, 1], name: 'pixels' });
    const conv = (name: string, kernelSize: number): tfl.SymbolicTensor =>
      tfl.layers.conv2d({ filters: 2, kernelSize, padding: 'same', name }).apply(input) as tfl.SymbolicTensor;
    const sum = tfl.layers.add({ name: 'sum' }).apply([conv('a', 1), conv('b', 3)]) as tfl.SymbolicTensor;
    const top = tfl.layers.conv2d({ filters: 1, kernelSize: 1, name: 'top' }).apply(sum) as tfl.SymbolicTensor;
    return tfl.model({ inputs: input, outputs: top });
  }

  const copyToBoth: Mirror = { window: 'pointwise', down: (signal) => [tf.clone(signal), tf.clone(signal)] };

  it('serve a class that has none, and signals that meet add', async () => {
    const model = addModel();
    const deconvnet = new Deconvnet(model, { mirrors: { Add: () => copyToBoth } });
    const image = noiseTensor([5, 5, 1], 20);
    const projection = await deconvnet.project(image, { layer: 'top', featureMap: 0, position: [2, 2] });
    expect(projection.receptiveField).toEqual({ start: [1, 1], size: [3, 3] });
    // All linear: the projection is the activation times the gradient.
    const gradient = tf.grad((x: tf.Tensor) => tf.slice(model.apply(x) as tf.Tensor, [0, 2, 2, 0], [1, 1, 1, 1]))(
      tf.expandDims(image, 0),
    );
    expectClose(await values(projection), Array.from(await tf.mul(gradient, projection.activation).data()));
  });

  it('may return a variable of their own, made when they are first asked', async () => {
    let weight: tf.Variable | undefined;
    const lazy: Mirror = {
      window: 'pointwise',
      down(signal) {
        weight ??= tf.variable(tf.ones(signal.shape));
        return [weight, tf.clone(signal)];
      },
    };
    const deconvnet = new Deconvnet(addModel(), { mirrors: { Add: () => lazy } });
    const selection = { layer: 'top', featureMap: 0 } as const;
    const first = await values(await deconvnet.project(noiseTensor([5, 5, 1], 20), selection));
    expect(await values(await deconvnet.project(noiseTensor([5, 5, 1], 20), selection))).toEqual(first);
    expect(weight!.isDisposed).toBe(false);
  });

  it('are found by layer name before class name', async () => {
    const named: Mirror = {
      kind: 'named',
      window: 'pointwise',
      down: (signal) => [tf.clone(signal), tf.zerosLike(signal)],
    };
    const deconvnet = new Deconvnet(addModel(), { mirrors: { Add: () => copyToBoth, sum: () => named } });
    expect(deconvnet.layers.find(({ name }) => name === 'sum')!.mirror).toBe('named');
  });

  it('are refused when they return the wrong shape, and leak nothing', async () => {
    const deconvnet = new Deconvnet(addModel(), { mirrors: { Add: () => ({ down: (signal) => tf.clone(signal) }) } });
    const image = noiseTensor([5, 5, 1], 21);
    const { numTensors } = tf.memory();
    await expect(deconvnet.project(image, { layer: 'top', featureMap: 0 })).rejects.toMatchObject({
      code: 'invalid-mirror',
      layer: 'sum',
    });
    deconvnet.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  describe('are found by keys', () => {
    const named = (kind: string) => (): Mirror => ({ kind, window: 'pointwise', down: (signal) => tf.clone(signal) });
    const kindsOf = (
      model: tfl.LayersModel,
      mirrors: DeconvnetOptions['mirrors'] = {},
    ): Record<string, string | null> =>
      Object.fromEntries(new Deconvnet(model, { mirrors }).layers.map(({ name, mirror }) => [name, mirror]));

    /** Two nested models with an `inner` layer each, one of which is applied twice, and a layer that only one has. */
    function nestedModel(): tfl.LayersModel {
      const nested = (name: string, ...more: tfl.layers.Layer[]): tfl.Sequential => {
        const inner = tfl.layers.conv2d({ filters: 1, kernelSize: 1, name: 'inner', inputShape: [4, 4, 1] });
        return tfl.sequential({ name, layers: [inner, ...more] });
      };
      const a = nested('a', tfl.layers.reLU({ name: 'only' }) as tfl.layers.Layer);
      const b = nested('b');
      const x = tfl.input({ shape: [4, 4, 1], name: 'pixels' });
      const on = (y: tfl.SymbolicTensor, model: tfl.LayersModel) => model.apply(y) as tfl.SymbolicTensor;
      return tfl.model({ inputs: x, outputs: on(on(on(x, a), b), a), name: 'net' });
    }

    it('as layers are elsewhere: whole names, suffixes that one layer has, one application of several', () => {
      const model = nestedModel();
      expect(kindsOf(model)).toMatchObject({ 'a/only': 'rectify', 'a/only#2': 'rectify', 'b/inner': 'filter' });
      expect(kindsOf(model, { 'a/inner': named('mine') })).toMatchObject({
        'a/inner': 'mine',
        'a/inner#2': 'mine',
        'b/inner': 'filter',
      });
      expect(kindsOf(model, { only: named('mine') })).toMatchObject({ 'a/only': 'mine', 'a/only#2': 'mine' });
      expect(kindsOf(model, { 'a/only#2': named('second'), only: named('mine') })).toMatchObject({
        'a/only': 'mine',
        'a/only#2': 'second',
      });
      expect(kindsOf(model, { 'only#2': named('second') })).toMatchObject({
        'a/only': 'rectify',
        'a/only#2': 'second',
      });
      expect(kindsOf(model, { Conv2D: named('class'), 'b/inner': named('layer') })).toMatchObject({
        'a/inner': 'class',
        'a/inner#2': 'class',
        'b/inner': 'layer',
      });
    });

    it('that may name any class that is known, in this network or not', () => {
      class Registered extends tfl.layers.Layer {
        static readonly className = 'RegisteredForMirrors';
      }
      tf.serialization.registerClass(Registered);
      const mirrors = { Conv3D: named('mine'), RegisteredForMirrors: named('mine'), Adam: named('mine') };
      expect(kindsOf(nestedModel(), mirrors)).toMatchObject({ 'a/only': 'rectify' });
    });

    it.each<[string, unknown, string, RegExp]>([
      ['a typo of a class', { Conv2d: named('x') }, 'invalid-option', /'Conv2d' is neither .* Did you mean 'Conv2D'\?/],
      [
        'a typo of a layer',
        { onyl: named('x') },
        'invalid-option',
        /'onyl' is neither .* 'net' .* Did you mean 'only'\?/,
      ],
      ['a typo', { Typo: named('x') }, 'invalid-option', /The classes of its layers: InputLayer, Conv2D, ReLU\./],
      ['the name of a nested model', { a: named('x') }, 'invalid-option', /'a' is neither/],
      ['a name of objects', { constructor: named('x') }, 'invalid-option', /'constructor' is neither/],
      [
        'two layers',
        { inner: named('x') },
        'invalid-option',
        /'inner' means 2 layers .* a\/inner, .*b\/inner.* whole name/,
      ],
      [
        'a mirror',
        { only: named('x')() },
        'invalid-mirror',
        /must be a function .* an object with kind.* \(\) => mirror/,
      ],
      ['a word', { Conv3D: 'filter' }, 'invalid-mirror', /'Conv3D' must be a function .* the string "filter"/],
      ['a list', [named('x')], 'invalid-option', /mirrors is an object .* a list of 1/],
      ['a function', named('x'), 'invalid-option', /mirrors is an object .* a function/],
      ['null', null, 'invalid-option', /mirrors is an object .* it is null/],
    ])('and refused where they mean nothing: %s', (_, mirrors, code, message) => {
      const model = nestedModel();
      const { numTensors } = tf.memory();
      expect(() => new Deconvnet(model, { mirrors: mirrors as never })).toThrow(
        expect.objectContaining({ name: 'DeconvnetError', code, message: expect.stringMatching(message) }),
      );
      expect(tf.memory().numTensors).toBe(numTensors);
    });
  });
});
