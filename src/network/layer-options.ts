import type { Padding, Window } from '../regions/window.js';
import { classNameOf, type Layer } from './layer-access.js';

type PerAxis = number | readonly number[];

/**
 * The options of tfjs-layers' own layers that this library reads. Each has one form here, even if Keras accepts several.
 */
export interface LayerOptions {
  readonly kernelSize?: PerAxis;
  readonly poolSize?: PerAxis;
  readonly strides?: PerAxis;
  readonly dilationRate?: PerAxis;
  /** A word for layers with a window; pairs for ZeroPadding2D. */
  readonly padding?: 'same' | 'valid' | 'causal' | readonly (readonly [number, number])[];
  readonly cropping?: readonly (readonly [number, number])[];
  readonly dataFormat?: 'channelsFirst' | 'channelsLast';
  readonly filters?: number;
  readonly useBias?: boolean;
  readonly activation?: string;
  /** One axis, or a list of several axes. */
  readonly axis?: number | readonly number[];
  readonly axes?: PerAxis;
  readonly normalize?: boolean;
  readonly sharedAxes?: readonly number[];
  readonly maxValue?: number;
  readonly alpha?: number;
  readonly theta?: number;
  readonly maskValue?: number;
  readonly epsilon?: number;
  readonly center?: boolean;
  /** For Rescaling one number, or one for each channel; for a normalisation, whether it has a scale. */
  readonly scale?: boolean | number | readonly number[];
  readonly offset?: number | readonly number[];
  readonly size?: readonly number[];
  readonly interpolation?: 'nearest' | 'bilinear';
  readonly cropToAspectRatio?: boolean;
  readonly height?: number;
  readonly width?: number;
  readonly dims?: readonly number[];
  readonly n?: number;
}

/** Options with a single value, which Keras also writes as a list with one entry. */
const SINGLE = [
  'axis',
  'axes',
  'maxValue',
  'alpha',
  'theta',
  'maskValue',
  'epsilon',
  'height',
  'width',
  'n',
  'filters',
];

/**
 * A layer's options. Every option that a mirror, a receptive field or a check of this library depends on is read here:
 * tfjs-layers keeps most options as a file had them, and computes with lists of one as with numbers. A mirror whose class
 * has options that no other class has names their types itself: `optionsOf<{ depth: number }>(layer)`.
 */
export function optionsOf<Options extends object = LayerOptions>(layer: Layer): Options {
  const config = layer.getConfig();
  const options: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(config)) {
    if (value === null || value === undefined) continue;
    options[key] = SINGLE.includes(key) && Array.isArray(value) && value.length === 1 ? value[0] : value;
  }
  return options as Options;
}

/** The axes that a layer works along, as they were given: counted from the front, or negative and from the end. */
export function axesOf(layer: Layer, fallback: number): readonly number[] {
  return [optionsOf(layer).axis ?? fallback].flat();
}

/** The sliding window of a convolution or pooling layer, over `rank` spatial axes. */
export function slidingWindow(layer: Layer, rank: number): Window {
  const { kernelSize, poolSize, strides, dilationRate, padding } = optionsOf(layer);
  const perAxis = (value: PerAxis | undefined, fallback: readonly number[]): number[] =>
    value === undefined ? [...fallback] : typeof value === 'number' ? Array<number>(rank).fill(value) : [...value];
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
