import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { expect } from 'vitest';
import { expectClose } from '../compare.js';

const FOLDER = 'test/fixtures/keras';

/** A value of a network that Keras computed. */
interface Computed {
  readonly shape: readonly number[];
  readonly file: string;
}

/** What Keras says about a network. */
export interface KerasReference {
  readonly inputs: readonly Computed[];
  readonly outputs: readonly (Computed & { readonly same_weights_in_float32?: Computed })[];
  readonly middle: Computed & { readonly layer: string };
  readonly layers: readonly {
    readonly name: string;
    readonly variables: readonly {
      readonly name: string;
      readonly sum: number;
      readonly abs_sum: number;
      readonly first: number;
    }[];
  }[];
}

/** The path of a fixture. */
export const kerasPath = (file: string): string => join(FOLDER, file);

/** The bytes of a fixture. */
export const kerasBytes = async (file: string): Promise<Uint8Array<ArrayBuffer>> =>
  Uint8Array.from(await readFile(kerasPath(file)));

/** What Keras says about a network. */
export const kerasReference = async (name: string): Promise<KerasReference> =>
  JSON.parse(await readFile(kerasPath(`${name}.ref.json`), 'utf8')) as KerasReference;

const computed = async ({ file }: Computed): Promise<number[]> =>
  Array.from(new Float32Array((await kerasBytes(file)).buffer));

/**
 * Asserts that a model has Keras's variables in Keras's layers, and computes its outputs and, on request, those of the
 * layer in the middle.
 */
export async function expectAsKeras(model: tfl.LayersModel, name: string, middle = true): Promise<void> {
  const reference = await kerasReference(name);
  for (const { name: layer, variables } of reference.layers) {
    const given = variables.filter((variable) => !variable.name.includes('seed_generator'));
    const own = model.getLayer(layer).weights;
    expect(own.length, layer).toBe(given.length);
    for (const [i, { name, sum, abs_sum: size, first }] of given.entries()) {
      // TensorFlow.js orders the weights of a model inside a model otherwise, so those go by their names.
      const bare = name.replace(/:0$/, '');
      const named = own.find(
        // Keras 3 calls the kernel of a DepthwiseConv2D `kernel`.
        ({ originalName: one }) => bare.endsWith(one) || bare.endsWith(one.replace('/depthwise_kernel', '/kernel')),
      );
      const values = Array.from(await (named ?? own[i]!).read().data());
      expect(Math.abs(values.reduce((a, b) => a + b, 0) - sum), name).toBeLessThanOrEqual(1e-5 * size);
      expect(values[0], name).toBeCloseTo(first, 5);
    }
  }
  const inputs = await Promise.all(
    reference.inputs.map(async (input) => tf.tensor(await computed(input), [...input.shape])),
  );
  const run = async (of: tfl.LayersModel): Promise<number[][]> => {
    const made = [of.predict(inputs)].flat();
    const values = await Promise.all(made.map(async (one) => Array.from(await one.data())));
    tf.dispose(made);
    return values;
  };
  const got = await run(model);
  for (const [i, output] of reference.outputs.entries()) {
    expectClose(got[i]!, await computed(output.same_weights_in_float32 ?? output), 1e-4);
  }
  if (middle) {
    const { output } = model.getLayer(reference.middle.layer);
    const [value] = await run(tfl.model({ inputs: model.inputs, outputs: output }));
    expectClose(value!, await computed(reference.middle), 1e-4);
  }
  tf.dispose(inputs);
}

/** Disposes a model, and the layers that TensorFlow.js keeps because they are called twice. */
export function disposeWhole(model: tfl.LayersModel): void {
  const values = model.weights.map((weight) => weight.read());
  model.dispose();
  tf.dispose(values);
}
