import * as tf from '@tensorflow/tfjs-core';
import type { Mirror, MirrorContext } from '../mirrors/mirror.js';
import type { Layer } from '../network/layer-access.js';
import { optionsOf } from '../network/layer-options.js';
import { extentOf, spatialAxes } from '../network/network.js';
import { fitRegion } from '../regions/fit-region.js';
import { type Region, wholeRegion } from '../regions/region.js';
import { inputRegionOf, type Reach } from '../regions/window.js';

/** Which end of the layer a tensor lies at. */
export type Side = 'input' | 'output';

/** The parts of the inputs and of the output that a mirror runs on. */
export interface BenchRegions {
  readonly inputRegions: readonly Region[];
  readonly outputRegion: Region;
}

/** Runs a mirror on one layer, whole or on a region, as the library would. Its methods are called inside a tidy. */
export class MirrorBench {
  readonly layer: Layer;
  readonly mirror: Mirror;
  readonly #channelAxes: Readonly<Record<Side, number | undefined>>;

  constructor(
    layer: Layer,
    mirror: Mirror,
    channelAxis: number | undefined,
    inputChannelAxis: number | undefined = channelAxis,
  ) {
    this.layer = layer;
    this.mirror = mirror;
    this.#channelAxes = { input: inputChannelAxis, output: channelAxis };
  }

  /** The layer's own output. */
  apply(inputs: readonly tf.Tensor[]): tf.Tensor {
    const output = this.layer.apply(inputs.length === 1 ? inputs[0]! : [...inputs], { training: false });
    return tf.clone((Array.isArray(output) ? output[0] : output) as tf.Tensor);
  }

  /** The spatial sizes of a tensor. */
  extent(shape: readonly number[], side: Side = 'output'): number[] {
    return extentOf(shape, this.#axis(shape, side));
  }

  /** A shape of the same rank that is 1 along the batch and the channels, so that it is broadcast over them. */
  alongSpace(shape: readonly number[]): number[] {
    return shape.map((size, axis) => (axis === 0 || axis === this.#axis(shape, 'output') ? 1 : size));
  }

  /** Sends a signal down from the whole output; returns the signal at each input. */
  down(inputs: readonly tf.Tensor[], output: tf.Tensor, signal: tf.Tensor): tf.Tensor[] {
    return this.run(inputs, output, signal, this.context(inputs, output));
  }

  /** The part of each input that a region of the output sees. A gate is seen whole. */
  regionsOf(reach: Reach, inputs: readonly tf.Tensor[], region: Region): Region[] {
    return inputs.map(({ shape }, i) => {
      const extent = this.extent(shape, 'input');
      return this.mirror.gates?.includes(i) ? wholeRegion(extent) : inputRegionOf(reach, region, extent);
    });
  }

  /** Cuts a region out of a whole tensor. Cells outside the tensor become zero. */
  cut(whole: tf.Tensor, region: Region, side: Side = 'output'): tf.Tensor {
    return fitRegion(whole, wholeRegion(this.extent(whole.shape, side)), region, this.axes(whole.shape, side));
  }

  /** Does the same as `down` for a region of the output, and uses only the part of the inputs that this region sees. */
  downOnRegion(inputs: readonly tf.Tensor[], output: tf.Tensor, signal: tf.Tensor, regions: BenchRegions): tf.Tensor[] {
    const { inputRegions, outputRegion } = regions;
    const parts = inputs.map((input, i) => this.cut(input, inputRegions[i]!, 'input'));
    const at = this.context(inputs, output, regions);
    return this.run(parts, this.cut(output, outputRegion), this.cut(signal, outputRegion), at);
  }

  /** Records what the mirror needs of the way up, and sends a signal down. What it gives for a gate counts as zero. */
  run(inputs: readonly tf.Tensor[], output: tf.Tensor, signal: tf.Tensor, at: MirrorContext): tf.Tensor[] {
    const recorded = this.mirror.record?.({ inputs, output, at }) ?? [];
    const below = this.mirror.down(signal, { ...at, recorded });
    return [below].flat().map((one, i) => (this.mirror.gates?.includes(i) ? tf.zerosLike(one) : one));
  }

  /** What the mirror is told of whole tensors, or of parts of them. */
  context(inputs: readonly tf.Tensor[], output: tf.Tensor, regions?: BenchRegions): MirrorContext {
    return {
      layer: this.layer,
      prepared: this.mirror.prepare?.(this.layer) ?? [],
      inputShapes: inputs.map(({ shape }) => shape),
      outputShape: output.shape,
      inputRegions: regions?.inputRegions ?? inputs.map(({ shape }) => wholeRegion(this.extent(shape, 'input'))),
      outputRegion: regions?.outputRegion ?? wholeRegion(this.extent(output.shape)),
    };
  }

  /** The spatial axes of a tensor. */
  axes(shape: readonly number[], side: Side): number[] {
    return spatialAxes(shape.length, this.#axis(shape, side));
  }

  #axis(shape: readonly number[], side: Side): number {
    const { dataFormat } = optionsOf(this.layer);
    const stated = this.#channelAxes[side] ?? (dataFormat === 'channelsFirst' ? 1 : shape.length - 1);
    return shape.length < 3 ? shape.length - 1 : stated;
  }
}
