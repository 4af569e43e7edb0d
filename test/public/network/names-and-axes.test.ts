import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, type RectifyMirror, rectifyMirrors } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { values } from '../../support/compare.js';
import { fillWeights, noiseTensor, smallConvnet } from '../../support/project/networks.js';

const { conv2d, dense, flatten } = tfl.layers;

describe('names and axes', () => {
  beforeAll(() => use('cpu'));

  it('of a model that begins a Sequential carry its name', async () => {
    const base = tfl.sequential({
      name: 'base',
      layers: [conv2d({ inputShape: [6, 6, 3], filters: 2, kernelSize: 3, name: 'conv' })],
    });
    const model = tfl.sequential({ layers: [base, flatten({ name: 'flat' }), dense({ units: 2, name: 'top' })] });
    const deconvnet = new Deconvnet(fillWeights(model));
    expect(deconvnet.layers.map(({ name }) => name).slice(1)).toEqual(['base/conv', 'flat', 'top']);
    const projection = await deconvnet.project(noiseTensor([6, 6, 3], 1), { layer: 'conv', featureMap: 0 });
    expect(projection.layer).toBe('base/conv');
  });

  it('of a Dense layer on channels-first pictures are its units', () => {
    const model = tfl.sequential({
      layers: [
        conv2d({ inputShape: [3, 5, 6], filters: 2, kernelSize: 1, dataFormat: 'channelsFirst' }),
        dense({ units: 7, name: 'top' }),
      ],
    });
    const top = new Deconvnet(model).layers.find(({ name }) => name === 'top')!;
    expect([top.featureMaps, top.receptiveField]).toEqual([7, null]);
  });

  it('of a channels-first image are known from only a global pooling', async () => {
    const layer = tfl.layers.globalAveragePooling2d({
      inputShape: [2, 4, 5],
      dataFormat: 'channelsFirst',
      name: 'mean',
    });
    const deconvnet = new Deconvnet(tfl.sequential({ layers: [layer] }));
    const projection = await deconvnet.project(noiseTensor([2, 4, 5], 1), { layer: 'mean', featureMap: 1 });
    expect(projection.receptiveField).toEqual({ start: [0, 0], size: [4, 5] });
    expect(projection.channelAxis).toBe(0);
  });

  it('a model that takes no pictures says so', () => {
    const deconvnet = new Deconvnet(tfl.sequential({ layers: [dense({ inputShape: [3], units: 1 })] }), {
      input: 'raw',
    });
    expect(deconvnet.inputSize).toBeNull();
    const picture = { width: 1, height: 1, data: new Uint8ClampedArray(4) };
    expect(() => deconvnet.toInput(picture)).toThrow(/takes 3 numbers, not pictures/);
    expect(() => deconvnet.toInput(null as never)).toThrow(/this is null/);
  });

  it('a wrapped gradient is seeded like the gradient when it says so', async () => {
    const model = smallConvnet();
    const image = noiseTensor([12, 10, 3], 3);
    const wrapped: RectifyMirror = Object.assign(
      (...args: Parameters<RectifyMirror>) => rectifyMirrors.gradient(...args),
      {
        seed: 'output' as const,
        records: rectifyMirrors.gradient.records!,
      },
    );
    const selection = { layer: 'classes', featureMap: 1 };
    const want = await new Deconvnet(model, { rule: 'gradient' }).project(image, selection);
    const got = await new Deconvnet(model, { rectify: wrapped }).project(image, selection);
    expect(got.activation).toBe(want.activation);
    expect(await values(got)).toEqual(await values(want));
  });
});
