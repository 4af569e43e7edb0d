import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { clipRegion, type Region } from '../../../src/regions/region.js';
import type { Side } from '../../../src/testing/mirror-bench.js';
import { backends, use } from '../../support/backends.js';
import { LayerBench } from '../../support/mirrors/layer-bench.js';
import type { LayerCase } from '../../support/mirrors/layer-case.js';
import { WINDOWED_LAYERS } from '../../support/mirrors/windowed-layers.js';
import { noiseTensor } from '../../support/project/networks.js';

const windowed = Object.entries(WINDOWED_LAYERS).filter(([, { global }]) => !global);

interface RegionCase {
  readonly title: string;
  readonly bench: LayerBench;
  /** A part of the output, which may stick out of it. */
  readonly output: Region;
  /** A part of the input that contains all that this part sees. */
  readonly input: Region;
  /** No more than it sees. */
  readonly seen: Region;
}

function regionCases(cases: fc.Arbitrary<LayerCase>): fc.Arbitrary<RegionCase> {
  return cases.chain((one) => {
    const bench = new LayerBench(one);
    const extent = bench.extent(bench.outputShape);
    const within = extent.map((cells) =>
      fc
        .integer({ min: -1, max: cells - 1 })
        .chain((start) => fc.tuple(fc.constant(start), fc.integer({ min: 1, max: cells - start + 1 }))),
    );
    const margins = extent.map(() => fc.tuple(fc.nat(2), fc.nat(2)));
    return fc.tuple(fc.tuple(...within), fc.tuple(...margins)).map(([boxes, more]) => {
      const output = { start: boxes.map(([start]) => start), size: boxes.map(([, size]) => size) };
      const seen = bench.regionBelow(output);
      const input = {
        start: seen.start.map((start, axis) => start - more[axis]![0]),
        size: seen.size.map((size, axis) => size + more[axis]![0] + more[axis]![1]),
      };
      return { title: one.title, bench, output, input, seen };
    });
  });
}

/**
 * The largest difference of two tensors on a region at one end of a layer, over its cells inside the extent; and
 * the largest value.
 */
async function differ(
  bench: LayerBench,
  side: Side,
  region: Region,
  got: tf.Tensor,
  want: tf.Tensor,
): Promise<{ error: number; size: number }> {
  expect(got.shape).toEqual(want.shape);
  const real = bench.cut(tf.ones([...(side === 'input' ? bench.inputShapes[0]! : bench.outputShape)]), region, side);
  // A difference outside may be NaN or infinite: it is left out, not multiplied.
  const inside = (x: tf.Tensor): tf.Tensor => tf.max(tf.where(tf.greater(real, 0), tf.abs(x), tf.zerosLike(x)));
  const numbers = await tf.stack([inside(tf.sub(got, want)), inside(want)]).data();
  return { error: numbers[0]!, size: numbers[1]! };
}

describe.each(backends)('mirrors on regions, on %s', (backend) => {
  beforeAll(() => use(backend));

  it.each(windowed)('%s: a region goes down and up as the whole does', async (className, { generated }) => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(regionCases(generated), async ({ title, bench, output, input, seen }) => {
        fc.pre(!input.size.includes(0));
        const scope = tf.engine();
        scope.startScope();
        const { mirror } = bench;
        const x = noiseTensor(bench.inputShapes[0]!, 3);
        const y = noiseTensor([...bench.outputShape], 5);
        const called = await bench.call([x]);
        expect(called.shape).toEqual(bench.outputShape);
        const at = bench.context([x], called, { inputRegions: [input], outputRegion: output });
        // Convolutions need zeros where a region sticks out; pooling must not care.
        const part = bench.cut(x, input, 'input', className.includes('Pooling') ? 99 : 0);
        const partCalled = bench.cut(called, output);

        const up = await differ(bench, 'output', output, mirror.up!([part], at), partCalled);
        expect(up.error, title).toBeLessThanOrEqual(1e-5 * up.size);

        const inside = bench.cut(y, output);
        const below = bench.down([x], called, bench.spread(inside, output))[0]!;
        const partBelow = bench.run([part], partCalled, inside, at)[0]!;
        const down = await differ(bench, 'input', input, partBelow, bench.cut(below, input, 'input'));
        expect(down.error, title).toBeLessThanOrEqual(1e-5 * down.size);
        if (down.size > 0) compared++;

        // The window is true: nothing arrives outside what it says the outputs see.
        const box = clipRegion(seen, bench.extent(below.shape, 'input'));
        const kept = bench.spread(bench.cut(below, box, 'input'), box, 'input');
        const outside = await tf.max(tf.abs(tf.sub(below, kept))).data();
        expect(outside[0], title).toBe(0);
        scope.endScope();
      }),
      { numRuns: 80, seed: 11 },
    );
    expect(compared).toBeGreaterThan(40);
  });
});
