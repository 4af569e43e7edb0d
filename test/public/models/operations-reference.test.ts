import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { loadLayersModel } from 'deconvnet/models';
import { describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { referenceNetwork } from '../../support/models/reference-network.js';

const far = (got: ArrayLike<number>, expected: Float32Array): number => {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(got.length).toBe(expected.length);
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(got[i]! - value)), 0) / largest;
};

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  describe.each(['keras-3.15.1', 'keras-3.6.0', 'keras-2.21.0'])('operations that %s wrote', (name) => {
    it.each(['keras', 'h5'] as const)('compute what Keras computes, from the topology of a .%s file', async (form) => {
      await use(backend);
      const reference = referenceNetwork(name);
      const before = tf.memory().numTensors;
      const model = await loadLayersModel(reference.handler(reference.topologies[form]));
      const input = tf.tensor4d(reference.input, [1, 16, 16, 3]);
      const output = model.predict(input) as tf.Tensor;
      expect(far(await output.data(), reference.output)).toBeLessThan(1e-4);
      const deconvnet = new Deconvnet(model);
      expect(deconvnet.layers.filter(({ mirror }) => mirror === null)).toEqual([]);
      const conv = model.getLayer('conv_c').output as tfl.SymbolicTensor;
      const middle = tfl.model({ inputs: model.inputs, outputs: conv });
      const inside = middle.predict(input) as tf.Tensor;
      expect(far(await inside.data(), reference.middle)).toBeLessThan(1e-4);
      const projection = await deconvnet.project(input, { layer: 'dense', featureMap: 0 });
      expect(projection.empty).toBe(false);
      projection.dispose();
      inside.dispose();
      tf.dispose([input, output]);
      deconvnet.dispose();
      model.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });
  });
});
