import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import {
  Deconvnet,
  montage,
  PatchMiner,
  type Picture,
  type Projection,
  renderFilters,
  renderPatches,
  renderProjection,
  renderProjections,
} from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { noiseTensor, smallConvnet } from '../../support/project/networks.js';

beforeAll(() => use('cpu'));

const at = ({ data, width }: Picture, x: number, y: number): number[] =>
  Array.from(data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4));
const dot = (red: number, green = red, blue = red, alpha = 255): Picture => ({
  width: 1,
  height: 1,
  data: new Uint8ClampedArray([red, green, blue, alpha]),
});

/** A network whose one filter has these weights, `[height, width, channels, filters]`. */
function filterModel(
  kernel: tf.Tensor4D,
  dataFormat: 'channelsFirst' | 'channelsLast' = 'channelsLast',
): tfl.LayersModel {
  const [height, width, channels, filters] = kernel.shape;
  const layer = tfl.layers.conv2d({
    inputShape: dataFormat === 'channelsLast' ? [6, 6, channels] : [channels, 6, 6],
    kernelSize: [height, width],
    filters,
    useBias: false,
    dataFormat,
    name: 'conv',
  });
  const model = tfl.sequential({ layers: [layer] });
  layer.setWeights([kernel]);
  return model;
}

describe('projections', () => {
  it('are drawn as 128 + 127 v / s, in the channel order of the network', async () => {
    const kernel = tf.tensor4d([1, -0.5, 0, 0.25, 0, 0], [1, 2, 3, 1]);
    for (const input of ['raw', 'caffe'] as const) {
      const deconvnet = new Deconvnet(filterModel(kernel), { input });
      const image = tf.ones([6, 6, 3]);
      const projection = await deconvnet.project(image, { layer: 'conv', featureMap: 0, position: [2, 3], crop: true });
      const picture = await renderProjection(projection);
      expect([picture.width, picture.height]).toEqual([2, 1]);
      // -0.5 is drawn as 128 - 63.5.
      const [first, second] = [
        [255, 64, 128],
        [160, 128, 128],
      ].map((rgb) => (input === 'caffe' ? rgb.reverse() : rgb));
      expect(at(picture, 0, 0)).toEqual([...first!, 255]);
      expect(at(picture, 1, 0)).toEqual([...second!, 255]);
    }
  });

  it('share a scale by default; if all values are zero, the picture is mid-grey', async () => {
    const deconvnet = new Deconvnet(filterModel(tf.tensor4d([1], [1, 1, 1, 1])));
    const pixels = new Float32Array(36);
    pixels[0] = 4;
    pixels[7] = 1;
    const image = tf.tensor(pixels, [6, 6, 1]);
    const selection = (position: number[]) => ({ layer: 'conv', featureMap: 0, position, crop: true });
    const projections = await deconvnet.project(image, [selection([0, 0]), selection([1, 1]), selection([5, 5])]);
    expect(projections.map(({ empty }) => empty)).toEqual([false, false, true]);
    const levels = async (options?: { scale: 'common' | 'each' }): Promise<number[]> =>
      (await renderProjections(projections, options)).map(({ data }) => data[0]!);
    expect(await levels()).toEqual([255, 160, 128]);
    expect(await levels({ scale: 'each' })).toEqual([255, 255, 128]);
    projections[0]!.dispose();
    await expect(renderProjection(projections[0]!)).rejects.toMatchObject({ code: 'disposed' });
  });

  it('of a channels-first network are drawn the right way round', async () => {
    const kernel = tf.tensor4d([1, 0, 0, 0, 0, 1], [1, 2, 3, 1]);
    const pictures: Picture[] = [];
    for (const dataFormat of ['channelsLast', 'channelsFirst'] as const) {
      const deconvnet = new Deconvnet(filterModel(kernel, dataFormat));
      const image = tf.ones(dataFormat === 'channelsLast' ? [6, 6, 3] : [3, 6, 6]);
      const projection: Projection = await deconvnet.project(image, { layer: 'conv', featureMap: 0, position: [1, 2] });
      expect(projection.receptiveField).toEqual({ start: [1, 2], size: [1, 2] });
      pictures.push(await renderProjection(projection));
    }
    expect(at(pictures[0]!, 2, 1)).toEqual([255, 128, 128, 255]);
    expect(at(pictures[0]!, 3, 1)).toEqual([128, 128, 255, 255]);
    expect(pictures[1]).toEqual(pictures[0]);
  });
});

describe('filters', () => {
  it('are drawn each on its own scale, or all on one', async () => {
    const model = filterModel(tf.tensor4d([2, 1, -2, 0.5], [1, 2, 1, 2]));
    const each = await renderFilters(model);
    expect(each.map(({ data }) => [data[0], data[4]])).toEqual([
      [255, 1],
      [255, 192],
    ]);
    const common = await renderFilters(model, { scale: 'common' });
    expect(common.map(({ data }) => [data[0], data[4]])).toEqual([
      [255, 1],
      [192, 160],
    ]);
  });

  it('of a BGR network are drawn in true colours', async () => {
    const model = filterModel(tf.tensor4d([1, 0, -1], [1, 1, 3, 1]));
    expect(at((await renderFilters(model))[0]!, 0, 0)).toEqual([255, 128, 1, 255]);
    expect(at((await renderFilters(new Deconvnet(model, { input: 'caffe' })))[0]!, 0, 0)).toEqual([1, 128, 255, 255]);
  });

  it('over many channels are a grey tile for each channel', async () => {
    const model = filterModel(tf.tensor4d([1, -1, 0, 0.5, 0.25, 0, 0, 0, 0, 1], [1, 2, 5, 1]));
    const [picture] = await renderFilters(model);
    // Five tiles of 2x1 pixels, three in a row.
    expect([picture!.width, picture!.height]).toEqual([8, 3]);
    expect(
      [at(picture!, 0, 0), at(picture!, 3, 0), at(picture!, 6, 0), at(picture!, 0, 2), at(picture!, 4, 2)].map(
        ([grey]) => grey,
      ),
    ).toEqual([255, 1, 128, 192, 255]);
    expect(at(picture!, 2, 0)).toEqual([0, 0, 0, 0]);
  });

  it('of 1x1 over many channels are one compact grid of cells', async () => {
    const model = filterModel(tf.tensor4d([1, -1, 0, 0.5, 0.25], [1, 1, 5, 1]));
    const [picture] = await renderFilters(model);
    expect([picture!.width, picture!.height]).toEqual([3, 2]);
    const cells = [0, 1, 2, 3, 4, 5].map((cell) => at(picture!, cell % 3, Math.floor(cell / 3)));
    expect(cells.map(([grey]) => grey)).toEqual([255, 1, 128, 192, 160, 0]);
    expect(cells[5]).toEqual([0, 0, 0, 0]);
  });

  it('need a convolution', async () => {
    const model = tfl.sequential({ layers: [tfl.layers.dense({ inputShape: [3], units: 2 })] });
    const { numTensors } = tf.memory();
    await expect(renderFilters(model)).rejects.toMatchObject({ code: 'unsupported-layer' });
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});

describe('patches', () => {
  it('are drawn in the colours of their picture, transparent where the field sticks out', async () => {
    const deconvnet = new Deconvnet(smallConvnet(), { input: 'caffe' });
    const miner = new PatchMiner(deconvnet, { layers: ['conv2'] });
    const source: Picture = {
      width: 10,
      height: 12,
      data: Uint8ClampedArray.from({ length: 480 }, (_, i) => (i % 4 === 3 ? 255 : (i * 37) % 256)),
    };
    await miner.run([{ id: 'one', image: deconvnet.toInput(source) }]);
    let outside = 0;
    let inside = 0;
    for (let map = 0; map < 6; map++) {
      const patches = miner.top('conv2', map);
      for (const [i, picture] of renderPatches(deconvnet, patches).entries()) {
        const { start, size } = patches[i]!.receptiveField as { start: [number, number]; size: [number, number] };
        expect([picture!.height, picture!.width]).toEqual(size);
        for (let y = 0; y < size[0]; y++) {
          for (let x = 0; x < size[1]; x++) {
            const [sy, sx] = [start[0] + y, start[1] + x];
            const real = sy >= 0 && sy < 12 && sx >= 0 && sx < 10;
            expect(at(picture!, x, y)).toEqual(real ? at(source, sx, sy) : [0, 0, 0, 0]);
            if (real) inside++;
            else outside++;
          }
        }
      }
    }
    expect(Math.min(inside, outside)).toBeGreaterThan(50);
    const light = PatchMiner.fromJSON(deconvnet, miner.toJSON());
    const map = [0, 1, 2, 3, 4, 5].find((candidate) => light.top('conv2', candidate).length > 0)!;
    expect(renderPatches(deconvnet, light.top('conv2', map))).toEqual([null]);
  });
});

describe('montage', () => {
  it('enlarges by nearest neighbour, row by row', () => {
    const sheet = montage([dot(10), dot(20), dot(30)], { columns: 2, tile: 2, gap: 1, background: [1, 2, 3, 255] });
    expect([sheet.width, sheet.height]).toEqual([5, 5]);
    const row = (y: number): number[] => Array.from({ length: 5 }, (_, x) => at(sheet, x, y)[0]!);
    expect([0, 1, 2, 3, 4].map(row)).toEqual([
      [10, 10, 1, 20, 20],
      [10, 10, 1, 20, 20],
      [1, 1, 1, 1, 1],
      [30, 30, 1, 1, 1],
      [30, 30, 1, 1, 1],
    ]);
  });

  it('makes small tiles visible by itself, and keeps shapes', () => {
    const filters = Array.from({ length: 4 }, () => ({ width: 7, height: 7, data: new Uint8ClampedArray(196) }));
    expect(montage(filters)).toMatchObject({ width: 142, height: 142 });
    const wide: Picture = { width: 2, height: 1, data: new Uint8ClampedArray([9, 9, 9, 255, 7, 7, 7, 255]) };
    const sheet = montage([wide], { tile: 4, background: [0, 0, 0, 0] });
    const column = (x: number): number[] => [0, 1, 2, 3].map((y) => at(sheet, x, y)[3]!);
    expect([column(0), column(3)]).toEqual([
      [0, 255, 255, 0],
      [0, 255, 255, 0],
    ]);
    expect([at(sheet, 0, 1)[0], at(sheet, 3, 1)[0]]).toEqual([9, 7]);
  });

  it('lays half-transparent pixels on the background', () => {
    expect(at(montage([dot(0, 0, 0, 51)], { tile: 1 }), 0, 0)).toEqual([204, 204, 204, 255]);
  });

  it('names what it cannot lay out', () => {
    expect(() => montage([])).toThrow(/at least one picture/);
    expect(() => montage([dot(1)], { columns: 0 })).toThrow(
      /columns is a whole number of at least 1; it is the number 0/,
    );
    expect(() => montage([dot(1)], { tile: 1.5 })).toThrow(/tile/);
    expect(() => montage([dot(1)], { gap: -1 })).toThrow(/gap/);
  });
});

it('draws nine projections and their patches from a data set', async () => {
  const deconvnet = new Deconvnet(smallConvnet(), { input: { mean: 0, std: 1 / 128 } });
  const miner = new PatchMiner(deconvnet, { layers: ['conv2'] });
  await miner.run(Array.from({ length: 12 }, (_, i) => ({ id: String(i), image: noiseTensor([12, 10, 3], i) })));
  const projections = await miner.project('conv2', 3, { crop: true });
  expect(projections).toHaveLength(9);
  const [left, right] = [await renderProjections(projections), renderPatches(deconvnet, miner.top('conv2', 3))];
  expect(left.map(({ width, height }) => [width, height])).toEqual(right.map((p) => [p!.width, p!.height]));
  expect(montage(left, { columns: 3 })).toMatchObject({
    width: montage(
      right.map((p) => p!),
      { columns: 3 },
    ).width,
  });
});
