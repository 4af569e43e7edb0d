import type { io } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { checkWeight, isOptimizerWeight, weightBytes } from '../../models/keras/weight-bytes.js';
import type { ModelFile, WeightGroup } from './model-file.js';

/** Weights as tfjs takes them: what they are, and their bytes one after the other. */
export interface WeightFiles {
  readonly specs: io.WeightsManifestEntry[];
  readonly data: ArrayBuffer[];
}

/**
 * Reads the weights of a model from the files beside it. Those of an optimizer are left out: a network is only run.
 *
 * @throws DeconvnetError `model-not-found` for a missing file, `model-unreadable` where bytes are missing or too many.
 */
export async function readWeightFiles({ path, weightGroups, files }: ModelFile): Promise<WeightFiles> {
  const specs: io.WeightsManifestEntry[] = [];
  const data: ArrayBuffer[] = [];
  for (const group of weightGroups) {
    for (const spec of group.weights) checkWeight(path, spec);
    const sizes = group.weights.map(weightBytes);
    const bytes = await readGroup({ path, files }, group, sum(sizes));
    let offset = 0;
    const kept = group.weights.some(isOptimizerWeight) ? [] : [bytes];
    for (const [i, spec] of group.weights.entries()) {
      const end = offset + sizes[i]!;
      if (!isOptimizerWeight(spec)) {
        specs.push(spec);
        if (kept[0] !== bytes) kept.push(bytes.slice(offset, end));
      }
      offset = end;
    }
    data.push(...kept);
  }
  return { specs, data };
}

async function readGroup(
  { path: model, files }: Pick<ModelFile, 'path' | 'files'>,
  group: WeightGroup,
  expected: number,
): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(expected);
  const found: { readonly path: string; readonly size: number }[] = [];
  let offset = 0;
  for (const name of group.paths) {
    const path = files.pathOf(name);
    const shard = await files.read(name).catch((cause: unknown) => {
      throw new DeconvnetError(
        'model-not-found',
        `The weights file ${path}, which ${model} names, cannot be read: ${isMissing(cause) ? 'it does not exist. Copy it beside the model file' : String(cause)}.`,
        { cause },
      );
    });
    found.push({ path, size: shard.byteLength });
    if (offset + shard.byteLength <= expected) bytes.set(shard, offset);
    offset += shard.byteLength;
  }
  if (offset !== expected) {
    const sizes = found.map(({ path, size }) => `${path} (${size} bytes)`).join(', ');
    throw new DeconvnetError(
      'model-unreadable',
      `The weights of ${model} need ${expected} bytes; ${offset} were found, in ${sizes}. The file ${offset < expected ? 'was cut short' : 'is too long'}: copy or convert the model again.`,
    );
  }
  return bytes.buffer;
}

function isMissing(cause: unknown): boolean {
  return (cause as { code?: unknown }).code === 'ENOENT';
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
