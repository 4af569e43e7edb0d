import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, type DeconvnetOptions, inputFormats, type Picture } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { expectClose } from '../../support/compare.js';
import { noise } from '../../support/project/networks.js';

function deconvnetOf(shape: number[], options: DeconvnetOptions = {}, metadata?: object): Deconvnet {
  const channelsFirst = shape[0] === 3 && shape[2] !== 3;
  const layer = tfl.layers.conv2d({
    inputShape: shape,
    filters: 1,
    kernelSize: 1,
    dataFormat: channelsFirst ? 'channelsFirst' : 'channelsLast',
  });
  const model = tfl.sequential({ layers: [layer] });
  if (metadata) model.setUserDefinedMetadata(metadata);
  return new Deconvnet(model, options);
}

function picture(width: number, height: number, seed = 1): Picture {
  const data = Uint8ClampedArray.from(noise(width * height * 4, seed), (v, i) => (i % 4 === 3 ? 255 : 128 + 127 * v));
  return { width, height, data };
}

const pixel = (red: number, green: number, blue: number, alpha = 255): Picture => ({
  width: 1,
  height: 1,
  data: new Uint8ClampedArray([red, green, blue, alpha]),
});

describe.each(backends)('input formats on %s', (backend) => {
  beforeAll(() => use(backend));

  it.each<[DeconvnetOptions['input'] & {}, number[]]>([
    ['raw', [10, 100, 250]],
    ['unit', [10 / 255, 100 / 255, 250 / 255]],
    ['tf', [10 / 127.5 - 1, 100 / 127.5 - 1, 250 / 127.5 - 1]],
    ['torch', [(10 / 255 - 0.485) / 0.229, (100 / 255 - 0.456) / 0.224, (250 / 255 - 0.406) / 0.225]],
    ['caffe', [250 - 103.939, 100 - 116.779, 10 - 123.68]],
    [{ scale: 0.5, mean: [1, 2, 3], std: 2, channels: 'bgr' }, [62, 24, 1]],
  ])('%j turns a pixel into what the model was trained on, and back', async (input, want) => {
    const deconvnet = deconvnetOf([1, 1, 3], { input });
    const made = deconvnet.toInput(pixel(10, 100, 250));
    expect(made.shape).toEqual([1, 1, 1, 3]);
    expectClose(Array.from(await made.data()), want, 1e-6);
    expect(Array.from((await deconvnet.toPicture(made)).data)).toEqual([10, 100, 250, 255]);
  });

  it('gives every picture back, whatever the format', async () => {
    const original = picture(7, 5);
    for (const input of Object.keys(inputFormats) as (keyof typeof inputFormats)[]) {
      for (const shape of [
        [5, 7, 3],
        [3, 5, 7],
      ]) {
        const deconvnet = deconvnetOf(shape, { input });
        const made = deconvnet.toInput(original);
        expect(made.shape).toEqual([1, ...shape]);
        expect(await deconvnet.toPicture(made)).toEqual(original);
      }
    }
  });

  it('reads what the model says of itself', () => {
    const preprocessing = { scale: 1 / 255, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25], formula: 'as said' };
    const classes = ['cat', 'dog'];
    const told = deconvnetOf([4, 4, 3], {}, { preprocessing, classes });
    expect(told.inputFormat).toMatchObject({ scale: 1 / 255, mean: [0.5, 0.5, 0.5], from: 'metadata', name: 'custom' });
    expect(told.labels).toEqual(classes);
    expect(told.describeInput()).toBe("(pixel / 255 - 0.5) / 0.25, RGB, crop to fit (from the model's metadata)");
    expect(deconvnetOf([4, 4, 3], {}, { preprocessing: 'caffe' }).inputFormat).toMatchObject({
      name: 'caffe',
      channels: 'bgr',
    });
    expect(deconvnetOf([4, 4, 3], { input: 'tf', labels: ['x'] }, { preprocessing, classes })).toMatchObject({
      inputFormat: { name: 'tf', from: 'option' },
      labels: ['x'],
    });
    const silent = deconvnetOf([4, 4, 3]);
    expect([silent.inputFormat, silent.labels, silent.describeInput()]).toEqual([undefined, undefined, 'unknown']);
    const rescaled = tfl.sequential({
      layers: [
        tfl.layers.rescaling({ inputShape: [4, 4, 3], scale: 1 / 255 }),
        tfl.layers.conv2d({ filters: 1, kernelSize: 1 }),
      ],
    });
    expect(new Deconvnet(rescaled).inputFormat).toMatchObject({ name: 'raw', from: 'layers' });
  });

  it('crops the centre, or stretches', async () => {
    const stripes: Picture = {
      width: 4,
      height: 2,
      data: new Uint8ClampedArray([0, 100, 200, 40, 0, 100, 200, 40].flatMap((value) => [value, value, value, 255])),
    };
    const cropped = deconvnetOf([2, 2, 3], { input: { fit: 'crop' } }).toInput(stripes);
    expect(Array.from(await tf.slice(cropped, [0, 0, 0, 0], [1, 1, 2, 1]).data())).toEqual([100, 200]);
    const stretched = deconvnetOf([2, 2, 3], { input: { fit: 'stretch' } }).toInput(stripes);
    expect(Array.from(await tf.slice(stretched, [0, 0, 0, 0], [1, 1, 2, 1]).data())).toEqual([50, 120]);
  });

  it('enlarges, and takes any size where the model does', async () => {
    const grown = deconvnetOf([8, 8, 3], { input: 'raw' }).toInput(pixel(9, 8, 7));
    expect(grown.shape).toEqual([1, 8, 8, 3]);
    expect(Array.from(await tf.max(grown, [0, 1, 2]).data())).toEqual([9, 8, 7]);
    const free = deconvnetOf([null as unknown as number, null as unknown as number, 3], { input: 'raw' });
    expect(free.inputSize).toBeNull();
    expect(free.toInput(picture(7, 5)).shape).toEqual([1, 5, 7, 3]);
  });

  it.each<[DeconvnetOptions['input'] & {}, number[]]>([
    ['torch', [16, 256, 3]],
    ['tf', [3, 16, 256]],
    ['caffe', [16, 256, 3]],
    [{ scale: 0.3, mean: [7.1, 20, 30.7], std: [1.7, 0.3, 11], channels: 'bgr' }, [3, 16, 256]],
  ])(
    'gives a Picture the same bits as a tensor with the same pixels, however transparent: %o, %o',
    async (input, shape) => {
      const data = Uint8ClampedArray.from({ length: 256 * 16 * 4 }, (_, i) =>
        i % 4 === 3 ? (i >> 2) % 256 : (i * 37) % 256,
      );
      const tensor = tf.tensor3d(Float32Array.from(data), [16, 256, 4]);
      const deconvnet = deconvnetOf(shape, { input });
      const ofPicture = await deconvnet.toInput({ width: 256, height: 16, data }).data();
      const ofTensor = await deconvnet.toInput(tensor).data();
      if (backend === 'cpu' || backend === 'wasm') expect(ofPicture).toEqual(ofTensor);
      else expectClose(Array.from(ofPicture), Array.from(ofTensor), 1e-5);
    },
  );

  it('puts transparent pixels on white', async () => {
    const made = deconvnetOf([1, 1, 3], { input: 'raw' }).toInput(pixel(0, 0, 0, 51));
    expectClose(Array.from(await made.data()), [204, 204, 204], 1e-5);
  });

  it('makes colour grey for a model that is, and grey colour', async () => {
    const grey = deconvnetOf([1, 1, 1], { input: 'raw' });
    const made = grey.toInput(pixel(255, 0, 0));
    expectClose(Array.from(await made.data()), [0.299 * 255], 1e-5);
    expect(Array.from((await grey.toPicture(made)).data)).toEqual([76, 76, 76, 255]);
    const colour = deconvnetOf([1, 1, 3], { input: 'raw' }).toInput(tf.fill([1, 1, 1], 40));
    expect(Array.from(await colour.data())).toEqual([40, 40, 40]);
  });

  it('names what is no picture', async () => {
    const deconvnet = deconvnetOf([2, 2, 3], { input: 'raw' });
    const { numTensors } = tf.memory();
    const short = { width: 2, height: 2, data: new Uint8ClampedArray(3) };
    expect(() => deconvnet.toInput(short)).toThrow(/2x2 pixels needs 16 RGBA values; this one has 3/);
    const odd = tf.zeros([2, 2, 5]);
    expect(() => deconvnet.toInput(odd)).toThrow(/this one is \[2,2,5\]/);
    await expect(deconvnet.toPicture(odd)).rejects.toMatchObject({ code: 'shape-mismatch' });
    odd.dispose();
    expect(() => deconvnetOf([2, 2, 5], { input: 'raw' }).toInput(pixel(1, 2, 3))).toThrow(/takes 5 channels/);
    expect(tf.memory().numTensors - numTensors).toBe(2); // The last model's weights.
  });
});
