import { readdirSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel } from 'deconvnet/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';

interface Values {
  readonly shape: number[];
  readonly values: number[];
}

/** A layer with random weights, and what Keras computes with it. */
interface KerasCase {
  readonly title: string;
  readonly class_name: string;
  readonly config: object;
  readonly weights: readonly (Values & { readonly name: string })[];
  readonly inputs: readonly Values[];
  readonly output: Values;
}

const FOLDER = 'test/reference/keras-layers';
const cases = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .flatMap((name) => (JSON.parse(readFileSync(`${FOLDER}/${name}`, 'utf8')) as { cases: KerasCase[] }).cases);

/** A network of the one layer, as Keras 3 writes it. */
function handlerOf({ class_name, config, weights, inputs }: KerasCase): tf.io.IOHandler {
  const names = inputs.map((_, i) => `in${i}`);
  const args = names.map((name, i) => ({
    class_name: '__keras_tensor__',
    config: { shape: inputs[i]!.shape, dtype: 'float32', keras_history: [name, 0, 0] },
  }));
  const layers = [
    ...inputs.map(({ shape }, i) => ({
      module: 'keras.layers',
      class_name: 'InputLayer',
      name: names[i],
      config: { name: names[i], batch_shape: [null, ...shape.slice(1)], dtype: 'float32' },
      inbound_nodes: [],
    })),
    {
      module: 'keras.layers',
      class_name,
      name: 'layer',
      config: { name: 'layer', ...config },
      inbound_nodes: [{ args: inputs.length === 1 ? args : [args], kwargs: {} }],
    },
  ];
  const places = names.map((name) => [name, 0, 0]);
  return {
    load: async () => ({
      modelTopology: {
        module: 'keras.src.models.functional',
        class_name: 'Functional',
        config: { name: 'net', layers, input_layers: places, output_layers: [['layer', 0, 0]] },
      },
      weightSpecs: weights.map(({ name, shape }) => ({
        name: `layer/${name}`,
        shape,
        dtype: name === 'count' ? 'int32' : 'float32',
      })),
      weightData: weights.map(({ name, values }) =>
        name === 'count' ? Int32Array.from(values).buffer : Float32Array.from(values).buffer,
      ),
    }),
  };
}

describe.each(backends)('layers compute what Keras computes with them, on %s:', (backend) => {
  beforeAll(() => use(backend));

  it.each(cases.map((one, i) => [one.class_name, one.title, i] as const))('%s, %s', async (_class, _title, i) => {
    const one = cases[i]!;
    const { numTensors } = tf.memory();
    const model = await loadLayersModel(handlerOf(one), {
      warn: (message) => {
        throw new Error(message);
      },
    });
    const inputs = one.inputs.map(({ shape, values }) => tf.tensor(values, shape));
    const output = model.predict(inputs.length === 1 ? inputs[0]! : inputs) as tf.Tensor;
    expect(output.shape).toEqual(one.output.shape);
    expect(model.outputShape).toEqual([null, ...one.output.shape.slice(1)]);
    const largest = Math.max(...one.output.values.map(Math.abs));
    const got = await output.data();
    const distance = Math.max(...one.output.values.map((value, at) => Math.abs(value - got[at]!)));
    expect(distance / largest).toBeLessThan(1e-5);
    tf.dispose([...inputs, output]);
    model.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});
