// `mirrors/kit/` has what mirrors of several families share.
// In: a mirror that is written for the simple case, such as whole inputs.
// Out: a mirror for the general case: on regions, with channels on any axis, or by the phases of a stride.

import type * as tf from '@tensorflow/tfjs-core';
import type { Shape } from '../../network/layer-access.js';
import { extentOf, type Network, type NetworkNode, spatialAxes } from '../../network/network.js';
import { fitRegion } from '../../regions/fit-region.js';
import { type Region, sameRegion, wholeRegion } from '../../regions/region.js';
import type { Mirror, MirrorContext } from '../mirror.js';

/**
 * Which axes of a layer's inputs and output count channels. The reach of some mirrors depends on it: a normalisation
 * over channels reads one cell, a normalisation over rows reads everything. It is unknown for a layer outside a
 * network, whose channels are then taken to be the last axis.
 */
export interface Placement {
  /** The axis of the output that counts feature maps. */
  readonly channelAxis: number;
  /** The axis of each input that counts channels. */
  readonly inputChannelAxes: readonly number[];
  readonly inputShapes: readonly Shape[];
  /** The inputs that count as constants if the layer multiplies. */
  readonly gates?: readonly number[];
}

/** The placement of a node in its network. */
export function placementOf(
  network: Network,
  { channelAxis, inputs, inputShapes }: NetworkNode,
  gates: readonly number[] = [],
): Placement {
  return {
    channelAxis,
    inputChannelAxes: inputs.map((input) => network.nodes[input]!.channelAxis),
    inputShapes,
    gates,
  };
}

/** The axis that counts an output's feature maps. */
export function outputChannelAxis(placement: Placement | undefined, rank: number): number {
  return placement?.channelAxis ?? rank - 1;
}

/** The axis that counts the channels of an input. */
export function inputChannelAxis(placement: Placement | undefined, input: number, rank: number): number {
  return placement?.inputChannelAxes[input] ?? rank - 1;
}

/** The number of an axis, counted from the front. In Keras a negative axis is counted from the end. */
export function axisAt(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/**
 * A mirror in which every output reads only its own cell. The functions of `inner` are given inputs, output and signal
 * on the same cells, those of the output's region.
 */
export function cellByCell<Inner extends Mirror>(inner: Inner, placement: Placement | undefined): Inner {
  return {
    ...inner,
    ...aligned(inner, placement, (at) => ({ ...at, inputRegions: at.inputRegions.map(() => at.outputRegion) })),
    window: 'pointwise',
    ...(inner.record && { recordsLieOn: ['output' as const] }),
  };
}

/**
 * A mirror whose outputs read everything below. The functions of `inner` are given whole inputs, outputs and signals.
 */
export function wholeExtent<Inner extends Mirror>(inner: Inner, placement: Placement | undefined): Inner {
  const whole = (at: MirrorContext): MirrorContext => ({
    ...at,
    inputRegions: at.inputShapes.map((shape, i) =>
      wholeRegion(extentOf(shape, inputChannelAxis(placement, i, shape.length))),
    ),
    outputRegion: wholeRegion(extentOf(at.outputShape, outputChannelAxis(placement, at.outputShape.length))),
  });
  const { window: _none, ...rest } = { ...inner, ...aligned(inner, placement, whole) };
  return { ...rest, ...(inner.record && { recordsLieOn: ['whole' as const] }) } as Inner;
}

/** The functions of a mirror, which run on other regions than those that they are called with. */
function aligned(
  inner: Mirror,
  placement: Placement | undefined,
  regionsFor: (at: MirrorContext) => MirrorContext,
): Pick<Mirror, 'up' | 'record' | 'down'> {
  const fitInput = (x: tf.Tensor, i: number, from: Region, to: Region): tf.Tensor =>
    fitRegion(x, from, to, spatialAxes(x.rank, inputChannelAxis(placement, i, x.rank)));
  const fitOutput = (x: tf.Tensor, from: Region, to: Region): tf.Tensor =>
    fitRegion(x, from, to, spatialAxes(x.rank, outputChannelAxis(placement, x.rank)));
  const inputsAt = (inputs: readonly tf.Tensor[], at: MirrorContext, want: MirrorContext): tf.Tensor[] =>
    inputs.map((x, i) => fitInput(x, i, at.inputRegions[i]!, want.inputRegions[i]!));
  const { up, record } = inner;
  return {
    ...(up && {
      up(inputs, at) {
        const want = regionsFor(at);
        return fitOutput(up(inputsAt(inputs, at, want), want), want.outputRegion, at.outputRegion);
      },
    }),
    ...(record && {
      record({ inputs, output, at, ...rest }) {
        const want = regionsFor(at);
        const held = inputsAt(inputs, at, want);
        // If only a part of the output is known, the whole has to be computed.
        const made =
          up && !sameRegion(at.outputRegion, want.outputRegion)
            ? up(held, want)
            : fitOutput(output, at.outputRegion, want.outputRegion);
        return record({ ...rest, inputs: held, output: made, at: want });
      },
    }),
    down(signal, at) {
      const want = { ...at, ...regionsFor(at) };
      const below = inner.down(fitOutput(signal, at.outputRegion, want.outputRegion), want);
      const held = (x: tf.Tensor, i: number): tf.Tensor => fitInput(x, i, want.inputRegions[i]!, at.inputRegions[i]!);
      return Array.isArray(below) ? below.map(held) : held(below, 0);
    },
  };
}
