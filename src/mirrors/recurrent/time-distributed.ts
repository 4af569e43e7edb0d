import * as tf from '@tensorflow/tfjs-core';
import { type Layer, wrappedLayer } from '../../network/layer-access.js';
import { optionsOf } from '../../network/layer-options.js';
import { extentOf } from '../../network/network.js';
import { type Region, wholeRegion } from '../../regions/region.js';
import type { Reach } from '../../regions/window.js';
import { repeatBatch } from '../../tensors/repeat-batch.js';
import { inputChannelAxis, outputChannelAxis, type Placement, wholeExtent } from '../kit/placement.js';
import type { Mirror, MirrorContext } from '../mirror.js';

/** Makes the steps of a layer's mirror, or undefined if its class has none. */
type MirrorOf = (layer: Layer, placement: Placement | undefined) => readonly Mirror[] | undefined;

/** TimeDistributed: the steps of the inner layer's mirror, with the time axis folded into the batch. */
export function timeDistributed(
  layer: Layer,
  placement: Placement | undefined,
  mirrorOf: MirrorOf,
): readonly Mirror[] | undefined {
  const inner = wrappedLayer(layer);
  const within = placement && placementWithin(inner, placement);
  const steps = mirrorOf(inner, within);
  const inPlace = within?.channelAxis === (placement?.channelAxis ?? 0) - 1;
  return steps?.map((step) => {
    const mirror = overTime(step, inner, within, inPlace);
    return inPlace ? mirror : wholeExtent(mirror, placement);
  });
}

/**
 * The placement of the inner layer, without the time axis. The data format of a layer, if it has one, says where its
 * channels are.
 */
function placementWithin(inner: Layer, { channelAxis, inputChannelAxes, inputShapes }: Placement): Placement {
  const { dataFormat } = optionsOf(inner);
  const within = (axis: number): number =>
    dataFormat == null ? Math.max(axis - 1, 1) : dataFormat === 'channelsFirst' ? 1 : inputShapes[0]!.length - 2;
  return {
    channelAxis: within(channelAxis),
    inputChannelAxes: inputChannelAxes.map(within),
    inputShapes: inputShapes.map(([batch, , ...shape]) => [batch ?? null, ...shape]),
  };
}

function overTime(step: Mirror, inner: Layer, within: Placement | undefined, inPlace: boolean): Mirror {
  const shapeOf = ([batch, times, ...shape]: readonly number[]): number[] => [batch! * times!, ...shape];
  const insideOf = (at: MirrorContext): MirrorContext => {
    const regionOf = (region: Region, shape: readonly number[], channelAxis: number): Region =>
      inPlace
        ? { start: region.start.slice(1), size: region.size.slice(1) }
        : wholeRegion(extentOf(shape, channelAxis));
    const inputShapes = at.inputShapes.map(shapeOf);
    const outputShape = shapeOf(at.outputShape);
    return {
      ...at,
      layer: inner,
      inputShapes,
      outputShape,
      inputRegions: at.inputRegions.map((region, i) =>
        regionOf(region, inputShapes[i]!, inputChannelAxis(within, i, inputShapes[i]!.length)),
      ),
      outputRegion: regionOf(at.outputRegion, outputShape, outputChannelAxis(within, outputShape.length)),
    };
  };
  const { prepare, up, record, recordsLieOn, window, ...rest } = step;
  // With the axis of time in front, a record that served every region lies on the steps of time, but on no other cells.
  const cells = recordsLieOn?.includes('whole') && window ? undefined : recordsLieOn;
  return {
    ...rest,
    ...(cells && { recordsLieOn: cells }),
    ...(window && { window: reachOverTime(window) }),
    ...(prepare && { prepare: () => prepare(inner) }),
    ...(up && { up: ([input], at) => unfold(up([fold(input!)], insideOf(at)), input!.shape[1]!) }),
    ...(record && {
      record({ inputs, output, at, ...seen }) {
        const [batch, times] = inputs[0]!.shape as [number, number];
        const records = record({ ...seen, inputs: inputs.map(fold), output: fold(output), at: insideOf(at) });
        // A record that serves the whole batch is repeated for each time step.
        return records.map((one) =>
          unfold(one.shape[0] === batch * times ? one : repeatBatch(one, batch * times), times),
        );
      },
    }),
    down(signal, at) {
      const [seeds, times] = signal.shape as [number, number];
      const recorded = at.recorded.map((one) => fold(one.shape[0] === seeds ? one : repeatBatch(one, seeds)));
      const below = step.down(fold(signal), { ...at, ...insideOf(at), recorded });
      return [below].flat().map((x) => unfold(x, times));
    },
  };
}

/** `[batch, times, ...]` to `[batch * times, ...]`. */
function fold(x: tf.Tensor): tf.Tensor {
  const [batch, times, ...shape] = x.shape as [number, number, ...number[]];
  return tf.reshape(x, [batch * times, ...shape]);
}

function unfold(x: tf.Tensor, times: number): tf.Tensor {
  return tf.reshape(x, [x.shape[0]! / times, times, ...x.shape.slice(1)]);
}

/** What one output reads, if it reads one time step. */
function reachOverTime(reach: Reach): Reach {
  if (reach === 'pointwise') return reach;
  return {
    ...reach,
    size: [1, ...reach.size],
    stride: [1, ...reach.stride],
    ...(reach.dilation && { dilation: [1, ...reach.dilation] }),
    padding: typeof reach.padding === 'string' ? reach.padding : [[0, 0], ...reach.padding],
  };
}
