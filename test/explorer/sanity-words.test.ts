import * as tf from '@tensorflow/tfjs-core';
import { Deconvnet, renderProjection } from 'deconvnet';
import { useBackend } from 'deconvnet/node';
import type { SanityProjection } from 'deconvnet/studies';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SanityView } from '../../examples/explorer/src/protocol-sanity.js';
import { emptyText, endText, frameText } from '../../examples/explorer/src/views/studies/sanity/sanity-words.js';
import { drawSigned, drawSizes } from '../../examples/explorer/src/worker/studies/draw-values.js';
import { byColour, COLOURS } from '../support/models/by-colour.js';

const view = { start: 7, head: { seed: 3, otherSeed: 4 }, switches: null } as unknown as SanityView;
const running = (start: number) => ({ study: 'sanity' as const, progress: null, start });

describe('the words of the sanity check', () => {
  it('tell the results of one run from those of the next one', () => {
    expect(endText(view, running(7))).toBe('More results are on their way.');
    const early = 'This check ended early, so the parts that are not here are missing. What is here is finished.';
    expect(endText(view, running(8))).toBe(early);
    expect(endText(view, null)).toBe(early);
    expect(endText({ ...view, switches: { pools: [], projections: [] } }, running(8))).toContain(
      'The seed is 3 in (a)',
    );
  });

  it('say where in the feature map the activation is', () => {
    expect(frameText([3, 5])).toContain('the strongest one of the feature map, at row 3, column 5 of the map.');
    expect(frameText([])).toContain('the strongest one of the feature map. The frame');
  });

  it('count pairs', () => {
    expect(emptyText({ rule: 'guided', empty: 1 })).toBe(
      'By guided, 1 pair had an empty projection, and does not count.',
    );
    expect(emptyText({ rule: 'guided', empty: 6 })).toBe(
      'By guided, 6 pairs had an empty projection, and do not count.',
    );
  });
});

describe('the drawings of the sanity check', () => {
  beforeAll(() => useBackend('wasm'));

  it('are those of the library for BGR networks, with the contrast and the gamma of the page', async () => {
    const deconvnet = new Deconvnet(byColour(4), { input: 'caffe', labels: COLOURS });
    const image = tf.randomUniform([4, 4, 3], 20, 90, 'float32', 5) as tf.Tensor3D;
    const projection = await deconvnet.project(image, { layer: 'colours', featureMap: 0, position: 'all' });
    const { width, height, data } = await renderProjection(projection, { contrast: 60, gamma: 0.5 });
    expect(projection.channels).toBe('bgr');
    const pixels = { values: projection.pixels.dataSync() as Float32Array, shape: [4, 4, 3] as const };
    const study: SanityProjection = {
      ...{ featureMap: 0, position: [0, 0], rule: 'deconvnet', empty: false, pixels },
      box: { top: 0, left: 0, bottom: 4, right: 4 },
    };
    const before = tf.memory().numTensors;
    const drawn = await drawSigned(study, { channels: 'bgr', drawing: { contrast: 60, gamma: 0.5, tile: 96 } });
    expect(drawn).toMatchObject({ width, height, data });
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([image, projection.pixels]);
    deconvnet.dispose();
  });

  it('have the same contrast without signs', () => {
    const pixels = { values: new Float32Array([0, 1, -4, -16]), shape: [1, 4, 1] as const };
    const greys = (contrast: number, gamma: number): number[] =>
      [0, 1, 2, 3].map(
        (i) => drawSizes(pixels, { channels: 'rgb', drawing: { contrast, gamma, tile: 9 } }).data[4 * i]!,
      );
    expect(greys(100, 1)).toEqual([0, 16, 64, 255]);
    expect(greys(100, 0.5)).toEqual([0, 64, 128, 255]);
    expect(greys(60, 1)).toEqual([0, 64, 255, 255]);
  });
});
