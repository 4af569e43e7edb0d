import type { Tensor } from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../deconvnet.js';
import { checkCallback, checkFlag, checkKeys, checkSignal } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import type { Projection } from '../project/projection.js';
import { checkItem, checkLookup, disposeImage, type ImageLookup, lookUpAhead, pull } from './image-source.js';
import { needsImage, type PictureWork } from './picture-work.js';
import { projectPicture } from './project-picture.js';
import { type ProjectAllProgress, WorkProgress } from './work-progress.js';

/** The projection of one patch. It belongs to the caller. */
export interface PatchProjection {
  readonly layer: string;
  readonly featureMap: number;
  /** The place of the patch in the list that `top` returns: 0 is the strongest. */
  readonly rank: number;
  /** The id of its image. */
  readonly id: string;
  readonly projection: Projection;
}

/** An image whose patches were not projected. */
export interface SkippedImage {
  readonly id: string;
  /** `missing`: the source does not have it. `changed`: its activations are not those that were mined. */
  readonly reason: 'missing' | 'changed';
  /** How many of its patches were not projected. */
  readonly patches: number;
}

/** What to project, and from what. */
export interface ProjectAllOptions {
  /** Mined layers. Default: all. */
  readonly layers?: readonly string[];
  /** Mined feature maps, by the name of their layer. Default: all feature maps that were mined. */
  readonly featureMaps?: Readonly<Record<string, readonly number[]>>;
  /** Whether to return only the pixels in which the signal can land. Default: false. */
  readonly crop?: boolean;
  /**
   * Where to get images whose pixels were not kept: a function from an id to an image, or a source, which is read once. The
   * function is called once at a time, unless it has a `concurrency`. The images are disposed.
   */
  readonly source?: ImageLookup;
  /**
   * Called for each image whose patches cannot be projected. They are left out then. Without this function such an image
   * is an error.
   */
  readonly onSkip?: (skipped: SkippedImage) => void;
  /** Called after each image. */
  readonly onProgress?: (progress: ProjectAllProgress) => void;
  /** Stops between two projections; the iterator throws the reason of the signal. */
  readonly signal?: AbortSignal;
}

/** @throws DeconvnetError `invalid-option`. */
export function checkProjectAll(options: ProjectAllOptions): void {
  checkKeys('projectAll', options, ['layers', 'featureMaps', 'crop', 'source', 'onSkip', 'onProgress', 'signal']);
  const { crop = false, source, onSkip, onProgress, signal } = options;
  checkFlag('crop', crop);
  checkLookup(source);
  checkCallback('onSkip', onSkip);
  checkCallback('onProgress', onProgress);
  checkSignal(signal);
}

/** Projects all patches of some pictures, picture by picture. */
export async function* projectAll(
  deconvnet: Deconvnet,
  work: readonly PictureWork[],
  options: Omit<ProjectAllOptions, 'layers' | 'featureMaps'>,
): AsyncGenerator<PatchProjection, void, undefined> {
  const { crop = false, source, onSkip, onProgress, signal } = options;
  deconvnet.engine.assertUsable();
  const progress = new WorkProgress(deconvnet, work);
  progress.begin();
  for await (const { one, image } of withImages(work, source)) {
    try {
      signal?.throwIfAborted();
      const { id } = one;
      const lost = image ? 0 : one.patches.filter(({ entry }) => !entry.pixels).length;
      if (lost > 0) skip({ id, reason: 'missing', patches: lost }, { source, onSkip });
      let changed = 0;
      for await (const { patch, projection } of projectPicture(deconvnet, one, { image, crops: () => crop })) {
        if (projection) {
          yield { layer: patch.node.name, featureMap: patch.featureMap, rank: patch.rank, id, projection };
        } else changed++;
        signal?.throwIfAborted();
      }
      if (changed > 0) skip({ id, reason: 'changed', patches: changed }, { source, onSkip });
    } finally {
      if (image) disposeImage({ id: one.id, image });
    }
    progress.finish(one);
    onProgress?.(progress.now);
  }
}

/** Each picture with its image, if it needs one and the source has it. Whoever reads this disposes the images. */
export async function* withImages(
  work: readonly PictureWork[],
  source: ImageLookup | undefined,
): AsyncGenerator<{ readonly one: PictureWork; readonly image: Tensor | undefined }, void, undefined> {
  if (typeof source === 'function' || !source) {
    const lookUp = async (one: PictureWork): Promise<Tensor | undefined> =>
      needsImage(one) ? source?.(one.id) : undefined;
    for await (const { item: one, image } of lookUpAhead(work, lookUp, source?.concurrency)) yield { one, image };
    return;
  }
  const wanted = new Map<string, PictureWork>();
  for (const one of work) {
    if (needsImage(one)) wanted.set(one.id, one);
    else yield { one, image: undefined };
  }
  if (wanted.size > 0) {
    for await (const item of pull(source)) {
      const { id, image } = checkItem(item);
      const one = wanted.get(id);
      if (!one) {
        disposeImage({ id, image });
        continue;
      }
      wanted.delete(id);
      yield { one, image };
      if (wanted.size === 0) break;
    }
  }
  for (const one of wanted.values()) yield { one, image: undefined };
}

/** Tells the caller about an image that cannot be projected, or throws if the caller does not want to know. */
function skip(
  skipped: SkippedImage,
  { source, onSkip }: { readonly source: ImageLookup | undefined; readonly onSkip: ProjectAllOptions['onSkip'] },
): void {
  if (onSkip) {
    onSkip(skipped);
    return;
  }
  const { id, reason, patches } = skipped;
  throw new DeconvnetError(
    'source-missing',
    reason === 'missing'
      ? `The pixels of ${patches} patches of image '${id}' were not kept (maxBytes, or a state restored from JSON). ${source ? 'The source that was given does not have the image.' : 'Give a source: miner.projectAll({ source: (id) => image }).'} With { onSkip } such images are left out.`
      : `The source gives another image for '${id}' than the one that was mined: the activations of ${patches} patches differ. Give the images that were mined. With { onSkip } such images are left out.`,
  );
}
