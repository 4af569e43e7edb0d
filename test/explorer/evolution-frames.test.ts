import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, type Picture } from 'deconvnet';
import { useBackend } from 'deconvnet/node';
import type { EvolutionFrame } from 'deconvnet/studies';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EvolutionStepView } from '../../examples/explorer/src/protocol-evolution.js';
import { shrinkPicture } from '../../examples/explorer/src/worker/shrink-picture.js';
import { drawFrame } from '../../examples/explorer/src/worker/studies/draw-frame.js';
import { follow } from '../../examples/explorer/src/worker/studies/follow.js';

const happened: string[] = [];

// Only a browser decodes pictures, and the models of these tests have no files.
vi.mock('../../examples/explorer/src/worker/read-picture.js', () => ({
  readPicture: () => Promise.resolve({ width: 8, height: 8, data: new Uint8ClampedArray(256).map((_, i) => i) }),
}));
vi.mock('../../examples/explorer/src/worker/open-model.js', () => ({
  openModel: () => {
    happened.push('loaded');
    return Promise.resolve(smallModel());
  },
}));

function smallModel(): tfl.Sequential {
  const { randomUniform } = tfl.initializers;
  const seeded = (seed: number) => randomUniform({ minval: -1, maxval: 1, seed });
  return tfl.sequential({
    layers: [
      tfl.layers.conv2d({
        ...{ name: 'conv1', inputShape: [8, 8, 3], filters: 3, kernelSize: 3, activation: 'relu' },
        kernelInitializer: seeded(1),
      }),
      tfl.layers.conv2d({
        ...{ name: 'conv2', filters: 2, kernelSize: 3, activation: 'relu', kernelInitializer: seeded(2) },
      }),
    ],
  });
}

const DRAWING = { contrast: 99.5, gamma: 1, zoom: 'field', tile: 128 } as const;
const INPUT = { scale: 1 / 255 } as const;

let model: tfl.LayersModel;

beforeAll(async () => {
  await useBackend('cpu');
  model = smallModel();
});

beforeEach(() => {
  happened.length = 0;
});

describe('following feature maps', () => {
  const request = {
    checkpoints: ['first', 'second'].map((name) => ({ name, files: [] })),
    ...{ openName: 'open network', seed: 0, drawing: DRAWING, maps: { conv2: [0, 1] } },
    pictures: [{ id: 'a.png', blob: new Blob() }],
  };
  const studying = { batchSize: 2, onProgress: () => {}, signal: new AbortController().signal };

  it('loads a checkpoint when what was found at the one before has been taken', async () => {
    const before = tf.memory().numTensors;
    const deconvnet = new Deconvnet(model, { input: INPUT });
    const take = async (): Promise<void> => {
      happened.push('told');
      await new Promise((resolve) => setTimeout(resolve, 20));
      happened.push('taken');
    };
    await follow({ deconvnet, rule: 'deconvnet' }, request, take, studying);
    expect(happened).toEqual(['loaded', 'told', 'taken', 'loaded', 'told', 'taken', 'told', 'taken']);
    deconvnet.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(['deconvnet', 'gradient'] as const)(
    'gives all checkpoints the rule of the open network, %s',
    async (rule) => {
      const deconvnet = new Deconvnet(model, { rule, input: INPUT });
      const steps: EvolutionStepView[] = [];
      await follow({ deconvnet, rule }, request, (step) => void steps.push(step), studying);
      expect(steps.map((step) => step.rule)).toEqual([rule, rule, rule]);
      const drawn = steps.map(({ frames }) => frames.map(({ found }) => found?.projection));
      expect(drawn[2]!.some((picture) => picture !== undefined)).toBe(true);
      expect(drawn[0]).toEqual(drawn[2]);
      deconvnet.dispose();
    },
  );
});

describe('the frame of a feature map', () => {
  const size = { width: 300, height: 300 };
  const frameOf = (shape: readonly number[]): EvolutionFrame => ({
    ...{ layer: 'conv2', featureMap: 0 },
    strongest: {
      ...{ id: 'a', activation: 1, position: [0, 0], empty: false, jumped: false },
      box: { start: [0, 0], size: [300, 200] },
      patch: { data: new Float32Array(300 * 200 * 3).fill(0.5), shape: [300, 200, 3], start: [0, 0] },
      projection: { values: new Float32Array(shape.reduce((all, side) => all * side)).fill(1), shape },
    },
  });

  it('is not larger than its tile', async () => {
    const deconvnet = new Deconvnet(model, { input: INPUT });
    const sizes = new Map([['a', size]]);
    const { found } = await drawFrame(frameOf([300, 200, 3]), { deconvnet, sizes, drawing: DRAWING });
    for (const { width, height } of [found!.patch, found!.projection]) expect([height, width]).toEqual([128, 85]);
    expect([...found!.patch.data.slice(0, 4)]).toEqual([128, 128, 128, 255]);
    deconvnet.dispose();
  });

  it('leaves no tensor behind if it cannot be drawn', async () => {
    const deconvnet = new Deconvnet(model, { input: INPUT });
    const before = tf.memory().numTensors;
    const sizes = new Map([['a', size]]);
    // An axis is missing.
    await expect(drawFrame(frameOf([300, 600]), { deconvnet, sizes, drawing: DRAWING })).rejects.toThrow();
    expect(tf.memory().numTensors).toBe(before);
    deconvnet.dispose();
  });
});

describe('a picture that is made smaller', () => {
  const picture: Picture = {
    ...{ width: 4, height: 2 },
    data: new Uint8ClampedArray(
      [
        [
          [10, 0, 0, 255],
          [30, 0, 0, 255],
          [9, 9, 9, 0],
          [0, 80, 0, 255],
        ],
        [
          [50, 0, 0, 255],
          [70, 0, 0, 255],
          [9, 9, 9, 0],
          [0, 80, 0, 255],
        ],
      ].flat(2),
    ),
  };

  it('has means, in which what is transparent does not count', () => {
    const { width, height, data } = shrinkPicture(picture, 2);
    expect([width, height]).toEqual([2, 1]);
    expect([...data]).toEqual([40, 0, 0, 255, 0, 80, 0, 128]);
  });

  it('stays as it is if it is small enough, and keeps all its pixels otherwise', () => {
    expect(shrinkPicture(picture, 4)).toBe(picture);
    // Three pixels become two: the last one counts, too.
    const row = { width: 3, height: 1, data: new Uint8ClampedArray([0, 0, 0, 255, 0, 0, 0, 255, 90, 0, 0, 255]) };
    expect([...shrinkPicture(row, 2).data]).toEqual([0, 0, 0, 255, 45, 0, 0, 255]);
  });
});
