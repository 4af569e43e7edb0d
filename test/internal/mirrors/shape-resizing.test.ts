import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Layer } from '../../../src/network/layer-access.js';
import { backends, use } from '../../support/backends.js';
import { expectAdjoint, expectManySeeds, expectSame, sendDown } from '../../support/mirrors/expect-mirror.js';
import { layerCase } from '../../support/mirrors/layer-case.js';
import { noiseTensor } from '../../support/project/networks.js';

// Neither is exported by tfjs-layers but as something to deserialise: neither runs inside a LayersModel.
const { Resizing, CenterCrop } = tf.serialization.SerializationMap.getMap().classNameMap as unknown as Record<
  string,
  [new (options: object) => Layer]
>;

const sizes = fc.record({
  height: fc.integer({ min: 1, max: 9 }),
  width: fc.integer({ min: 1, max: 9 }),
  rows: fc.integer({ min: 1, max: 9 }),
  columns: fc.integer({ min: 1, max: 9 }),
});

/** The input cells and their weights of one output cell along one axis of a resized picture. */
function reads(o: number, cells: number, results: number, aligned: boolean, nearest: boolean): [number, number][] {
  const corners = aligned && results > 1;
  const at = (o * (corners ? cells - 1 : cells)) / (corners ? results - 1 : results);
  if (nearest) return [[Math.min(cells - 1, aligned ? Math.round(at) : Math.floor(at)), 1]];
  const from = Math.floor(at);
  return [
    [from, 1 - (at - from)],
    [Math.min(cells - 1, from + 1), at - from],
  ];
}

function oracle(signal: Float32Array, wanted: number[], shape: number[], aligned: boolean, nearest: boolean): number[] {
  const [rows, columns] = shape as [number, number];
  const below = Array<number>(rows * columns).fill(0);
  for (let y = 0; y < wanted[0]!; y++) {
    for (let x = 0; x < wanted[1]!; x++) {
      for (const [row, up] of reads(y, rows, wanted[0]!, aligned, nearest)) {
        for (const [column, across] of reads(x, columns, wanted[1]!, aligned, nearest)) {
          below[row * columns + column]! += signal[y * wanted[1]! + x]! * up * across;
        }
      }
    }
  }
  return below;
}

describe.each(backends)('Resizing and CenterCrop on %s', (backend) => {
  beforeAll(() => use(backend));

  it('Resizing: the adjoint of both interpolations, of every size', async () => {
    const modes = fc.record({
      interpolation: fc.constantFrom('nearest', 'bilinear'),
      cropToAspectRatio: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(sizes, modes, async ({ height, width, rows, columns }, mode) => {
        const layer = new Resizing![0]({ height, width, ...mode });
        await expectAdjoint(layerCase(() => layer, [[rows, columns, 3]], { title: JSON.stringify(layer.getConfig()) }));
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  it('UpSampling2D and Resizing: what plain loops give', async () => {
    const shape = [1, 4, 3, 1];
    const layers: [Layer, number[], boolean, boolean][] = [
      [tfl.layers.upSampling2d({ size: [2, 3] }), [8, 9], false, true],
      [tfl.layers.upSampling2d({ size: [2, 3], interpolation: 'bilinear' }), [8, 9], false, false],
      [new Resizing![0]({ height: 7, width: 5 }), [7, 5], true, false],
      [new Resizing![0]({ height: 3, width: 2 }), [3, 2], true, false],
      [new Resizing![0]({ height: 7, width: 5, interpolation: 'nearest' }), [7, 5], true, true],
      [new Resizing![0]({ height: 7, width: 2, cropToAspectRatio: true }), [7, 2], false, false],
    ];
    for (const [layer, wanted, aligned, nearest] of layers) {
      const signal = noiseTensor([1, ...wanted, 1], 5);
      const one = layerCase(() => layer, [shape.slice(1)], { title: JSON.stringify(layer.getConfig()) });
      const want = oracle((await signal.data()) as Float32Array, wanted, shape.slice(1, 3), aligned, nearest);
      await expectSame(sendDown(one, [noiseTensor(shape, 6)], signal), [tf.tensor(want, shape)], one.title);
    }
  });

  it('CenterCrop: the adjoint, of smaller and of larger pictures', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async ({ height, width, rows, columns }) => {
        const layer = new CenterCrop![0]({ height, width });
        const one = layerCase(() => layer, [[rows, columns, 3]], { title: JSON.stringify([height, width]) });
        const output = layer.apply(tf.ones([2, rows, columns, 3])) as tf.Tensor;
        // A box that leaves the picture gives nothing but zeros.
        fc.pre((await tf.max(output).data())[0]! > 0);
        // There tf.image.cropAndResize counts rows with the number of columns.
        fc.pre(backend === 'cpu' || rows === columns);
        await expectAdjoint(one);
      }),
      { numRuns: backend === 'cpu' ? 100 : 20, seed: 5 },
    );
  });

  it('serve many seeds with one image', async () => {
    for (const layer of [new Resizing![0]({ height: 3, width: 4 }), new CenterCrop![0]({ height: 3, width: 4 })]) {
      await expectManySeeds(layerCase(() => layer, [[6, 7, 2]], { title: layer.getClassName() }));
    }
    expect(Resizing).toBeDefined();
  });
});
