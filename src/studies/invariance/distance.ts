import type { LayerOutput } from '../kit/read-outputs.js';

/** The Euclidean distance of the output for one image of a batch from that of a batch of one. */
export function distanceOf({ values, shape }: LayerOutput, row: number, clean: LayerOutput): number {
  const first = (row * values.length) / shape[0]!;
  let sum = 0;
  for (let i = 0; i < clean.values.length; i++) sum += (values[first + i]! - clean.values[i]!) ** 2;
  return Math.sqrt(sum);
}

/** The Euclidean length of an output. */
export function lengthOf({ values }: LayerOutput): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
