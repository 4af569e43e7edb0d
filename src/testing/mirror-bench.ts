import * as tf from '@tensorflow/tfjs-core';
import type { Mirror, MirrorContext } from '../mirrors/mirror.js';
import type { Layer } from '../network/layer-access.js';
import { optionsOf } from '../network/layer-options.js';
import { extentOf, spatialAxes } from '../network/network.js';
import { fitRegion } from '../regions/fit-region.js';
import { type Region, wholeRegion } from '../regions/region.js';
import { inputRegionOf, type Reach } from '../regions/window.js';

/** Runs a mirror on one layer, whole or on a region, as the library would. Call its methods inside a tidy. */
export class MirrorBench {
  readonly #layer: Layer;
  readonly #mirror: Mirror;
  readonly #channelAxis: number | undefined;

  constructor(layer: Layer, mirror: Mirror, channelAxis: number | undefined) {
    this.#layer = layer;
    this.#mirror = mirror;
    this.#channelAxis = channelAxis;
  }

  /** The layer's own output. */
  apply(inputs: readonly tf.Tensor[]): tf.Tensor {
    const output = this.#layer.apply(inputs.length === 1 ? inputs[0]! : [...inputs], { training: false });
    return tf.clone((Array.isArray(output) ? output[0] : output) as tf.Tensor);
  }

  /** The spatial sizes of a tensor. */
  extent(shape: readonly number[]): number[] {
    return extentOf(shape, this.#axis(shape));
  }

  /** A shape of the same rank that is 1 along the batch and the channels, so that it is broadcast over them. */
  alongSpace(shape: readonly number[]): number[] {
    return shape.map((size, axis) => (axis === 0 || axis === this.#axis(shape) ? 1 : size));
  }

  /** Sends a signal down from the whole output; returns the signal at each input. */
  down(inputs: readonly tf.Tensor[], output: tf.Tensor, signal: tf.Tensor): tf.Tensor[] {
    const at = this.#context(inputs, output);
    return this.#run(inputs, output, signal, at);
  }

  /** The part of each input that a region of the output sees. */
  regionsOf(reach: Reach, inputs: readonly tf.Tensor[], region: Region): Region[] {
    return inputs.map(({ shape }) => inputRegionOf(reach, region, this.extent(shape)));
  }

  /** Cuts a region out of a whole tensor. Cells outside the tensor become zero. */
  cut(whole: tf.Tensor, region: Region): tf.Tensor {
    const axes = spatialAxes(whole.rank, this.#axis(whole.shape));
    return fitRegion(whole, wholeRegion(this.extent(whole.shape)), region, axes);
  }

  /** Does the same as `down` for a region of the output, and uses only the part of the inputs that this region sees. */
  downOnRegion(
    inputs: readonly tf.Tensor[],
    output: tf.Tensor,
    signal: tf.Tensor,
    { inputRegions, outputRegion }: { readonly inputRegions: readonly Region[]; readonly outputRegion: Region },
  ): tf.Tensor[] {
    const at = { ...this.#context(inputs, output), inputRegions, outputRegion };
    const cut = inputs.map((input, i) => this.cut(input, inputRegions[i]!));
    return this.#run(cut, this.cut(output, outputRegion), this.cut(signal, outputRegion), at);
  }

  #run(inputs: readonly tf.Tensor[], output: tf.Tensor, signal: tf.Tensor, at: MirrorContext): tf.Tensor[] {
    const recorded = this.#mirror.record?.({ inputs, output, at }) ?? [];
    const below = this.#mirror.down(signal, { ...at, recorded });
    return Array.isArray(below) ? below : [below];
  }

  #context(inputs: readonly tf.Tensor[], output: tf.Tensor): MirrorContext {
    return {
      layer: this.#layer,
      prepared: this.#mirror.prepare?.(this.#layer) ?? [],
      inputShapes: inputs.map(({ shape }) => shape),
      outputShape: output.shape,
      inputRegions: inputs.map(({ shape }) => wholeRegion(this.extent(shape))),
      outputRegion: wholeRegion(this.extent(output.shape)),
    };
  }

  #axis(shape: readonly number[]): number {
    const { dataFormat } = optionsOf(this.#layer);
    const stated = this.#channelAxis ?? (dataFormat === 'channelsFirst' ? 1 : shape.length - 1);
    return shape.length < 3 ? shape.length - 1 : stated;
  }
}
