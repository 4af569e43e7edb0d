import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { type RuleOptions, resolveRule } from '../../../src/mirrors/rules.js';
import { builtInMirror } from '../../../src/mirrors/table.js';
import { fitRegion } from '../../../src/regions/fit-region.js';
import { type Region, wholeRegion } from '../../../src/regions/region.js';
import { inputRegionOf } from '../../../src/regions/window.js';
import { MirrorBench, type Side } from '../../../src/testing/mirror-bench.js';
import { isWrongHere, type LayerCase } from './layer-case.js';

/** Runs the built-in mirror of a case, which must have one step. */
export class LayerBench extends MirrorBench {
  /** With the batch. */
  readonly inputShapes: readonly number[][];
  readonly outputShape: readonly number[];
  readonly #one: LayerCase;

  constructor(one: LayerCase, rule: RuleOptions = {}, batch: number = one.batch ?? 2) {
    const layer = one.make();
    const inputShapes = one.inputShapes.map((shape) => [batch, ...shape]);
    // A first call builds the layer.
    const outputShape = tf.tidy(() => {
      const zeros = inputShapes.map((shape) => tf.zeros(shape));
      return (layer.apply(zeros.length === 1 ? zeros[0]! : zeros, { training: false }) as tf.Tensor).shape;
    });
    const channelAxis = one.channelAxis ?? outputShape.length - 1;
    const steps = builtInMirror(layer, resolveRule(rule), {
      channelAxis: Math.min(channelAxis, outputShape.length - 1),
      inputChannelAxes: inputShapes.map(({ length }) => one.inputChannelAxis ?? one.channelAxis ?? length - 1),
      inputShapes,
    })!;
    expect(steps).toHaveLength(1);
    super(layer, steps[0]!, one.channelAxis, one.inputChannelAxis);
    this.inputShapes = inputShapes;
    this.outputShape = outputShape;
    this.#one = one;
  }

  /** Random inputs of the layer. */
  inputs(seed: number, deviation = 1): tf.Tensor[] {
    return this.inputShapes.map((shape, i) => tf.randomNormal(shape, 0, deviation, 'float32', seed + i));
  }

  /** The layer's own output, computed on the cpu if the current backend computes it wrong. */
  async call(inputs: readonly tf.Tensor[]): Promise<tf.Tensor> {
    const backend = tf.getBackend();
    if (isWrongHere(this.#one)) await tf.setBackend('cpu');
    const output = tf.tidy(() => this.apply(inputs));
    await tf.setBackend(backend);
    return output;
  }

  /** Cuts a region out of a whole tensor; `fill` lies where it sticks out. */
  override cut(whole: tf.Tensor, region: Region, side: Side = 'output', fill = 0): tf.Tensor {
    const from = wholeRegion(this.extent(whole.shape, side));
    return fitRegion(whole, from, region, this.axes(whole.shape, side), fill);
  }

  /** Puts a region of the output, or of the first input, among zeros. */
  spread(part: tf.Tensor, region: Region, side: Side = 'output'): tf.Tensor {
    const shape = side === 'output' ? this.outputShape : this.inputShapes[0]!;
    return fitRegion(part, region, wholeRegion(this.extent(shape, side)), this.axes(shape, side));
  }

  /** The part of the first input that a region of the output sees. */
  regionBelow(output: Region): Region {
    return inputRegionOf(this.mirror.window!, output, this.extent(this.inputShapes[0]!, 'input'));
  }
}
