import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';
import { backends, draws, use } from '../../support/backends.js';
import { expectAdjoint } from '../../support/mirrors/expect-mirror.js';
import { type LayerCase, layerCase } from '../../support/mirrors/layer-case.js';
import { WINDOWED_LAYERS } from '../../support/mirrors/windowed-layers.js';

const { averagePooling1d, conv2dTranspose, dense, depthwiseConv2d, dropout, flatten, gaussianNoise, zeroPadding2d } =
  tfl.layers;

const linear = Object.entries(WINDOWED_LAYERS).filter(([, one]) => one.linear !== false);

const on = (title: string, make: () => unknown, shape: number[], channelAxis = shape.length): LayerCase =>
  layerCase(make, [shape], { title, channelAxis });

const dataFormat = 'channelsFirst' as const;
const sides: [[number, number], [number, number]] = [
  [1, 2],
  [0, 3],
];
const others: LayerCase[] = [
  on('dense', () => dense({ units: 4, biasInitializer: 'ones' }), [5]),
  on('dense on images', () => dense({ units: 4 }), [3, 4, 5]),
  on('flatten', () => flatten(), [3, 4, 5]),
  on('flatten, channels first', () => flatten({ dataFormat }), [3, 4, 5], 1),
  on('zero padding', () => zeroPadding2d({ padding: sides }), [3, 4, 2]),
  on('zero padding, channels first', () => zeroPadding2d({ padding: 2, dataFormat }), [3, 4, 2], 1),
  on(
    'a depthwise convolution whose dilation tfjs ignores',
    () => depthwiseConv2d({ kernelSize: 3, dilationRate: 2, strides: 2, padding: 'same' }),
    [6, 7, 2],
  ),
  on(
    'a transposed convolution whose dilation tfjs ignores',
    () => conv2dTranspose({ filters: 2, kernelSize: 3, dilationRate: 2, strides: 2 }),
    [4, 3, 2],
  ),
  on(
    'a depthwise convolution with causal padding, which tfjs takes for valid',
    () => depthwiseConv2d({ kernelSize: 3, padding: 'causal' }),
    [6, 7, 2],
  ),
  on(
    'average pooling with causal padding, which tfjs takes for valid',
    () => averagePooling1d({ poolSize: 3, strides: 2, padding: 'causal' }),
    [8, 2],
  ),
  on('dropout', () => dropout({ rate: 0.5 }), [3, 4, 2]),
  on('gaussian noise', () => gaussianNoise({ stddev: 1 }), [3, 4, 2]),
];

describe.each(backends)('linear mirrors on %s', (backend) => {
  beforeAll(() => use(backend));

  it.each(linear)('are adjoint to %s for every option that its call honours', async (className, { generated }) => {
    await fc.assert(
      fc.asyncProperty(generated, (one) => expectAdjoint({ ...one, title: `${className} ${one.title}` })),
      { numRuns: draws(120), seed: 5 },
    );
  });

  it.each(others)('are adjoint to $title', (one) => expectAdjoint(one, {}, 0));

  it.runIf(backend === 'wasm')(
    'are adjoint to SeparableConv2D with stride and dilation, which only wasm runs',
    async () => {
      for (const [strides, dilationRate] of [
        [2, 2],
        [3, 2],
        [2, 3],
        [4, 6],
      ] as const) {
        for (const padding of ['same', 'valid'] as const) {
          const options = { filters: 3, kernelSize: 3, strides, dilationRate, padding };
          const make = () => tfl.layers.separableConv2d(options);
          await expectAdjoint(on(JSON.stringify(options), make, [15, 16, 2]), {}, 0);
        }
      }
    },
  );
});
