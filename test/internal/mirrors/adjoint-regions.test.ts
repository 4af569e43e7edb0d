import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { extentOf, spatialAxes } from '../../../src/network/network.js';
import { fitRegion } from '../../../src/regions/fit-region.js';
import { clipRegion, type Region, wholeRegion } from '../../../src/regions/region.js';
import { inputRegionOf } from '../../../src/regions/window.js';
import { backends, use } from '../../support/backends.js';
import { FAMILIES, type LayerCase, layerCases } from '../../support/mirrors/layer-cases.js';
import { callLayer, contextOf, mirrorOf } from '../../support/mirrors/mirror-run.js';
import { noiseTensor } from '../../support/project/networks.js';

const windowed = Object.keys(FAMILIES).filter((className) => !className.startsWith('Global'));

interface RegionCase {
  readonly one: LayerCase;
  readonly outputShape: number[];
  /** A part of the output, which may stick out of it. */
  readonly output: Region;
  /** A part of the input that holds all that this part sees. */
  readonly input: Region;
  /** No more than it sees. */
  readonly seen: Region;
}

function regionCases(className: string): fc.Arbitrary<RegionCase> {
  return layerCases(className).chain((one) => {
    const outputShape = one.layer.computeOutputShape(one.input) as number[];
    const extent = extentOf(outputShape, one.channelAxis);
    const within = extent.map((cells) =>
      fc
        .integer({ min: -1, max: cells - 1 })
        .chain((start) => fc.tuple(fc.constant(start), fc.integer({ min: 1, max: cells - start + 1 }))),
    );
    const margins = extent.map(() => fc.tuple(fc.nat(2), fc.nat(2)));
    return fc.tuple(fc.tuple(...within), fc.tuple(...margins)).map(([boxes, more]) => {
      const output = { start: boxes.map(([start]) => start), size: boxes.map(([, size]) => size) };
      const { window } = mirrorOf(one);
      const seen = inputRegionOf(window!, output, extentOf(one.input, one.channelAxis));
      const input = {
        start: seen.start.map((start, axis) => start - more[axis]![0]),
        size: seen.size.map((size, axis) => size + more[axis]![0] + more[axis]![1]),
      };
      return { one, outputShape, output, input, seen };
    });
  });
}

/** The tensor on a region; what lies outside the tensor is `fill` there. */
function part(x: tf.Tensor, one: LayerCase, region: Region, fill = 0): tf.Tensor {
  const whole = wholeRegion(extentOf(x.shape, one.channelAxis));
  return fitRegion(x, whole, region, spatialAxes(x.rank, one.channelAxis), fill);
}

/** The largest difference of two tensors that hold a region, over its cells inside the extent; and the largest value. */
async function differ(
  got: tf.Tensor,
  want: tf.Tensor,
  one: LayerCase,
  region: Region,
  extent: readonly number[],
): Promise<{ error: number; size: number }> {
  expect(got.shape).toEqual(want.shape);
  const real = clipRegion(region, extent);
  const axes = spatialAxes(got.rank, one.channelAxis);
  const [a, b] = [fitRegion(got, region, real, axes), fitRegion(want, region, real, axes)];
  if (a.size === 0) return { error: 0, size: 0 };
  const numbers = await tf.stack([tf.max(tf.abs(tf.sub(a, b))), tf.max(tf.abs(b))]).data();
  return { error: numbers[0]!, size: numbers[1]! };
}

describe.each(backends)('mirrors on regions, on %s', (backend) => {
  beforeAll(() => use(backend));

  it.each(windowed)('%s: a region goes down and up as the whole does', async (className) => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(regionCases(className), async ({ one, outputShape, output, input, seen }) => {
        fc.pre(!input.size.includes(0));
        const scope = tf.engine();
        scope.startScope();
        const mirror = mirrorOf(one);
        const x = noiseTensor(one.input, 3);
        const y = noiseTensor(outputShape, 5);
        const called = await callLayer(one, x);
        expect(called.shape).toEqual(outputShape);
        const prepared = mirror.prepare?.(one.layer) ?? [];
        const atWhole = contextOf(one, outputShape, prepared);
        const atPart = contextOf(one, outputShape, prepared, { input, output });
        const inputExtent = extentOf(one.input, one.channelAxis);
        const outputExtent = extentOf(outputShape, one.channelAxis);
        // Convolutions need zeros where a region sticks out; pooling must not care.
        const held = part(x, one, input, className.includes('Pooling') ? 99 : 0);

        const up = await differ(mirror.up!([held], atPart), part(called, one, output), one, output, outputExtent);
        expect(up.error, one.title).toBeLessThanOrEqual(1e-5 * up.size);

        const inside = part(y, one, output);
        const signal = fitRegion(inside, output, wholeRegion(outputExtent), spatialAxes(y.rank, one.channelAxis));
        const recorded = mirror.record?.({ inputs: [x], output: called, at: atWhole }) ?? [];
        const recordedPart = mirror.record?.({ inputs: [held], output: part(called, one, output), at: atPart }) ?? [];
        const below = mirror.down(signal, { ...atWhole, recorded }) as tf.Tensor;
        const belowPart = mirror.down(inside, { ...atPart, recorded: recordedPart }) as tf.Tensor;
        const down = await differ(belowPart, part(below, one, input), one, input, inputExtent);
        expect(down.error, one.title).toBeLessThanOrEqual(1e-5 * down.size);
        if (down.size > 0) compared++;

        // The window is true: nothing arrives outside what it says the outputs see.
        const box = clipRegion(seen, inputExtent);
        const kept = fitRegion(
          part(below, one, box),
          box,
          wholeRegion(inputExtent),
          spatialAxes(x.rank, one.channelAxis),
        );
        const outside = await tf.max(tf.abs(tf.sub(below, kept))).data();
        expect(outside[0], one.title).toBe(0);
        scope.endScope();
      }),
      { numRuns: 80, seed: 11 },
    );
    expect(compared).toBeGreaterThan(40);
  });
});
