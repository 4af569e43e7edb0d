import * as tf from '@tensorflow/tfjs-core';
import type { Projection, Region } from 'deconvnet';

/**
 * A box of a projection that has all pixels of its picture. Where the box is outside of the picture, it is zero. The
 * caller disposes it.
 */
export function cutProjection(projection: Projection, { start, size }: Region): Projection {
  const { channelAxis, pixels: all } = projection;
  const boxed = <Value>(perAxis: readonly Value[], ofChannels: Value): Value[] => [
    ...perAxis.slice(0, channelAxis),
    ofChannels,
    ...perAxis.slice(channelAxis),
  ];
  const extent = all.shape.filter((_, axis) => axis !== channelAxis);
  const first = start.map((begin, axis) => Math.min(Math.max(begin, 0), extent[axis]!));
  const last = start.map((begin, axis) => Math.min(Math.max(begin + size[axis]!, first[axis]!), extent[axis]!));
  const before = first.map((begin, axis) => Math.min(begin - start[axis]!, size[axis]!));
  const inside = last.map((end, axis) => end - first[axis]!);
  const pads = before.map((count, axis): [number, number] => [count, size[axis]! - count - inside[axis]!]);
  const pixels = tf.tidy(() => tf.pad(tf.slice(all, boxed(first, 0), boxed(inside, -1)), boxed(pads, [0, 0])));
  const dispose = (): void => pixels.dispose();
  return { ...projection, pixels, dispose, [Symbol.dispose]: dispose };
}
