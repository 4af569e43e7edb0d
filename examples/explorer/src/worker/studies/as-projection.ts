import * as tf from '@tensorflow/tfjs-core';
import type { Projection, Region } from 'deconvnet';

/** The numbers that a study gives of a projection. */
interface StudiedProjection extends Pick<Projection, 'featureMap' | 'position' | 'empty' | 'channels'> {
  readonly values: Float32Array;
  /** The height, the width and the number of channels. */
  readonly shape: readonly number[];
  /** The part of the input that the numbers cover. */
  readonly box: Region;
}

/** Makes a projection from the numbers of a study, so that the library can draw it. The caller disposes it. */
export function asProjection({ values, shape, box, ...about }: StudiedProjection): Projection {
  const pixels = tf.tensor(values, [...shape]);
  const dispose = (): void => pixels.dispose();
  return {
    ...{ ...about, layer: '', rule: '', activation: 1, pixels, channelAxis: shape.length - 1 },
    ...{ receptiveField: box, landing: box, cropped: true, inputs: {} },
    ...{ dispose, [Symbol.dispose]: dispose },
  };
}
