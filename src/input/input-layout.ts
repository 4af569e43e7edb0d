import type { Shape } from '../network/layer-access.js';
import type { NetworkNode } from '../network/network.js';

/** Where height, width and channels are in a model's input. */
export interface InputLayout {
  /** In pixels; null if the model takes any height. */
  readonly height: number | null;
  /** In pixels; null if the model takes any width. */
  readonly width: number | null;
  readonly channels: number;
  readonly channelsFirst: boolean;
  /** Whether the input has a height, a width and channels at all. */
  readonly isPicture: boolean;
  /** The shape of one input. */
  readonly shape: Shape;
}

/** Reads the layout from the node of an input layer. */
export function layoutOf({ outputShape, channelAxis }: NetworkNode): InputLayout {
  const channels = outputShape[channelAxis] ?? 0;
  const channelsFirst = outputShape.length === 4 && channelAxis === 1;
  const shape = outputShape.slice(1);
  // Only an input with height, width and channels is a picture.
  if (outputShape.length !== 4) return { height: null, width: null, channels, channelsFirst, isPicture: false, shape };
  const [height, width] = channelsFirst ? outputShape.slice(2) : outputShape.slice(1);
  return { height: height ?? null, width: width ?? null, channels, channelsFirst, isPicture: true, shape };
}

/** Whether grey or coloured pictures can become the input. */
export function takesPictures({ isPicture, channels }: InputLayout): boolean {
  return isPicture && (channels === 1 || channels === 3);
}

/** Describes for a person the input of a network that does not take pictures, as the end of "This network takes ...". */
export function noPictures({ isPicture, channels, shape }: InputLayout): string {
  if (isPicture) return `${channels} channels, and a picture has 1 (grey) or 3 (colour)`;
  if (shape.length === 1 && shape[0] === null) return 'a list of numbers, not pictures';
  return `${shape.length === 0 ? 'one number' : `${shape.map((size) => size ?? 'any').join(' x ')} numbers`}, not pictures`;
}
