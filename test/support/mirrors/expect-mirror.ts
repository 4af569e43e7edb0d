import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { RuleOptions } from '../../../src/mirrors/rules.js';
import type { Layer } from '../../../src/network/layer-access.js';
import { type Region, wholeRegion } from '../../../src/regions/region.js';
import { expectClose } from '../compare.js';
import { LayerBench } from './layer-bench.js';
import { isWrongHere, type LayerCase } from './layer-case.js';

/** The layer's own output. */
export function applyLayer(layer: Layer, inputs: readonly tf.Tensor[]): tf.Tensor {
  return layer.apply(inputs.length === 1 ? inputs[0]! : [...inputs], { training: false }) as tf.Tensor;
}

/** Sends a signal down the mirror of a layer after a way up on these inputs. */
export function sendDown(
  one: LayerCase,
  inputs: readonly tf.Tensor[],
  signal: tf.Tensor,
  rule: RuleOptions = {},
): tf.Tensor[] {
  return downOn(new LayerBench(one, rule, inputs[0]!.shape[0]), inputs, signal);
}

function downOn(bench: LayerBench, inputs: readonly tf.Tensor[], signal: tf.Tensor): tf.Tensor[] {
  const signals = bench.down(inputs, bench.apply(inputs), signal);
  expect(signals.map(({ shape }) => shape)).toEqual(inputs.map(({ shape: [, ...rest] }) => [signal.shape[0], ...rest]));
  return signals;
}

/** Asserts that two lists of tensors have the same values, and that there is something to compare. */
export async function expectSame(
  got: readonly tf.Tensor[],
  want: readonly tf.Tensor[],
  title = '',
  tolerance = 1e-5,
): Promise<void> {
  expect(
    got.map(({ shape }) => shape),
    title,
  ).toEqual(want.map(({ shape }) => shape));
  const values = async (tensors: readonly tf.Tensor[]): Promise<number[]> =>
    (await Promise.all(tensors.map((tensor) => tensor.data()))).flatMap((data) => Array.from(data));
  const found = await values(got);
  for (const value of found) if (!Number.isFinite(value)) throw new Error(`${title}: ${value}`);
  expectClose(found, await values(want), tolerance);
}

/**
 * Asserts that the mirror of a layer is its adjoint: ⟨Ax, y⟩ = ⟨x, Aᵀy⟩, with A(x) - A(0) taken from the layer's own
 * call. `slack` is allowed beside the rounding of the products.
 */
export async function expectAdjoint(one: LayerCase, rule: RuleOptions = {}, slack = 1e-6): Promise<void> {
  const bench = new LayerBench(one, rule);
  const xs = bench.inputs(3);
  const zeros = xs.map((x) => tf.zerosLike(x));
  const [output, bias] = [await bench.call(xs), await bench.call(zeros)];
  const scalars = tf.tidy(() => {
    const y = tf.randomNormal(output.shape, 0, 1, 'float32', 50);
    const up = tf.mul(tf.sub(output, bias), y);
    const below = bench.down(xs, output, y);
    expect(below.map(({ shape }) => shape)).toEqual(bench.inputShapes);
    const products = below.map((signal, i) => tf.sum(tf.mul(signal, xs[i]!)));
    return tf.stack([tf.sum(up), tf.addN(products), tf.sum(tf.abs(up))]);
  });
  const [up, down, size] = (await scalars.data()) as unknown as [number, number, number];
  tf.dispose([xs, zeros, output, bias, scalars]);
  expect(size, one.title).toBeGreaterThan(0);
  expect(Math.abs(up - down), one.title).toBeLessThanOrEqual(1e-5 * size + slack);
}

/**
 * Asserts that under the rule `gradient` the mirror is the layer's vector-Jacobian product, as `tf.grads` gives it, or
 * that of `run` if tfjs's own gradient fails.
 */
export async function expectGradient(
  one: LayerCase,
  inputs?: readonly tf.Tensor[],
  run?: (given: tf.Tensor[]) => tf.Tensor,
): Promise<void> {
  const bench = new LayerBench(one, { rule: 'gradient' });
  const xs = inputs ?? bench.inputs(7, 2);
  const signal = tf.randomNormal([...bench.outputShape], 0, 1, 'float32', 60);
  const want = tf.grads((...given: tf.Tensor[]) => (run ? run(given) : applyLayer(bench.layer, given)))(
    [...xs],
    signal,
  );
  const got = tf.tidy(() => downOn(bench, xs, signal));
  await expectSame(got, want, one.title);
}

/** Asserts that one image serves a batch of seeds: each gets what it gets by itself. */
export async function expectManySeeds(one: LayerCase, rule: RuleOptions = {}, seeds = 3): Promise<void> {
  const bench = new LayerBench(one, rule, 1);
  const xs = bench.inputs(11);
  const signals = Array.from({ length: seeds }, (_, i) =>
    tf.randomNormal([...bench.outputShape], 0, 1, 'float32', 70 + i),
  );
  const together = downOn(bench, xs, tf.concat(signals, 0));
  const apart = signals.map((signal) => downOn(bench, xs, signal));
  await expectSame(
    together,
    together.map((_, input) => tf.concat(apart.map((below) => below[input]!))),
    one.title,
  );
}

/**
 * Asserts that a mirror with a window does on a region what it does on the whole extent: up, and down with records of
 * that region. The parts of the inputs are larger than the region reads by `margin` cells on each side, as they are if
 * another layer reads them too.
 */
export async function expectRegions(one: LayerCase, region: Region, rule: RuleOptions = {}, margin = 1): Promise<void> {
  const bench = new LayerBench(one, rule);
  const { mirror } = bench;
  const xs = bench.inputs(21);
  const output = bench.apply(xs);
  const read = mirror.window
    ? bench.regionsOf(mirror.window, xs, region)
    : xs.map(({ shape }) => wholeRegion(bench.extent(shape, 'input')));
  const inputRegions = read.map(({ start, size }) => ({
    start: start.map((from) => from - margin),
    size: size.map((cells) => cells + 2 * margin),
  }));
  const at = bench.context(xs, output, { inputRegions, outputRegion: region });

  const toPart = (x: tf.Tensor, i: number): tf.Tensor => bench.cut(x, inputRegions[i]!, 'input');
  const parts = xs.map(toPart);
  const real = bench.cut(tf.ones(output.shape), region);
  const wanted = bench.cut(isWrongHere(one) ? mirror.up!(xs, bench.context(xs, output)) : output, region);
  // Cells outside the extent may contain anything: a layer's readers put their own padding there.
  const made = mirror.up ? tf.mul(mirror.up(parts, at), real) : wanted;
  if (mirror.up) await expectSame([made], [wanted], `${one.title}, up`);

  const signal = tf.mul(tf.randomNormal(real.shape, 0, 1, 'float32', 80), real);
  const below = bench.run(parts, made, signal, at);
  const everything = bench.down(xs, output, bench.spread(signal, region));
  await expectSame(
    // What arrives outside the extent (on padding) is dropped by the library.
    below.map((x, i) => tf.mul(x, toPart(tf.ones(bench.inputShapes[i]!), i))),
    everything.map(toPart),
    `${one.title}, down`,
  );
}
