import * as tf from '@tensorflow/tfjs-core';
import type { Mirror, MirrorContext } from '../../../src/mirrors/mirror.js';
import { resolveRule } from '../../../src/mirrors/rules.js';
import { builtInMirror } from '../../../src/mirrors/table.js';
import { extentOf } from '../../../src/network/network.js';
import { isCallWrong } from '../../../src/network/tfjs-faults.js';
import { type Region, wholeRegion } from '../../../src/regions/region.js';
import type { LayerCase } from './layer-cases.js';

/** The first step of a layer's mirror: the linear or the pooling one. */
export function mirrorOf({ layer }: LayerCase): Mirror {
  return builtInMirror(layer, resolveRule({}))![0]!;
}

/** Whether the layer's own call is wrong on the current backend. */
export function isWrongHere({ layer, input, channelAxis }: LayerCase): boolean {
  const node = { layer, className: layer.getClassName(), channelAxis };
  return isCallWrong(node as Parameters<typeof isCallWrong>[0], input);
}

/** Where the layer's channels are at its output: global pooling leaves none of the axes between. */
function outputAxis({ input, channelAxis }: LayerCase, outputShape: readonly number[]): number {
  return outputShape.length === input.length ? channelAxis : outputShape.length - 1;
}

/** The context of a mirror on parts of its tensors, or on the whole of them. */
export function contextOf(
  one: LayerCase,
  outputShape: readonly number[],
  prepared: readonly tf.Tensor[],
  regions: { readonly input?: Region; readonly output?: Region } = {},
): MirrorContext {
  return {
    layer: one.layer,
    prepared,
    inputShapes: [one.input],
    outputShape,
    inputRegions: [regions.input ?? wholeRegion(extentOf(one.input, one.channelAxis))],
    outputRegion: regions.output ?? wholeRegion(extentOf(outputShape, outputAxis(one, outputShape))),
  };
}

/** Runs a layer itself, on the cpu where the current backend computes it wrong. */
export async function callLayer(one: LayerCase, x: tf.Tensor): Promise<tf.Tensor> {
  const backend = tf.getBackend();
  if (isWrongHere(one)) await tf.setBackend('cpu');
  const y = tf.tidy(() => one.layer.apply(x, { training: false }) as tf.Tensor);
  await tf.setBackend(backend);
  return y;
}
