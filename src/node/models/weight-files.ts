import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { SavedWeights } from '../../models/keras/repair-weights.js';
import { checkWeight, weightBytes } from '../../models/keras/weight-bytes.js';
import { readFault } from '../read-fault.js';
import type { ModelFile, WeightGroup } from './model-file.js';

/**
 * Reads the weights of a model from the files beside it.
 *
 * @throws DeconvnetError `model-not-found` if a file is missing; `model-unreadable` if there are too few or too many bytes.
 */
export async function readWeightFiles({ path, weightGroups, files }: ModelFile): Promise<SavedWeights> {
  const data: ArrayBuffer[] = [];
  for (const group of weightGroups) {
    for (const spec of group.weights) checkWeight(path, spec);
    const expected = group.weights.reduce((sum, spec) => sum + weightBytes(spec), 0);
    data.push(await readGroup({ path, files }, group, expected));
  }
  return { specs: weightGroups.flatMap(({ weights }) => weights), data };
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
        `The weights file ${path}, which ${model} names, cannot be read: ${isMissing(cause) ? 'it does not exist. Copy it beside the model file' : readFault(cause)}.`,
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
      `The weights of ${model} need ${expected} bytes; ${offset} were found, in ${sizes}. A file ${offset < expected ? 'was cut short' : 'is too long'}: copy or convert the model again.`,
    );
  }
  return bytes.buffer;
}

function isMissing(cause: unknown): boolean {
  return (cause as { code?: unknown }).code === 'ENOENT';
}
