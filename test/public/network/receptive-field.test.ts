import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { branchingConvnet, fillWeights, noiseTensor, smallConvnet } from '../../support/project/networks.js';

beforeAll(() => use('cpu'));

/** The box of pixels where a projection is not zero. */
async function footprint(pixels: tf.Tensor): Promise<{ start: number[]; end: number[] }> {
  const [, width, channels] = pixels.shape as [number, number, number];
  const values = await pixels.data();
  const start = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const end = [-1, -1];
  values.forEach((value, i) => {
    if (value === 0) return;
    const cell = Math.floor(i / channels);
    for (const [axis, at] of [Math.floor(cell / width), cell % width].entries()) {
      start[axis] = Math.min(start[axis]!, at);
      end[axis] = Math.max(end[axis]!, at + 1);
    }
  });
  return { start, end };
}

describe('receptive fields', () => {
  // With positive weights and pixels, and switches that reach every cell somewhere, nothing cancels: the field is the
  // box around the pixels that matter.
  it.each(['stem', 'narrow', 'padded', 'pooled', 'wide', 'output'])('of %s is where its gradient is', async (layer) => {
    const deconvnet = new Deconvnet(branchingConvnet(), { unpool: 'spread' });
    const image = tf.abs(noiseTensor([17, 17, 2], 4));
    const { outputShape, receptiveField } = deconvnet.layers.find(({ name }) => name === layer)!;
    const [, rows, columns] = outputShape as [null, number, number];
    const corners = [
      [0, 0],
      [Math.floor(rows / 2), Math.floor(columns / 2)],
      [rows - 1, columns - 1],
    ];
    let inside = 0;
    for (const position of corners) {
      const projection = await deconvnet.project(image, { layer, featureMap: 1, position });
      const box = projection.receptiveField;
      expect(box.start).toEqual(
        position.map((cell, axis) => receptiveField!.offset[axis]! + receptiveField!.stride[axis]! * cell),
      );
      expect(box.size).toEqual(receptiveField!.size);
      if (projection.empty) continue; // A cell of padding sees no pixel.
      inside++;
      const { start, end } = await footprint(projection.pixels);
      expect(start).toEqual(box.start.map((from) => Math.max(from, 0)));
      expect(end).toEqual(box.start.map((from, axis) => Math.min(from + box.size[axis]!, 17)));
    }
    expect(inside).toBeGreaterThan(0);
  });

  it('contain what every position sees, also above layers that enlarge', async () => {
    const { conv2d, maxPooling2d, conv2dTranspose, upSampling2d } = tfl.layers;
    const model = fillWeights(
      tfl.sequential({
        layers: [
          conv2d({ inputShape: [24, 24, 1], filters: 1, kernelSize: 3, padding: 'same', name: 'down' }),
          maxPooling2d({ poolSize: 3, strides: 3, name: 'pool' }),
          conv2dTranspose({ filters: 1, kernelSize: 3, strides: 2, padding: 'same', name: 'up' }),
          conv2d({ filters: 1, kernelSize: 3, padding: 'same', name: 'between' }),
          upSampling2d({ size: [2, 2], name: 'twice' }),
          conv2d({ filters: 1, kernelSize: 2, name: 'top' }),
        ],
      }),
      { positive: true },
    );
    const deconvnet = new Deconvnet(model);
    const image = tf.ones([24, 24, 1]);
    for (const { name, outputShape, receptiveField } of deconvnet.layers.slice(3)) {
      const { size, stride, offset } = receptiveField!;
      let tight = 0;
      for (let cell = 0; cell < outputShape[1]!; cell++) {
        const made = await deconvnet.project(image, { layer: name, featureMap: 0, position: [cell, cell] });
        const [from, to] = [
          made.receptiveField.start[0]!,
          made.receptiveField.start[0]! + made.receptiveField.size[0]!,
        ];
        const claimed = offset[0]! + stride[0]! * cell;
        expect(from, `${name} ${cell}`).toBeGreaterThanOrEqual(claimed);
        expect(to, `${name} ${cell}`).toBeLessThanOrEqual(claimed + size[0]!);
        if (from === claimed || to === claimed + size[0]!) tight++;
        made.dispose();
      }
      expect(tight).toBeGreaterThan(0);
    }
  });

  it('are the whole picture behind a Flatten', async () => {
    const deconvnet = new Deconvnet(smallConvnet());
    expect(deconvnet.layers.find(({ name }) => name === 'linear')!.receptiveField).toBeNull();
    const projection = await deconvnet.project(noiseTensor([12, 10, 3], 1), { layer: 'linear', featureMap: 0 });
    expect(projection.receptiveField).toEqual({ start: [0, 0], size: [12, 10] });
  });

  it('know the asymmetric padding of TensorFlow', () => {
    const fields = new Deconvnet(smallConvnet()).layers.map(({ name, receptiveField }) => [name, receptiveField]);
    expect(Object.fromEntries(fields)).toMatchObject({
      conv1: { size: [3, 3], stride: [1, 1], offset: [-1, -1] },
      // 12 rows by pools of 3, stride 2: one cell of padding, at the end.
      pool1: { size: [5, 5], stride: [2, 2], offset: [-1, -1] },
      // 6 rows: padded at the end; 5 columns: padded on both sides.
      conv2: { size: [9, 9], stride: [4, 4], offset: [-1, -3] },
    });
  });
});
