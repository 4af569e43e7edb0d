import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { composedSwitches, composedUnpool } from '../../src/mirrors/composed-pooling.js';
import type { PoolGeometry } from '../../src/mirrors/pool-geometry.js';
import { runSwitchesKernel, runUnpoolKernel } from '../../src/mirrors/pooling-kernels.js';
import { inputRegionOf, paddingBefore } from '../../src/network/window.js';
import { composedPeakCells, peakCells, peakValues } from '../../src/project/peaks.js';
import { backends, use } from '../support/backends.js';
import { plainValues, poolCases, tiedValues } from '../support/generated.js';
import { oraclePool, oracleUnpool, type PoolCase } from '../support/pooling-oracle.js';

function wholeGeometry({ height, width, pool, stride, padding }: PoolCase, out: readonly number[]): PoolGeometry {
  const window = { size: pool, stride, padding };
  const extent = [height, width];
  return {
    window,
    extent,
    before: extent.map((cells, axis) => paddingBefore(window, axis, cells)),
    input: { start: [0, 0], size: extent },
    output: { start: [0, 0], size: out },
  };
}

const routes = {
  kernels: { switchesOf: runSwitchesKernel, unpool: runUnpoolKernel },
  composed: { switchesOf: composedSwitches, unpool: composedUnpool },
};

describe.each(backends)('pooling routes on %s', (backend) => {
  beforeAll(() => use(backend));

  it.each(Object.entries(routes))(
    '%s agree with the oracle, whole and on regions',
    async (_, { switchesOf, unpool }) => {
      const cases = poolCases.chain((one) => {
        const out = oraclePool(Array(one.height * one.width * one.maps).fill(0), one).shape;
        const cells = out.reduce((a, b) => a * b, 1);
        return fc.tuple(
          fc.constant(one),
          tiedValues(one.height * one.width * one.maps),
          plainValues(cells),
          fc.tuple(fc.nat(out[0]! - 1), fc.nat(out[1]! - 1)),
        );
      });
      await fc.assert(
        fc.asyncProperty(cases, async ([one, values, signal, at]) => {
          const want = oraclePool(values, one);
          const below = oracleUnpool(signal, want.switches, one);
          const x = tf.tensor4d(values, [1, one.height, one.width, one.maps]);
          const s = tf.tensor4d(signal, [1, ...want.shape] as [number, number, number, number]);
          const geometry = wholeGeometry(one, want.shape.slice(0, 2));
          const switches = switchesOf(x, geometry);
          expect(switches.dtype).toBe('int32');
          const got = unpool(s, switches, geometry);
          expect(Array.from(await got.data())).toEqual(below);

          // One output cell alone, in coordinates that may stick out of the extent.
          const output = { start: at, size: [1, 1] };
          const input = inputRegionOf(geometry.window, output, geometry.extent);
          const region = { ...geometry, input, output };
          const held = tf.zeros([1, ...input.size, one.maps]);
          const filled = (await held.data()).slice();
          const single = await pickCell(s, at).data();
          const want1 = Array<number>(filled.length).fill(0);
          for (let y = 0; y < input.size[0]!; y++) {
            for (let x0 = 0; x0 < input.size[1]!; x0++) {
              const [iy, ix] = [input.start[0]! + y, input.start[1]! + x0];
              for (let map = 0; map < one.maps; map++) {
                const to = (y * input.size[1]! + x0) * one.maps + map;
                const real = iy >= 0 && iy < one.height && ix >= 0 && ix < one.width;
                const from = (iy * one.width + ix) * one.maps + map;
                // Outside lies what must never win.
                filled[to] = real ? values[from]! : 1e6;
                const o = (at[0] * want.shape[1]! + at[1]) * one.maps + map;
                if (real && want.switches[o] === from) want1[to] = single[map]!;
              }
            }
          }
          const part = tf.tensor4d(filled, held.shape as [number, number, number, number]);
          const partSwitches = switchesOf(part, region);
          const partGot = unpool(pickCell(s, at), partSwitches, region);
          expect(Array.from(await partGot.data())).toEqual(want1);
          tf.dispose([x, s, switches, got, held, part, partSwitches, partGot]);
        }),
        { numRuns: 60, seed: 11 },
      );
    },
  );

  it('finds the first of equal peaks by both routes', async () => {
    const cells = tf.tensor3d([3, 0, -5, 3, 0, -2, 1, 0, -2, 3, 0, -9], [1, 4, 3]);
    const peaks = peakValues(cells);
    expect(Array.from(await peaks.data())).toEqual([3, 0, -2]);
    for (const route of [peakCells, composedPeakCells]) {
      expect(Array.from(await route(cells, peaks).data())).toEqual([0, 0, 1]);
    }
  });

  it('serves many signals from the switches of one picture', async () => {
    const one: PoolCase = { height: 4, width: 4, maps: 1, pool: [3, 3], stride: [1, 1], padding: 'valid' };
    const x = tf.tensor4d([0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [1, 4, 4, 1]);
    const geometry = wholeGeometry(one, [2, 2]);
    const signals = tf.tensor4d([1, 2, 3, 4, 10, 20, 30, 40], [2, 2, 2, 1]);
    for (const { switchesOf, unpool } of Object.values(routes)) {
      const got = Array.from(await unpool(signals, switchesOf(x, geometry), geometry).data());
      expect([got[5], got[16 + 5]]).toEqual([10, 100]);
      expect(got.reduce((a, b) => a + b)).toBe(110);
    }
  });
});

function pickCell(signal: tf.Tensor4D, at: readonly [number, number]): tf.Tensor4D {
  return tf.slice(signal, [0, at[0], at[1], 0], [1, 1, 1, signal.shape[3]]);
}
