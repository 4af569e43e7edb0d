import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Deconvnet } from '../../../src/deconvnet.js';
import { ADDED_ACTIVATIONS, fullElu, fullRelu } from '../../../src/models/layers/activations.js';
import { loadLayersModel } from '../../../src/models/load-layers-model.js';
import { backends, use } from '../../support/backends.js';
import { asKeras3, from, network, pixels, reading } from '../../support/models/saved-graph.js';

const functions = [
  ...ADDED_ACTIVATIONS,
  fullElu({ alpha: 0.4 }),
  fullRelu({ negativeSlope: 0.2, maxValue: 2 }),
  fullRelu({ threshold: 0.7, maxValue: 2 }),
  fullRelu({ negativeSlope: 0.2, threshold: 0.7 }),
];
const empty = { weightSpecs: [], weightData: new ArrayBuffer(0) };

describe.each(backends)('an activation function that is added, on %s:', (backend) => {
  beforeAll(() => use(backend));

  it.each(functions)('$name has the derivative that differences give', async (activation) => {
    // Steps and kinks of the functions lie at round numbers, and these values do not.
    const x = tf.tidy(() => tf.add(tf.linspace(-5, 5, 60), 0.0137));
    const step = 1 / 256;
    const [slope, wanted, values] = tf.tidy(() => {
      const y = activation.apply(x);
      const recorded = activation.derivativeOf === 'input' ? x : y;
      const differences = tf.sub(activation.apply(tf.add(x, step)), activation.apply(tf.sub(x, step)));
      return [activation.pullback(tf.onesLike(x), recorded), tf.div(differences, 2 * step), y];
    });
    const [got, want] = await Promise.all([slope!.data(), wanted!.data()]);
    for (const [i, value] of want.entries())
      expect(Math.abs(got[i]! - value)).toBeLessThan(2e-3 * (1 + Math.abs(value)));
    if (activation.nonNegative) expect(Math.min(...(await values!.data()))).toBeGreaterThanOrEqual(0);
    if (activation.bounded) expect(Math.max(...(await values!.data()))).toBeLessThanOrEqual(2);
    tf.dispose([x, slope!, wanted!, values!]);
  });
});

describe('a layer with an activation function that is added', () => {
  beforeAll(() => use('cpu'));

  it('is projected, and seeded at its input if the function is bounded', async () => {
    const words = { hard_silu: 'rectify', hard_sigmoid: 'rectify', celu: 'rectify' };
    for (const [activation, mirror] of Object.entries(words)) {
      const topology = asKeras3(network([pixels('in'), reading('Activation', 'c', from('in'), { activation })]));
      const model = await loadLayersModel({ load: async () => ({ modelTopology: topology, ...empty }) });
      const deconvnet = new Deconvnet(model, { rule: 'guided' });
      expect(deconvnet.layers[1]).toMatchObject({ mirror: `${mirror} (guided)`, blockedBy: null });
      const { engine } = deconvnet;
      expect(engine.rankedBy(engine.network.nodes[1]!)).toBe(activation === 'hard_sigmoid' ? 'input' : 'output');
      deconvnet.dispose();
      model.dispose();
    }
  });

  it('may have the name that TensorFlow Addons writes', async () => {
    const at3 = {
      'Addons>softshrink': 2.5,
      'Addons>lisht': 3 * Math.tanh(3),
      'Addons>mish': 3 * Math.tanh(Math.log1p(Math.exp(3))),
    };
    for (const [activation, value] of Object.entries(at3)) {
      const topology = network([pixels('in'), reading('Activation', 'c', from('in'), { activation })]);
      const model = await loadLayersModel({ load: async () => ({ modelTopology: topology, ...empty }) });
      const output = model.predict(tf.fill([1, 4, 4, 2], 3)) as tf.Tensor;
      expect((await output.data())[0]).toBeCloseTo(value, 5);
      tf.dispose(output);
      model.dispose();
    }
    // Its gelu is approximate in some versions, and not in others.
    const topology = network([pixels('in'), reading('Activation', 'c', from('in'), { activation: 'Addons>gelu' })]);
    await expect(loadLayersModel({ load: async () => ({ modelTopology: topology, ...empty }) })).rejects.toMatchObject({
      code: 'unsupported-option',
      layer: 'c',
    });
  });

  it('gives way to a function of that name that the user has registered', async () => {
    class Celu extends tf.serialization.Serializable {
      static className = 'squareplus';
      apply = (x: tf.Tensor): tf.Tensor => tf.mul(x, 7);
      getConfig = (): tf.serialization.ConfigDict => ({});
    }
    const { classNameMap } = tf.serialization.SerializationMap.getMap();
    delete classNameMap.squareplus;
    tf.serialization.registerClass(Celu);
    const topology = network([pixels('in'), reading('Activation', 'c', from('in'), { activation: 'squareplus' })]);
    const model = await loadLayersModel({ load: async () => ({ modelTopology: topology, ...empty }) });
    const output = model.predict(tf.ones([1, 4, 4, 2])) as tf.Tensor;
    expect((await output.data())[0]).toBe(7);
    expect(new Deconvnet(model).layers[1]!.mirror).toBeNull();
    delete classNameMap.squareplus;
    model.dispose();
  });
});
