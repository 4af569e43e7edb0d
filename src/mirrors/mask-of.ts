import type { Tensor } from '@tensorflow/tfjs-core';
import type { Layer } from '../network/layer-access.js';
import { layerClass } from './table.js';

/** Whether a layer makes a mask when none comes in. */
export function makesMask(layer: Layer): boolean {
  // An Embedding supports masking only if it takes the number 0 for a mask.
  return layer.supportsMasking && layerClass(layer).makesMask === true;
}

/** The mask that a layer passes on, given those that came with its inputs; undefined if it passes on none. */
export function maskOf(
  layer: Layer,
  inputs: readonly Tensor[],
  masks: readonly (Tensor | undefined)[],
): Tensor | undefined {
  const passes = layer.supportsMasking && masks.some((mask) => mask !== undefined);
  if (!passes && !makesMask(layer)) return undefined;
  const single = inputs.length === 1;
  const mask = layer.computeMask(
    single ? inputs[0]! : [...inputs],
    single ? masks[0] : masks.map((one) => one ?? (null as unknown as Tensor)),
  );
  return (Array.isArray(mask) ? mask[0] : mask) ?? undefined;
}
