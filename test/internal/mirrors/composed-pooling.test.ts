import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BackendName } from '../../../src/backends/backend-name.js';
import type { PoolGeometry } from '../../../src/mirrors/pooling/pool-geometry.js';
import { composedSwitches, composedUnpool } from '../../../src/mirrors/pooling/switches-composed.js';
import { runSwitchesKernel, runUnpoolKernel } from '../../../src/mirrors/pooling/switches-on-host.js';
import { composedPeakCells, peakCells, peakValues } from '../../../src/project/seed/peaks.js';
import { wholeRegion } from '../../../src/regions/region.js';
import { inputRegionOf, paddingBefore, type Window } from '../../../src/regions/window.js';
import { backends, draws, use } from '../../support/backends.js';
import { plainValues, poolCases, tiedValues } from '../../support/generated.js';
import { cellsOf, oraclePool, oracleUnpool, type PoolCase } from '../../support/mirrors/pooling-oracle.js';
import { count, flat, positions } from '../../support/mirrors/positions.js';

function wholeGeometry({ extent, pool, stride, padding }: PoolCase, out: readonly number[]): PoolGeometry {
  const window: Window = { size: pool, stride, padding, ...(extent.length === 3 && { centred: true }) };
  return {
    window,
    extent,
    before: extent.map((cells, axis) => paddingBefore(window, axis, cells)),
    input: wholeRegion(extent),
    output: wholeRegion(out),
  };
}

const composed = { switchesOf: composedSwitches, unpool: composedUnpool };
const kernels = { switchesOf: runSwitchesKernel, unpool: runUnpoolKernel };
/** The kernels read the memory of the process, where the others have none of their tensors. */
const routesOn = (backend: BackendName): Record<string, typeof composed> =>
  backend === 'cpu' || backend === 'wasm' ? { kernels, composed } : { composed };

describe.each(backends)('pooling routes on %s', (backend) => {
  const routes = routesOn(backend);
  beforeAll(() => use(backend));

  const everyRoute = Object.keys(routes).flatMap((route) => ([1, 2, 3] as const).map((rank) => ({ route, rank })));
  it.each(everyRoute)(
    'the $route agree with the oracle over $rank axes, whole and on regions',
    async ({ route, rank }) => {
      const { switchesOf, unpool } = routes[route]!;
      const cases = poolCases(rank).chain((one) => {
        const out = oraclePool(Array(cellsOf(one)).fill(0), one).shape;
        const cells = count(out);
        return fc.tuple(
          fc.constant(one),
          tiedValues(cellsOf(one)),
          plainValues(cells),
          fc.tuple(...out.slice(0, -1).map((size) => fc.nat(size - 1))),
        );
      });
      await fc.assert(
        fc.asyncProperty(cases, async ([one, values, signal, at]) => {
          const want = oraclePool(values, one);
          const below = oracleUnpool(signal, want.switches, one);
          const x = tf.tensor(values, [1, ...one.extent, one.maps]);
          const s = tf.tensor(signal, [1, ...want.shape]);
          const geometry = wholeGeometry(one, want.shape.slice(0, -1));
          const switches = switchesOf(x, geometry);
          expect(switches.dtype).toBe('int32');
          expect(switches.shape).toEqual(s.shape);
          const got = unpool(s, switches, geometry);
          expect(got.shape).toEqual(x.shape);
          expect(Array.from(await got.data())).toEqual(below);

          // A single output cell, in coordinates that may stick out of the extent.
          const output = { start: at, size: at.map(() => 1) };
          const input = inputRegionOf(geometry.window, output, geometry.extent);
          const region = { ...geometry, input, output };
          const o = flat(at, want.shape) * one.maps;
          const filled: number[] = [];
          const want1: number[] = [];
          for (const cell of positions(input.size)) {
            const place = cell.map((i, axis) => input.start[axis]! + i);
            const real = place.every((i, axis) => i >= 0 && i < one.extent[axis]!);
            for (let map = 0; map < one.maps; map++) {
              const from = flat(place, one.extent) * one.maps + map;
              // Outside lies what must never win.
              filled.push(real ? values[from]! : 1e6);
              want1.push(real && want.switches[o + map] === from ? signal[o + map]! : 0);
            }
          }
          const part = tf.tensor(filled, [1, ...input.size, one.maps]);
          const single = tf.tensor(signal.slice(o, o + one.maps), [1, ...output.size, one.maps]);
          const partSwitches = switchesOf(part, region);
          const partGot = unpool(single, partSwitches, region);
          expect(Array.from(await partGot.data())).toEqual(want1);
          tf.dispose([x, s, switches, got, part, single, partSwitches, partGot]);
        }),
        { numRuns: draws(60), seed: 11 },
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

  it('serves many signals from the switches of one image', async () => {
    const one: PoolCase = { extent: [4, 4], maps: 1, pool: [3, 3], stride: [1, 1], padding: 'valid' };
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
