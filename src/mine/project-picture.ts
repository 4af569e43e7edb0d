import type * as tf from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../deconvnet.js';
import { projectImage, type WantedActivation } from '../project/project-image.js';
import type { Projection } from '../project/projection.js';
import { checkPixels, readInput } from '../project/read-input.js';
import type { Region } from '../regions/region.js';
import type { PictureWork, WantedPatch } from './picture-work.js';
import { inputOf } from './pixels/input-of.js';
import { landingOf } from './pixels/landing-of.js';
import { PastedImage } from './pixels/pasted-image.js';
import { readRows } from './pixels/patch-pixels.js';

/** The projection of one patch; undefined if the image that was given is not the one that was mined. */
export interface ProjectedPatch {
  readonly patch: WantedPatch;
  readonly projection: Projection | undefined;
}

/**
 * How far an activation may be from the one that was mined, as a share of it. Backends with 16-bit floats differ from
 * others by up to about 0.01. Another image gives another activation.
 */
const SAME_ACTIVATION = 0.05;

/**
 * Projects the patches of one picture. Their stored pixels are pasted together, so that one way up serves all of them.
 * Patches without pixels are projected from the image, and so are those with pixels, if they agree with the image.
 *
 * @param image the image, as the source gave it, or undefined; it stays the caller's. Without it, only patches with pixels
 * are projected
 * @param crops whether only the pixels are wanted in which the signal of a patch can land; `extent` is the size of the
 * image
 * @returns the projections, which belong to the caller
 */
export async function* projectPicture(
  deconvnet: Deconvnet,
  { id, patches }: PictureWork,
  {
    image,
    crops,
  }: {
    readonly image: tf.Tensor | undefined;
    readonly crops: (landing: Region, extent: readonly number[]) => boolean;
  },
): AsyncGenerator<ProjectedPatch, void, undefined> {
  const channels = deconvnet.inputFormat?.channels ?? 'rgb';
  for (const { pasted, own } of await imagesOf(deconvnet, { id, patches }, image)) {
    const input = inputOf(deconvnet, pasted.values, pasted.shape);
    try {
      const wanted = own.map((patch): WantedActivation & { readonly patch: WantedPatch } => ({
        ...{ target: patch.node, position: patch.entry.position },
        ...{
          featureMap: patch.featureMap,
          cutToField: crops(landingOf(deconvnet.engine, patch.node, patch.entry), pasted.shape.slice(0, -1)),
          patch,
        },
      }));
      for await (const { of, projection } of projectImage(deconvnet.engine, [input], wanted, channels)) {
        const { patch } = of;
        if (!patch.entry.pixels && differs(projection.activation, patch.entry.activation)) {
          projection.dispose();
          yield { patch, projection: undefined };
        } else {
          yield { patch, projection };
        }
      }
    } finally {
      input.dispose();
    }
  }
}

/** An image, and the patches that are projected from it. */
interface ImageOfPatches {
  readonly pasted: PastedImage;
  readonly own: WantedPatch[];
}

/** The images that the patches of one picture are projected from. There are several only if their pixels disagree. */
async function imagesOf(
  deconvnet: Deconvnet,
  { id, patches }: PictureWork,
  image: tf.Tensor | undefined,
): Promise<ImageOfPatches[]> {
  const { inputFormat } = deconvnet;
  const images: ImageOfPatches[] = [];
  if (image) {
    const given = await hostImage(deconvnet, id, image);
    const own = patches.filter(({ entry }) => !entry.pixels);
    images.push({ pasted: new PastedImage(given.shape, inputFormat, given.values), own });
  }
  for (const patch of patches) {
    const { pixels } = patch.entry;
    if (!pixels) continue;
    const known = images.find(({ pasted }) => pasted.paste(pixels));
    if (known) {
      known.own.push(patch);
      continue;
    }
    const pasted = new PastedImage(pixels.whole, inputFormat);
    pasted.paste(pixels);
    images.push({ pasted, own: [patch] });
  }
  return images.filter(({ own }) => own.length > 0);
}

/** The values of an image on the host, with channels last. */
async function hostImage(
  { engine }: Deconvnet,
  id: string,
  image: tf.Tensor,
): Promise<{ readonly values: Float32Array; readonly shape: readonly number[] }> {
  const input = readInput(engine.network, image, { batch: false });
  try {
    await checkPixels([input], () => `Image '${id}'`);
    return (await readRows(engine, input, [0])).get(0)!;
  } finally {
    input.dispose();
  }
}

function differs(activation: number, mined: number): boolean {
  return Math.abs(activation - mined) > SAME_ACTIVATION * Math.abs(mined);
}
