import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import type { WasmBackend } from '../../../src/backends/zeros/zero-skipper.js';
import {
  convolve,
  image,
  NAMES,
  replaceKernel,
  special,
  startWasm,
  theirs,
  weights,
} from '../../support/zero-skipping.js';

let backend: WasmBackend;

beforeAll(async () => {
  backend = await startWasm();
});

describe('convolutions on wasm that skip zeros', () => {
  it('survive that the memory of the backend grows, during a convolution and before the next', () => {
    tf.tidy(() => {
      const filter = weights([3, 3, 8, 64]);
      const before = backend.wasm.HEAPU8.buffer;
      // The output alone is larger than all the memory so far.
      const side = Math.ceil(Math.sqrt(before.byteLength / 64 / 4)) + 2;
      const large = convolve({ x: image([1, side, side, 8], 0.1), filter });
      expect(large.isOurs).toBe(true);
      expect(tf.util.arraysEqual(large.bits, large.expected)).toBe(true);
      expect(backend.wasm.HEAPU8.buffer).not.toBe(before);
      const next = convolve({ x: image([1, 20, 20, 8], 0.1), filter });
      expect(next.isOurs).toBe(true);
      expect(next.bits).toEqual(next.expected);
    });
  });

  it('leave no memory behind, whether they succeed or not', () => {
    const { wasm } = backend;
    const { _malloc, _free } = wasm;
    const held = new Set<number>();
    wasm._malloc = (bytes) => {
      const address = _malloc(bytes);
      held.add(address >>> 0);
      return address;
    };
    wasm._free = (address) => {
      held.delete(address >>> 0);
      _free(address);
    };
    special({});
    special({ x: 3e38, filter: 3e38, bias: 3.4e38 });
    special({ filter: Number.NaN });
    special({ bias: -0 });
    Object.assign(wasm, { _malloc, _free });
    expect(held.size).toBe(0);
  });

  it('give two Deconvnets at once the projections that TensorFlow.js gives each of them', async () => {
    const network = (seed: number): tfl.LayersModel => {
      const conv = (filters: number, name: string, first = {}) =>
        tfl.layers.conv2d({
          ...{ filters, name, kernelSize: 3, padding: 'same', activation: 'relu', ...first },
          kernelInitializer: tfl.initializers.heNormal({ seed }),
        });
      return tfl.sequential({
        layers: [
          conv(32, 'a', { inputShape: [32, 32, 3] }),
          tfl.layers.maxPooling2d({ poolSize: 2 }),
          conv(64, 'b'),
          tfl.layers.maxPooling2d({ poolSize: 2 }),
          conv(64, 'c'),
        ],
      });
    };
    const models = [network(1), network(2)];
    const deconvnets = models.map((model) => new Deconvnet(model));
    const inputs = [3, 4].map((seed) => tf.randomUniform([32, 32, 3], -1, 1, 'float32', seed));
    const project = async (i: number): Promise<Int32Array> => {
      const chosen = await deconvnets[i]!.strongest(inputs[i]!, { layer: 'c', top: 3 });
      const made = await deconvnets[i]!.project(inputs[i]!, chosen);
      const pixels = tf.tidy(() => tf.stack(made.map((projection) => projection.pixels)));
      const bits = new Int32Array((await pixels.data<'float32'>()).slice().buffer);
      tf.dispose([pixels, ...made.map((projection) => projection.pixels)]);
      return bits;
    };
    const together = await Promise.all([project(0), project(1)]);
    const choosing = NAMES.map((name) => replaceKernel(name, theirs.get(name)!));
    const alone = [await project(0), await project(1)];
    for (const [i, name] of NAMES.entries()) replaceKernel(name, choosing[i]!);
    expect(together).toEqual(alone);
    expect(together[0]!.some((bits) => bits !== 0)).toBe(true);
    for (const deconvnet of deconvnets) deconvnet.dispose();
    tf.dispose([...inputs, ...models.flatMap((model) => model.weights.map((weight) => weight.read()))]);
  });
});
