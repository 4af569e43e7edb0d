import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, type Picture, renderActivations } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';

beforeAll(() => use('cpu'));

const at = ({ data, width }: Picture, x: number, y: number): number[] =>
  Array.from(data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4));
/** The brightness of a pixel, roughly. */
const light = (picture: Picture, x: number, y: number): number =>
  at(picture, x, y)
    .slice(0, 3)
    .reduce((a, b) => a + b, 0);

/** A 1x1 convolution with ReLU: feature map `i` is the image times `weights[i]`. */
function scaled(weights: number[], activation?: 'relu', dataFormat?: 'channelsFirst'): Deconvnet {
  const layer = tfl.layers.conv2d({
    ...{ name: 'conv', filters: weights.length, kernelSize: 1, useBias: false, activation: activation ?? 'linear' },
    ...(dataFormat ? { dataFormat, inputShape: [1, 2, 3] } : { inputShape: [2, 3, 1] }),
  });
  const model = tfl.sequential({ layers: [layer] });
  layer.setWeights([tf.tensor4d(weights, [1, 1, 1, weights.length])]);
  return new Deconvnet(model);
}

const image = (): tf.Tensor => tf.tensor3d([0, 1, 2, 3, 4, 5], [2, 3, 1]);

describe('renderActivations', () => {
  it('draws the strongest first, on one scale, and leaves out what never fires', async () => {
    const deconvnet = scaled([1, -1, 2], 'relu');
    const drawn = await renderActivations(deconvnet, image(), {
      layer: 'conv',
      tile: 3,
      gap: 1,
      columns: 2,
      contrast: 'max',
    });
    expect(drawn).toMatchObject({ featureMaps: [2, 0], scale: 10, clipped: 0 });
    const { picture } = drawn;
    // Two tiles of 3x3 pixels, in whose middle a feature map is 3x2 pixels large.
    expect([picture.width, picture.height]).toEqual([7, 3]);
    expect(at(picture, 0, 2)).toEqual([255, 255, 255, 255]);
    const [dark, bright] = [light(picture, 0, 0), light(picture, 2, 1)];
    expect(dark).toBeLessThan(80);
    expect(bright).toBeGreaterThan(500);
    expect(light(picture, 4, 0)).toBe(dark);
    // 5 of 10 in the weaker feature map is the same colour as 2.5 times 2 would be in the stronger one.
    expect(light(picture, 6, 1)).toBeGreaterThan(dark);
    expect(light(picture, 6, 1)).toBeLessThan(bright);
    const lightnesses = [0, 1, 2].map((x) => light(picture, x, 1));
    expect(lightnesses).toEqual([...lightnesses].sort((a, b) => a - b));
  });

  it('draws negative values darker than mid-grey, which is zero', async () => {
    const drawn = await renderActivations(scaled([1, -1]), image(), {
      layer: 'conv',
      tile: 3,
      gap: 0,
      columns: 2,
      contrast: 'max',
    });
    expect(drawn.featureMaps).toEqual([0, 1]);
    expect([at(drawn.picture, 0, 0), at(drawn.picture, 2, 1), at(drawn.picture, 5, 1)].map(([grey]) => grey)).toEqual([
      128, 255, 1,
    ]);
  });

  it('draws the same for channels first', async () => {
    const options = { layer: 'conv', tile: 3 };
    const last = await renderActivations(scaled([1, 3], 'relu'), image(), options);
    const first = await renderActivations(
      scaled([1, 3], 'relu', 'channelsFirst'),
      tf.reshape(image(), [1, 2, 3]),
      options,
    );
    expect(first).toEqual(last);
  });

  it('enlarges to at least 64 pixels by itself, and draws black if nothing fires', async () => {
    const drawn = await renderActivations(scaled([-1, -2], 'relu'), image(), { layer: 'conv', top: 1 });
    expect(drawn).toMatchObject({ featureMaps: [0], scale: 0, picture: { width: 66, height: 66 } });
    expect(light(drawn.picture, 30, 30)).toBeLessThan(80);
  });

  it('draws units as squares and feature maps over time as rows', async () => {
    const conv = tfl.layers.conv1d({ name: 'conv', inputShape: [5, 1], filters: 2, kernelSize: 1, useBias: false });
    const dense = tfl.layers.dense({ name: 'dense', units: 3, useBias: false });
    const model = tfl.sequential({ layers: [conv, tfl.layers.flatten(), dense] });
    conv.setWeights([tf.tensor3d([1, 2], [1, 1, 2])]);
    dense.setWeights([tf.ones([10, 3])]);
    const deconvnet = new Deconvnet(model);
    const signal = tf.tensor2d([0, 1, 2, 3, 4], [5, 1]);
    const rows = await renderActivations(deconvnet, signal, { layer: 'conv', tile: 10, contrast: 'max' });
    expect(rows).toMatchObject({ featureMaps: [1, 0], picture: { width: 10, height: 16 } });
    expect(at(rows.picture, 9, 15)).toEqual(at(rows.picture, 5, 0));
    const units = await renderActivations(deconvnet, signal, { layer: 'dense', tile: 4, gap: 1, columns: 3 });
    expect(units).toMatchObject({ featureMaps: [0, 1, 2], picture: { width: 14, height: 4 } });
  });

  it('leaves no tensors, and names what it cannot draw', async () => {
    const deconvnet = scaled([1, 2], 'relu');
    const given = image();
    await renderActivations(deconvnet, given, { layer: 'conv' });
    const { numTensors } = tf.memory();
    await renderActivations(deconvnet, given, { layer: 'conv' });
    await expect(renderActivations(deconvnet, given, { layer: 'nope' })).rejects.toMatchObject({
      code: 'unknown-layer',
    });
    await expect(renderActivations(deconvnet, given, { layer: 'conv', top: 0 })).rejects.toThrow(/1 or more/);
    await expect(renderActivations(deconvnet, given, { layer: 'conv', columns: 0 })).rejects.toThrow(/columns/);
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});
