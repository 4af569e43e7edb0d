import type { io } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { checkWeight, weightBytes } from '../../models/keras/weight-bytes.js';
import { readFault } from '../read-fault.js';
import type { ModelFile, WeightGroup } from './model-file.js';

/**
 * The descriptions of a model's weights.
 *
 * @throws DeconvnetError `model-unreadable` if TensorFlow.js cannot read one.
 */
export function describedWeights({ path, weightGroups }: ModelFile): io.WeightsManifestEntry[] {
  const specs = weightGroups.flatMap(({ weights }) => weights);
  for (const spec of specs) checkWeight(path, spec);
  return specs;
}

/**
 * Checks by the sizes of the files of weights that they are complete.
 *
 * @throws DeconvnetError `model-not-found` if a file is missing; `model-unreadable` if there are too few or too many bytes.
 */
export async function checkWeightFiles({ path, weightGroups, files }: ModelFile): Promise<void> {
  for (const { paths, weights } of weightGroups) {
    const expected = weights.reduce((sum, spec) => sum + weightBytes(spec), 0);
    const sizes: number[] = [];
    for (const name of paths) sizes.push(await orNotFound({ path, files }, name, () => files.size(name)));
    const found = sizes.reduce((sum, size) => sum + size, 0);
    if (found === expected) continue;
    const list = paths.map((name, i) => `${files.pathOf(name)} (${sizes[i]} bytes)`).join(', ');
    throw new DeconvnetError(
      'model-unreadable',
      `The weights of ${path} need ${expected} bytes; ${found} were found, in ${list}. A file ${found < expected ? 'was cut short' : 'is too long'}: copy or save the model again.`,
    );
  }
}

/**
 * Reads the files of a model's weights, one after the other.
 *
 * @throws DeconvnetError `model-not-found` if a file cannot be read.
 */
export async function* weightPieces({ path, weightGroups, files }: ModelFile): AsyncGenerator<Uint8Array> {
  for (const name of weightGroups.flatMap(({ paths }: WeightGroup) => paths)) {
    const pieces = files.pieces(name)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const { done, value } = await orNotFound({ path, files }, name, () => pieces.next());
        if (done) break;
        yield value;
      }
    } finally {
      await pieces.return?.();
    }
  }
}

async function orNotFound<Result>(
  { path: model, files }: Pick<ModelFile, 'path' | 'files'>,
  name: string,
  read: () => Promise<Result>,
): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    throw new DeconvnetError(
      'model-not-found',
      `The weights file ${files.pathOf(name)}, which ${model} names, cannot be read: ${isMissing(cause) ? 'it does not exist. Copy it beside the model file' : readFault(cause)}.`,
      { cause },
    );
  }
}

function isMissing(cause: unknown): boolean {
  return (cause as { code?: unknown }).code === 'ENOENT';
}
