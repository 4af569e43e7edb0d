import { classNameOf, type Layer } from '../network/layer-access.js';
import type { Padding, Window } from '../network/window.js';

/** The options of tfjs-layers' own layers that mirrors read, as `getConfig` writes them. */
export interface LayerOptions {
  readonly kernelSize?: number | readonly number[];
  readonly poolSize?: number | readonly number[];
  readonly strides?: number | readonly number[] | null;
  readonly dilationRate?: number | readonly number[];
  readonly padding?: unknown;
  readonly dataFormat?: 'channelsFirst' | 'channelsLast' | null;
  readonly useBias?: boolean;
  readonly activation?: string | null;
  readonly axis?: number;
  readonly maxValue?: number | null;
}

export function optionsOf(layer: Layer): LayerOptions {
  return layer.getConfig() as LayerOptions;
}

/** The sliding window of a convolution or pooling layer, over `rank` spatial axes. */
export function slidingWindow(layer: Layer, rank: number): Window {
  const { kernelSize, poolSize, strides, dilationRate, padding } = optionsOf(layer);
  const perAxis = (value: number | readonly number[] | null | undefined, fallback: readonly number[]): number[] =>
    value == null ? [...fallback] : typeof value === 'number' ? Array<number>(rank).fill(value) : [...value];
  const size = perAxis(kernelSize ?? poolSize, []);
  return {
    size,
    stride: perAxis(strides, poolSize === undefined ? size.map(() => 1) : size),
    dilation: perAxis(
      dilationRate,
      size.map(() => 1),
    ),
    padding: paddingOf(padding),
    ...(rank === 3 ? { centred: true as const } : {}),
  };
}

/** Whether the layer puts its feature maps first: `[batch, maps, height, width]`. */
export function isChannelsFirst(layer: Layer): boolean {
  return optionsOf(layer).dataFormat === 'channelsFirst';
}

/** A name for messages: `Conv2D 'conv1'`. */
export function titleOf(layer: Layer): string {
  return `${classNameOf(layer)} '${layer.name}'`;
}

function paddingOf(padding: unknown): Padding {
  return padding === 'same' ? 'same' : 'valid';
}
