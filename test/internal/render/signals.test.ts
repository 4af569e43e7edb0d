import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { Deconvnet } from '../../../src/deconvnet.js';
import type { Picture } from '../../../src/input/picture.js';
import { PatchMiner } from '../../../src/mine/patch-miner.js';
import { drawLine } from '../../../src/render/draw-line.js';
import { renderPatches } from '../../../src/render/render-patches.js';
import { renderSignals, type SignalPatch } from '../../../src/render/render-signals.js';
import { use } from '../../support/backends.js';
import { projectionOf } from '../../support/render/projection-of.js';

beforeAll(() => use('cpu'));

const at = ({ data, width }: Picture, x: number, y: number): number[] =>
  Array.from(data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4));

/** A patch of these samples, `[time, channels]`, in a receptive field. */
function patchOf(samples: number[][], start = 0, field = { start: [start], size: [samples.length] }): SignalPatch {
  const shape = [samples.length, samples[0]!.length];
  return { receptiveField: field, pixels: { data: Float32Array.from(samples.flat()), shape, start: [start] } };
}

describe('a line', () => {
  it('covers pixels as far as they are near it', () => {
    const cover = drawLine(
      [
        { x: 0.5, y: 2.5 },
        { x: 4.5, y: 2.5 },
      ],
      { width: 5, height: 5 },
    );
    const column = (x: number): number[] => [0, 1, 2, 3, 4].map((y) => cover[y * 5 + x]!);
    // A line of 1.4 pixels: all of the middle row, and a fifth of its neighbours.
    for (const x of [0, 2, 4])
      expect(column(x).map((share) => Math.round(share * 10) / 10)).toEqual([0, 0.2, 1, 0.2, 0]);
  });

  it('of one point is a dot, and of none is nothing', () => {
    const dot = drawLine([{ x: 1.5, y: 1.5 }], { width: 3, height: 3 });
    expect([dot[4], dot[0]]).toEqual([1, 0]);
    expect(Math.max(...drawLine([], { width: 2, height: 2 }))).toBe(0);
  });
});

describe('signals', () => {
  it('run from the smallest value at the bottom to the largest at the top, on one scale for all', async () => {
    const [rise, flat] = await renderSignals([patchOf([[0], [1], [2], [3]]), patchOf([[0], [0], [0], [0]])], {
      width: 40,
      height: 21,
    });
    const dark = (picture: Picture, x: number): number =>
      Array.from({ length: picture.height }, (_, y) => y).reduce((a, b) =>
        at(picture, x, a)[0]! <= at(picture, x, b)[0]! ? a : b,
      );
    // The samples are in the middle of their ten columns; two pixels stay free above and below.
    expect([dark(rise!, 5), dark(rise!, 15), dark(rise!, 34)]).toEqual([18, 13, 2]);
    expect([dark(flat!, 5), dark(flat!, 34)]).toEqual([18, 18]);
    expect(at(rise!, 5, 2)).toEqual([246, 246, 246, 255]);
  });

  it('have the projection behind them, red above zero and blue below, on a common scale', async () => {
    const patches = [patchOf([[0], [0]]), patchOf([[0], [0]])];
    const projections = [projectionOf([4, -4], [2, 1]), projectionOf([2, 0], [2, 1])];
    const pictures = await renderSignals(patches, { projections, width: 4, height: 20, contrast: 'max' });
    const colours = pictures.map((picture) => [0, 3].map((x) => at(picture!, x, 0).slice(0, 3)));
    expect(colours).toEqual([
      [
        [214, 72, 38],
        [38, 104, 196],
      ],
      [
        [230, 159, 142],
        [246, 246, 246],
      ],
    ]);
    expect(pictures.map((picture) => [picture!.scale, picture!.clipped])).toEqual([
      [4, 0],
      [4, 0],
    ]);
  });

  it('show what a cropped and a whole projection have at the place of the patch', async () => {
    const patch = patchOf([[0], [0], [0]], 1, { start: [1], size: [3] });
    const whole = projectionOf([9, 0, 5, 0, 9], [5, 1]);
    const cropped = projectionOf([0, 5, 0], [3, 1], { field: { start: [1], size: [3] } });
    const draw = async (projection: typeof whole): Promise<Picture> =>
      (await renderSignals([patch], { projections: [projection], width: 3, height: 20 }))[0]!;
    const drawn = await draw(whole);
    expect([0, 1, 2].map((x) => at(drawn, x, 0)[2])).toEqual([246, 38, 246]);
    expect(await draw(cropped)).toEqual(drawn);
  });

  it('are transparent where the field sticks out of them, and have a band for each channel', async () => {
    const patch = patchOf(
      [
        [1, 5],
        [2, 6],
      ],
      0,
      { start: [-2], size: [4] },
    );
    const [picture] = await renderSignals([patch], { width: 8, height: 40 });
    const alphas = (y: number): number[] => Array.from({ length: 8 }, (_, x) => at(picture!, x, y)[3]!);
    expect(alphas(3)).toEqual([0, 0, 0, 0, 255, 255, 255, 255]);
    // The last line of the first band is free.
    expect(alphas(19)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(alphas(20)).toEqual([0, 0, 0, 0, 255, 255, 255, 255]);
    // Without sizes: 192 pixels, and 16 for each of five channels.
    const [five] = await renderSignals([patchOf([[1, 2, 3, 4, 5]])]);
    expect([five!.width, five!.height]).toEqual([192, 80]);
  });

  it('average a projection over the samples of a column', async () => {
    const patch = patchOf(Array.from({ length: 8 }, () => [0]));
    const projection = projectionOf([3, -1, 2, 2, 0, 0, -2, -2], [8, 1]);
    const [picture] = await renderSignals([patch], {
      projections: [projection],
      width: 4,
      height: 20,
      contrast: 'max',
    });
    // 1, 2, 0 and -2.
    expect(picture!.scale).toBe(2);
    expect([0, 1, 2, 3].map((x) => at(picture!, x, 0)[0])).toEqual([230, 214, 246, 38]);
  });

  it('name what they cannot draw', async () => {
    const patch = patchOf([[1]]);
    await expect(renderSignals([patch], { projections: [] })).rejects.toThrow(/0 projections, but there is 1 patch:/);
    await expect(renderSignals([patch], { width: 0 })).rejects.toThrow(/width is a whole number/);
    const flat = { receptiveField: { start: [0, 0], size: [1, 1] } };
    await expect(renderSignals([flat])).rejects.toMatchObject({ code: 'unsupported-option' });
    expect(await renderSignals([{ receptiveField: { start: [0], size: [1] } }])).toEqual([null]);
    expect(await renderSignals([])).toEqual([]);
  });
});

it('patches of a network over time are drawn as lines by renderPatches, with and without channels', async () => {
  const conv = tfl.layers.conv1d({ name: 'conv', inputShape: [12, 2], filters: 2, kernelSize: 3, activation: 'relu' });
  const deconvnet = new Deconvnet(tfl.sequential({ layers: [conv] }));
  const miner = new PatchMiner(deconvnet, { layers: ['conv'], k: 2 });
  await miner.add(tf.randomNormal([4, 12, 2], 0, 1, 'float32', 3), ['a', 'b', 'c', 'd']);
  const patches = [0, 1].map((map) => miner.top('conv', map)).find((top) => top.length > 0)!;
  const drawn = renderPatches(deconvnet, patches);
  expect(drawn).toEqual(await renderSignals(patches));
  expect(drawn[0]).toMatchObject({ width: 192, height: 64 });
  const light = PatchMiner.fromJSON(deconvnet, miner.toJSON());
  const map = [0, 1].find((candidate) => light.top('conv', candidate).length > 0)!;
  expect(renderPatches(deconvnet, light.top('conv', map))).toEqual(light.top('conv', map).map(() => null));
});

it('inputs without a spatial axis are signals with one channel', async () => {
  const dense = tfl.layers.dense({ name: 'dense', units: 2, inputShape: [6], kernelInitializer: 'ones' });
  const deconvnet = new Deconvnet(tfl.sequential({ layers: [dense] }));
  const miner = new PatchMiner(deconvnet, { layers: ['dense'] });
  await miner.add(tf.tensor2d([[1, 2, 3, 4, 5, 6]]), ['a']);
  const projections = await miner.project('dense', 0);
  const [picture] = await renderSignals(miner.top('dense', 0), { projections });
  expect(picture).toMatchObject({ width: 192, height: 64, clipped: 0 });
  expect(picture!.scale).toBeCloseTo(21, 4);
});
