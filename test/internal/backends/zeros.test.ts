import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { selectBackend } from 'deconvnet/backends';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryOf } from '../../../src/backends/zeros/use-zero-skipping.js';
import type { WasmBackend } from '../../../src/backends/zeros/zero-skipper.js';

type Kernel = (call: { inputs: object; attrs: object; backend: unknown }) => tf.TensorInfo;
type Shape4 = [number, number, number, number];

interface Case {
  readonly x: tf.Tensor4D;
  readonly filter: tf.Tensor4D;
  readonly bias?: tf.Tensor1D;
  readonly strides?: number | [number, number];
  readonly dilations?: number | [number, number];
  readonly pad?: 'same' | 'valid' | tf.backend_util.ExplicitPadding;
  readonly activation?: string;
}

const NAMES = ['Conv2D', 'FusedConv2D'];
let backend: WasmBackend;
/** The kernels of TensorFlow.js, and how often they ran. */
const theirs = new Map<string, Kernel>();
let ran = 0;

beforeAll(async () => {
  // Our kernels are laid over these, which count.
  for (const name of NAMES) {
    const config = tf.getKernel(name, 'wasm');
    theirs.set(name, config.kernelFunc as unknown as Kernel);
    replaceKernel(name, (call) => {
      ran++;
      return theirs.get(name)!(call);
    });
  }
  await selectBackend({ prefer: ['wasm'] });
  backend = tf.backend() as unknown as WasmBackend;
});

function replaceKernel(name: string, kernel: Kernel): Kernel {
  const config = tf.getKernel(name, 'wasm');
  tf.unregisterKernel(name, 'wasm');
  tf.registerKernel({ ...config, kernelFunc: kernel as never });
  return config.kernelFunc as unknown as Kernel;
}

/** The bits of a convolution by the kernels that choose and by those of TensorFlow.js, and whether ours was chosen. */
function convolve({ x, filter, bias, ...options }: Case) {
  const attrs = { strides: 1, dilations: 1, pad: 'valid', dataFormat: 'NHWC', activation: 'linear', ...options };
  const name = bias ? 'FusedConv2D' : 'Conv2D';
  const bitsBy = (kernel: Kernel): Int32Array => {
    const made = kernel({ inputs: bias ? { x, filter, bias } : { x, filter }, attrs, backend });
    const bits = new Int32Array(backend.typedArrayFromHeap(made).slice().buffer);
    backend.disposeData(made.dataId);
    return bits;
  };
  ran = 0;
  const bits = bitsBy(tf.getKernel(name, 'wasm').kernelFunc as unknown as Kernel);
  return { bits, isOurs: ran === 0, expected: bitsBy(theirs.get(name)!) };
}

let state = 7;
function random(): number {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
}

/** Random numbers, of which a share is not zero. */
function values(shape: readonly number[], share = 1): Float32Array {
  return Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, () =>
    random() < share ? random() - 0.4 : random() < 0.5 ? 0 : -0,
  );
}

const image = (shape: Shape4, share: number): tf.Tensor4D => tf.tensor4d(values(shape, share), shape);
const weights = (shape: Shape4): tf.Tensor4D => tf.tensor4d(values(shape), shape);

/** A convolution for which our kernel is chosen, with some of its numbers replaced. */
function special(change: { x?: number; filter?: number; bias?: number; maps?: number }, options: Partial<Case> = {}) {
  const [x, filter, bias] = [
    values([1, 14, 14, 16], 0.1),
    values([3, 3, 16, change.maps ?? 32]),
    values([change.maps ?? 32]),
  ];
  if (change.x !== undefined) x[77] = change.x;
  if (change.filter !== undefined) filter[1001] = change.filter;
  if (change.bias !== undefined) bias[5] = change.bias;
  return tf.tidy(() =>
    convolve({
      x: tf.tensor4d(x, [1, 14, 14, 16]),
      filter: tf.tensor4d(filter, [3, 3, 16, change.maps ?? 32]),
      bias: tf.tensor1d(bias),
      ...options,
    }),
  );
}

describe('convolutions on wasm that skip zeros', () => {
  it('have the bits of those of TensorFlow.js, for generated shapes and options', () => {
    let ours = 0;
    const side = fc.integer({ min: 1, max: 4 });
    const step = fc.integer({ min: 1, max: 3 });
    fc.assert(
      fc.property(
        fc.record({
          batch: fc.integer({ min: 1, max: 3 }),
          size: fc.tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 24 })),
          channels: fc.integer({ min: 1, max: 70 }),
          maps: fc.integer({ min: 1, max: 130 }),
          kernel: fc.tuple(side, side),
          // TensorFlow.js has no convolutions with both.
          steps: fc.oneof(fc.record({ strides: fc.tuple(step, step) }), fc.record({ dilations: fc.tuple(step, step) })),
          pad: fc.oneof(
            fc.constantFrom('same' as const, 'valid' as const),
            fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 }),
          ),
          fused: fc.option(fc.constantFrom('linear', 'relu', 'relu6')),
          share: fc.constantFrom(0, 0.02, 0.1, 0.3, 0.5),
        }),
        ({ batch, size, channels, maps, kernel, steps, pad, fused, share }) => {
          const [top, bottom, left, right] = typeof pad === 'string' ? [0, 0, 0, 0] : pad;
          const reach = (axis: 0 | 1): number =>
            1 + (kernel[axis] - 1) * ('dilations' in steps ? steps.dilations[axis] : 1);
          fc.pre(pad === 'same' || (size[0] + top! + bottom! >= reach(0) && size[1] + left! + right! >= reach(1)));
          tf.tidy(() => {
            const made = convolve({
              x: image([batch, ...size, channels], share),
              filter: weights([...kernel, channels, maps]),
              ...steps,
              pad:
                typeof pad === 'string'
                  ? pad
                  : [
                      [0, 0],
                      [top!, bottom!],
                      [left!, right!],
                      [0, 0],
                    ],
              ...(fused ? { bias: tf.tensor1d(values([maps])), activation: fused } : {}),
            });
            if (made.isOurs) ours++;
            expect(made.bits).toEqual(made.expected);
          });
        },
      ),
      { numRuns: 300 },
    );
    expect(ours).toBeGreaterThan(100);
  });

  it('use our kernel only where it is faster', () => {
    const isOurs = (x: Shape4, share: number, filter: Shape4): boolean =>
      tf.tidy(() => convolve({ x: image(x, share), filter: weights(filter) }).isOurs);
    expect(isOurs([1, 16, 16, 32], 0.3, [3, 3, 32, 64])).toBe(true);
    expect(isOurs([1, 16, 16, 32], 0.7, [3, 3, 32, 64])).toBe(false);
    expect(isOurs([1, 16, 16, 64], 0.3, [1, 1, 64, 128])).toBe(true);
    expect(isOurs([1, 16, 16, 64], 0, [1, 1, 64, 16])).toBe(false);
    expect(isOurs([1, 4, 4, 256], 0.1, [3, 3, 256, 256])).toBe(false);
    expect(isOurs([16, 4, 4, 256], 0.1, [3, 3, 256, 256])).toBe(true);
    expect(isOurs([1, 6, 6, 8], 0, [3, 3, 8, 16])).toBe(false);
  });

  it.each([
    ['an input is infinite', { x: Number.POSITIVE_INFINITY }],
    ['an input is NaN', { x: Number.NaN }],
    ['a weight is infinite', { filter: Number.NEGATIVE_INFINITY }],
    ['a weight is NaN', { filter: Number.NaN }],
    ['a bias is NaN', { bias: Number.NaN }],
    ['a bias is -0', { bias: -0 }],
    ['an output overflows', { x: 3e38, filter: 3e38 }],
    ['there are two feature maps, whose products TensorFlow.js adds in another order', { maps: 2 }],
  ])('use the kernel of TensorFlow.js where %s', (_, change) => {
    const filled = change.filter === 3e38 ? { ...change, bias: 3.4e38 } : change;
    const { bits, expected, isOurs } = special(filled);
    expect(isOurs).toBe(false);
    expect(bits).toEqual(expected);
  });

  it('use the kernel of TensorFlow.js for other activation functions and data types', () => {
    expect(special({}).isOurs).toBe(true);
    for (const activation of ['elu', 'sigmoid', 'leakyrelu']) {
      const { bits, expected, isOurs } = special({}, { activation });
      expect(isOurs).toBe(false);
      expect(bits).toEqual(expected);
    }
  });

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

  it('are left out where threads share the memory', () => {
    const fake = (memory: WebAssembly.Memory) =>
      ({ wasm: { asm: { memory }, HEAPU8: new Uint8Array(memory.buffer) } }) as unknown as WasmBackend;
    const own = new WebAssembly.Memory({ initial: 1, maximum: 1 });
    expect(memoryOf(fake(own))).toBe(own);
    expect(memoryOf(fake(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })))).toBeUndefined();
    expect(memoryOf({ wasm: { HEAPU8: new Uint8Array(1) } } as unknown as WasmBackend)).toBeUndefined();
  });
});
