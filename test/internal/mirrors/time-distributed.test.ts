import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Layer } from '../../../src/network/layer-access.js';
import { backends, use } from '../../support/backends.js';
import { expectClose, values } from '../../support/compare.js';
import { fillWeights, noiseTensor } from '../../support/project/networks.js';

const { layers } = tfl;
const TIMES = 3;

/** The same layers on a film, step by step of time, and on one frame. */
function twins(make: () => Layer[], frame: number[]): { film: tfl.LayersModel; still: tfl.LayersModel } {
  const inner = make();
  const film = tfl.sequential({
    layers: inner.map((layer, i) =>
      layers.timeDistributed({
        layer,
        name: `step${i}`,
        ...(i === 0 ? { inputShape: [TIMES, ...frame] } : {}),
      }),
    ),
  });
  fillWeights(film);
  const input = tfl.input({ shape: frame });
  const output = inner.reduce<tfl.SymbolicTensor>((x, layer) => layer.apply(x) as tfl.SymbolicTensor, input);
  return { film, still: tfl.model({ inputs: input, outputs: output }) };
}

const networks: [string, () => Layer[], number[]][] = [
  [
    'convolution, pooling, normalisation',
    () => [
      layers.conv2d({ name: 'a', filters: 4, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }),
      layers.layerNormalization({ name: 'b' }),
      layers.maxPooling2d({ name: 'c', poolSize: 2, strides: 1 }),
      layers.conv2d({ name: 'd', filters: 3, kernelSize: 2, activation: 'tanh' }),
    ],
    [8, 7, 2],
  ],
  [
    'to a vector',
    () => [
      layers.conv2d({ name: 'a', filters: 3, kernelSize: 3 }),
      layers.prelu({ name: 'b' }),
      layers.upSampling2d({ name: 'c' }),
      layers.flatten({ name: 'd' }),
      layers.dense({ name: 'e', units: 5, activation: 'swish' }),
      layers.dense({ name: 'f', units: 4, activation: 'softmax' }),
    ],
    [5, 4, 2],
  ],
  [
    'global pooling',
    () => [
      layers.conv2d({ name: 'a', filters: 3, kernelSize: 3, activation: 'elu' }),
      layers.globalAveragePooling2d({ name: 'b' }),
      layers.dense({ name: 'c', units: 4 }),
    ],
    [5, 4, 2],
  ],
];

describe.each(backends)('TimeDistributed on %s', (backend) => {
  beforeAll(() => use(backend));

  describe.each(networks)('%s', (_, make, frame) => {
    it.each(['deconvnet', 'guided', 'gradient'] as const)(
      'is the inner mirror at each time, under %s',
      async (rule) => {
        const { film, still } = twins(make, frame);
        const [wholeFilm, oneFrame] = [new Deconvnet(film, { rule }), new Deconvnet(still, { rule })];
        const picture = noiseTensor([TIMES, ...frame], 30);
        const top = film.layers.length - 1;
        const places = (film.layers[top]!.outputShape as number[]).slice(2, -1).map(() => 1);
        const selections = [0, 1, 2].flatMap((time) =>
          [0, 1, 2].map((featureMap) => ({ layer: `step${top}`, featureMap, position: [time, ...places] })),
        );
        let filled = 0;

        const found = await wholeFilm.project(picture, selections);
        for (const [i, projection] of found.entries()) {
          const { featureMap, position } = selections[i]!;
          const time = position[0]!;

          const want = await oneFrame.project(tf.squeeze(tf.slice(picture, time, 1), [0]), {
            layer: still.layers.at(-1)!.name,
            featureMap,
            ...(places.length > 0 ? { position: places } : {}),
          });
          expect(projection.activation).toBeCloseTo(want.activation, 4);
          const size = frame.reduce((a, b) => a * b, 1);
          const got = await values(projection);
          expect(projection.empty).toBe(want.empty);
          if (!want.empty) expectClose(got.slice(time * size, (time + 1) * size), await values(want), 1e-4);
          filled += want.empty ? 0 : 1;
          // Other times are not seen.
          expect(got.every((value, at) => Math.floor(at / size) === time || value === 0)).toBe(true);
        }
        expect(filled).toBeGreaterThan(0);
      },
    );
  });

  it('sees as far as the inner layer', () => {
    const { film } = twins(networks[0]![1], networks[0]![2]);
    const fields = new Deconvnet(film).layers.map(({ receptiveField }) => receptiveField);
    expect(fields[1]).toEqual({ size: [1, 3, 3], stride: [1, 2, 2], offset: expect.anything() });
    expect(fields.at(-1)).toMatchObject({ size: [1, 7, 7] });
  });

  it('names the class that it wraps if that has no mirror', async () => {
    const layer = tfl.sequential({ layers: [layers.dense({ units: 2, inputShape: [4] })] });
    const film = tfl.sequential({ layers: [layers.timeDistributed({ layer, inputShape: [TIMES, 4], name: 'model' })] });
    await expect(
      new Deconvnet(film).project(noiseTensor([TIMES, 4], 1), { layer: 'model', featureMap: 0 }),
    ).rejects.toMatchObject({
      code: 'unsupported-layer',
      layer: 'model',
      message: expect.stringContaining('Sequential, which it wraps'),
    });
  });
});
