import * as tf from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../deconvnet.js';
import { checkFlag, checkKeys } from '../errors/check-options.js';
import { counted } from '../errors/counted.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import type { NetworkNode } from '../network/network.js';
import { projectRequests } from '../project/project-requests.js';
import type { Projection } from '../project/projection.js';
import { checkPixels, readInput } from '../project/read-input.js';
import { tidied } from '../tensors/tidied.js';
import { checkItem, checkLookup, disposeImage, type ImageLookup, pull } from './image-source.js';
import { inputOf } from './pixels/input-of.js';
import type { PatchEntry } from './pixels/patch-entry.js';
import { pastePixels } from './pixels/patch-pixels.js';

/** The patches of one feature map that are to be projected. */
export interface PatchesOf {
  readonly node: NetworkNode;
  readonly featureMap: number;
  readonly entries: readonly PatchEntry[];
  readonly crop: boolean;
}

/** How to project the patches of a feature map. */
export interface ProjectPatchesOptions {
  /** Whether to return only the pixels in which the signal can land. Default: false. */
  readonly crop?: boolean;
  /**
   * Where to get images whose pixels were not kept: a function from an id to an image, or a source, which is read until
   * they have come. The images are disposed.
   */
  readonly source?: ImageLookup;
}

/**
 * Checks the options of `project`, and fills in their defaults.
 *
 * @throws DeconvnetError `invalid-option`.
 */
export function checkProject(options: ProjectPatchesOptions): {
  readonly crop: boolean;
  readonly source: ImageLookup | undefined;
} {
  checkKeys('project', options, ['crop', 'source']);
  const { crop = false, source } = options;
  checkFlag('crop', crop);
  checkLookup(source);
  return { crop, source };
}

/**
 * Projects patches from their stored pixels, or from a source if those were not kept. The projections are in the order
 * of the entries and belong to the caller.
 *
 * @throws DeconvnetError `source-missing`, and the codes of `Deconvnet.project`.
 */
export async function projectPatches(
  deconvnet: Deconvnet,
  { node, featureMap, entries, crop }: PatchesOf,
  source: ImageLookup | undefined,
): Promise<Projection[]> {
  const { engine } = deconvnet;
  engine.assertUsable();
  if (entries.length === 0) return [];
  const images = await imagesOf(deconvnet, entries, source);
  const projections: Projection[] = [];
  try {
    // If the model takes any size, images of the same size are projected together.
    const sizes = [...new Set(images.map(({ shape }) => String(shape)))];
    for (const size of sizes) {
      const group = [...entries.keys()].filter((i) => String(images[i]!.shape) === size);
      const batch = tf.concat(
        group.map((i) => images[i]!),
        0,
      );
      try {
        const requests = group.map((i, row) => ({
          row,
          selection: { node, featureMap, position: entries[i]!.position, crop },
        }));
        const made = await projectRequests(engine, [batch], requests, deconvnet.inputFormat?.channels ?? 'rgb');
        for (const [at, i] of group.entries()) projections[i] = made[at]!;
      } finally {
        batch.dispose();
      }
    }
    return projections;
  } catch (error) {
    for (const projection of projections) projection?.dispose();
    throw error;
  } finally {
    tf.dispose(images);
  }
}

/** The image of each entry as the model takes it, `[1, ...input]`. The caller disposes the tensors. */
async function imagesOf(
  deconvnet: Deconvnet,
  entries: readonly PatchEntry[],
  source: ImageLookup | undefined,
): Promise<tf.Tensor[]> {
  const missing = entries.filter(({ pixels }) => !pixels).map(({ id }) => id);
  const fetched = await fetchImages(deconvnet, missing, source);
  try {
    // There is one tidy for all, so that none is left behind if one does not fit.
    return tidied(() =>
      entries.map(({ id, pixels }) => {
        if (!pixels) return tf.clone(fetched.get(id)!);
        return inputOf(deconvnet, pastePixels(pixels, deconvnet.inputFormat), pixels.whole);
      }),
    );
  } finally {
    tf.dispose([...fetched.values()]);
  }
}

async function fetchImages(
  { engine }: Deconvnet,
  ids: readonly string[],
  source: ImageLookup | undefined,
): Promise<Map<string, tf.Tensor>> {
  const wanted = new Set(ids);
  const found = new Map<string, tf.Tensor>();
  if (wanted.size === 0) return found;
  try {
    const take = async (id: string, image: tf.Tensor): Promise<void> => {
      try {
        const input = readInput(engine.network, image, { batch: false });
        found.set(id, input);
        await checkPixels([input], () => `Image '${id}'`);
      } finally {
        disposeImage({ id, image });
      }
    };
    if (typeof source === 'function') {
      for (const id of wanted) {
        const image = await source(id);
        if (image) await take(id, image);
      }
    } else if (source) {
      for await (const item of pull(source)) {
        const { id, image } = checkItem(item);
        if (wanted.has(id) && !found.has(id)) await take(id, image);
        else disposeImage({ id, image });
        if (found.size === wanted.size) break;
      }
    }
    const missing = [...wanted].filter((id) => !found.has(id));
    if (missing.length > 0) {
      throw new DeconvnetError(
        'source-missing',
        `The pixels of ${counted(missing.length, 'patch', 'patches')} were not kept (maxBytes, or a state restored from JSON), among them '${missing[0]}'. ${source ? 'The source that was given does not have them.' : 'Give a source for them: miner.project(layer, featureMap, { source: (id) => image }).'}`,
      );
    }
    return found;
  } catch (error) {
    tf.dispose([...found.values()]);
    throw error;
  }
}
