import { initializers } from '@tensorflow/tfjs-layers';
import { isChannelsFirst } from '../../network/layer-options.js';
import type { Window } from '../../regions/window.js';
import { windowSpan } from '../../regions/window.js';
import { AddedLayer, type Shape } from './added-layer.js';

/** The options of a convolution, in the forms that the repair makes of them. */
export interface SlidingOptions {
  readonly kernelSize: readonly number[];
  readonly strides?: readonly number[];
  readonly dilationRate?: readonly number[];
  readonly padding?: 'valid' | 'same' | 'causal';
  readonly outputPadding?: readonly number[];
  readonly filters?: number;
  readonly groups?: number;
  readonly depthMultiplier?: number;
  readonly useBias?: boolean;
}

/** A convolution. A class states its kernels, its window and the number of its feature maps. */
export abstract class SlidingLayer extends AddedLayer<SlidingOptions> {
  constructor(config: SlidingOptions) {
    super({ useBias: true, ...config });
  }

  /** The window that the layer slides. */
  abstract window(): Window;

  /** The shape of each kernel, by its name, for a number of channels. */
  protected abstract kernels(channels: number): Readonly<Record<string, readonly number[]>>;

  /** The number of feature maps, for a number of channels. */
  protected maps(_channels: number): number {
    return this.options.filters!;
  }

  override build(inputShape: Shape): void {
    const channels = inputShape[isChannelsFirst(this) ? 1 : inputShape.length - 1]!;
    for (const [name, shape] of Object.entries(this.kernels(channels))) {
      this.addWeight(name, [...shape], 'float32', initializers.glorotUniform({}));
    }
    if (this.options.useBias) this.addWeight('bias', [this.maps(channels)], 'float32', initializers.zeros());
    this.built = true;
  }

  override computeOutputShape(inputShape: Shape): Shape {
    const first = isChannelsFirst(this);
    const [batch, ...sizes] = inputShape;
    const extent = first ? sizes.slice(1) : sizes.slice(0, -1);
    const maps = this.maps((first ? sizes[0] : sizes.at(-1))!);
    const made = extent.map((size, axis) => (size === null ? null : this.cells(size, axis)));
    return first ? [batch!, maps, ...made] : [batch!, ...made, maps];
  }

  /** The number of cells of the output along an axis. */
  protected cells(size: number, axis: number): number {
    const window = this.window();
    const read =
      this.options.padding === 'same' || this.options.padding === 'causal' ? size : size - windowSpan(window, axis) + 1;
    return Math.max(Math.ceil(read / window.stride[axis]!), 0);
  }

  /** One number for each axis. */
  protected perAxis(option: 'strides' | 'dilationRate'): readonly number[] {
    return this.options[option] ?? this.options.kernelSize.map(() => 1);
  }
}

/** The window of a convolution, from its options. `causal` padding lies before the first cell alone. */
export function slidingWindowOf(layer: SlidingLayer): Window {
  const { kernelSize, strides, dilationRate, padding = 'valid' } = layer.options;
  const one = kernelSize.map(() => 1);
  const window: Window = { size: kernelSize, stride: strides ?? one, dilation: dilationRate ?? one, padding: 'valid' };
  if (padding === 'valid') return window;
  return {
    ...window,
    padding: padding === 'same' ? 'same' : kernelSize.map((_, axis) => [windowSpan(window, axis) - 1, 0] as const),
  };
}
