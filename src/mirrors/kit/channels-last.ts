import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '../../network/layer-access.js';
import { isChannelsFirst } from '../../network/layer-options.js';
import type { Mirror, MirrorContext } from '../mirror.js';

/**
 * A mirror that works with its channels last, as tfjs's kernels want them, for a layer with either data format. If the
 * layer has its channels first, the functions of `inner` see inputs, outputs, signals, whole shapes and records with the
 * channels moved to the end. The library sees the layer's own axes. Regions have no channels.
 */
export function channelsLast<Inner extends Mirror>(layer: Layer, inner: Inner): Inner {
  if (!isChannelsFirst(layer)) return inner;
  const { up, record } = inner;
  const within = (at: MirrorContext): MirrorContext => ({
    ...at,
    inputShapes: at.inputShapes.map((shape) => lastOf(shape)),
    outputShape: lastOf(at.outputShape),
  });
  return {
    ...inner,
    ...(up && { up: (inputs, at) => toChannelsFirst(up(inputs.map(toChannelsLast), within(at))) }),
    ...(record && {
      record: ({ inputs, output, at, ...rest }) =>
        record({
          ...rest,
          inputs: inputs.map(toChannelsLast),
          output: toChannelsLast(output),
          at: within(at),
        }).map(toChannelsFirst),
    }),
    down(signal, at) {
      const recorded = at.recorded.map(toChannelsLast);
      const below = inner.down(toChannelsLast(signal), { ...at, ...within(at), recorded });
      return Array.isArray(below) ? below.map(toChannelsFirst) : toChannelsFirst(below);
    },
  };
}

/** The sizes of a tensor with its channels last, along its spatial axes. */
export function spatialSizes(shape: readonly number[]): number[] {
  return shape.slice(1, -1);
}

/** `[batch, maps, ...cells]` to `[batch, ...cells, maps]`. Without cells there is nothing to move. */
function toChannelsLast(x: tf.Tensor): tf.Tensor {
  return x.rank < 3 ? x : transpose(x, lastOf(x.shape.map((_, axis) => axis)));
}

/** `[batch, ...cells, maps]` to `[batch, maps, ...cells]`. */
function toChannelsFirst(x: tf.Tensor): tf.Tensor {
  if (x.rank < 3) return x;
  const [batch, ...axes] = x.shape.map((_, axis) => axis);
  return transpose(x, [batch!, axes.at(-1)!, ...axes.slice(0, -1)]);
}

/**
 * tfjs 4.22 fails on WebGPU to transpose whole numbers, such as switches, in some shapes. As floats they keep their values.
 * A cast only renames the type there, and the addition makes floats of them.
 */
function transpose(x: tf.Tensor, order: number[]): tf.Tensor {
  if (x.dtype === 'float32') return tf.transpose(x, order);
  return tf.cast(tf.transpose(tf.add(tf.cast(x, 'float32'), 0), order), x.dtype);
}

/** Moves the entry after the batch to the end. */
function lastOf([batch, maps, ...cells]: readonly number[]): number[] {
  return [batch!, ...cells, maps!];
}
