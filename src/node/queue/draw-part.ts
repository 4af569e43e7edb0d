import { readFile } from 'node:fs/promises';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { ImageLookup } from '../../mine/image-source.js';
import { PatchMiner } from '../../mine/patch-miner.js';
import { drawGalleryPart } from '../gallery/draw-gallery-part.js';
import type { WorkerNetwork } from '../gallery/gallery-workers.js';
import { projectGalleryPart } from '../gallery/project-gallery-part.js';
import { type ReadPicturesOptions, readPictures } from '../pictures/read-pictures.js';
import { readFault } from '../read-fault.js';
import type { DrawSettings } from './draw-settings.js';
import { findPicture } from './find-picture.js';
import type { MachinePaths } from './machine-paths.js';
import type { ListedPicture } from './mine-settings.js';
import type { PartProgress } from './process-protocol.js';
import { type RunFolder, sha256 } from './run-folder.js';
import type { RunRecord } from './run-record.js';

/** Where the parts of a gallery are made, and with what. */
export interface DrawPartOptions {
  readonly miner: PatchMiner;
  readonly record: RunRecord;
  readonly settings: DrawSettings;
  readonly folder: RunFolder;
  /** Where the pictures are; absent if they are not needed. */
  readonly source: ImageLookup | undefined;
  readonly network: WorkerNetwork;
  readonly workers: number | undefined;
  readonly onProgress: (progress: PartProgress) => void;
  readonly signal: AbortSignal;
}

/**
 * Reads the state that a gallery is made of.
 *
 * @throws DeconvnetError `state-unreadable` if it is not the one that was announced.
 */
export async function readMinedState(deconvnet: Deconvnet, folder: RunFolder, hash: string): Promise<PatchMiner> {
  const bytes = await readFile(folder.state).catch((cause: unknown) => {
    throw new DeconvnetError('state-unreadable', `The state ${folder.state} cannot be read: ${readFault(cause)}.`, {
      cause,
    });
  });
  if (sha256(bytes) === hash) return PatchMiner.load(deconvnet, bytes);
  throw new DeconvnetError(
    'state-unreadable',
    `The state ${folder.state} is not the one that was announced. Check that this machine sees the shared folder of the run.`,
  );
}

/** Makes a function from the id of a picture to its image, for the pictures of a listing. */
export function listedImages(
  deconvnet: Deconvnet,
  list: readonly ListedPicture[],
  { paths, ...reading }: ReadPicturesOptions & { readonly paths: MachinePaths },
): ImageLookup {
  const files = new Map(list.map((file) => [file.id, file]));
  const read = async (id: string): Promise<Tensor> => {
    const file = files.get(id);
    for await (const { image } of readPictures(file ? [await findPicture(file, paths)] : [], deconvnet, reading)) {
      return image;
    }
    throw new DeconvnetError('pictures-not-found', `The listing of the run has no picture '${id}'.`);
  };
  return Object.assign(read, { concurrency: CONCURRENCY });
}

/** So many pictures are decoded at the same time. */
const CONCURRENCY = 4;

/** Projects some pictures of a gallery, or draws some of its sheets. */
export async function drawPart(
  part: number,
  { miner, record, settings, folder, source, network, workers, onProgress, signal }: DrawPartOptions,
): Promise<void> {
  const { projecting, gallery: identity, drawing } = settings;
  const options = {
    ...{ ...drawing, out: folder.gallery, network, signal },
    ...(source && { source }),
    ...(workers !== undefined && { workers }),
  };
  if (part <= projecting) {
    const { pictures, skipped } = await projectGalleryPart(
      miner,
      { ...options, onProgress: ({ patches, totalPatches }) => onProgress({ done: patches, total: totalPatches }) },
      { index: part - 1, count: projecting, identity },
    );
    if (pictures === 0 || skipped.length < pictures) return;
    // Without this error, the process that writes the page would have to project all of these pictures.
    throw new DeconvnetError(
      'source-missing',
      `None of the ${pictures} pictures of part ${part} can be used on this machine: '${skipped[0]!.id}', for example, ${skipped[0]!.reason === 'missing' ? 'is not there' : 'is not the one that was mined'}. Give this machine the pictures that were mined.`,
    );
  }
  await drawGalleryPart(
    miner,
    { ...options, onProgress: ({ done, total }) => onProgress({ done, total }) },
    { index: part - projecting - 1, count: record.parts - projecting, identity },
  );
}
