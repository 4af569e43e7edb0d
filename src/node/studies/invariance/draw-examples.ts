import * as tf from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../../deconvnet.js';
import type { Picture } from '../../../input/picture.js';
import type { SourceItem } from '../../../mine/image-source.js';
import type { Transformation } from '../../../studies/invariance/move-picture.js';
import { moverOf } from '../../../studies/invariance/moved-copies.js';
import type { Fill } from '../../../studies/kit/fill.js';
import { readPictureInput } from '../../../studies/kit/picture-input.js';
import { resizePicture } from '../../gallery/resize-picture.js';

/** A moved picture in a file. */
export interface MovedExample {
  readonly step: number;
  readonly file: string;
  readonly height: number;
  readonly width: number;
}

/** The longest side of an example in pixels. A larger picture is made smaller. */
const SIDE = 144;

/**
 * Draws a picture at three of its steps, as the network sees it.
 *
 * @param write writes a file, and returns its name
 */
export async function drawExamples(
  deconvnet: Deconvnet,
  { id, image }: SourceItem,
  {
    transformation,
    steps,
    fill,
  }: { readonly transformation: Transformation; readonly steps: readonly number[]; readonly fill: Fill },
  write: (step: number, picture: Picture) => Promise<string>,
): Promise<MovedExample[]> {
  const picture = await readPictureInput('writeInvariance', deconvnet, image, id);
  try {
    const mover = await moverOf(deconvnet, picture, fill);
    const examples: MovedExample[] = [];
    for (const step of exampleSteps(transformation, steps)) {
      const moved = mover(transformation, [step]);
      try {
        const drawn = smaller(await deconvnet.toPicture(moved));
        examples.push({ step, file: await write(step, drawn), height: drawn.height, width: drawn.width });
      } finally {
        moved.dispose();
      }
    }
    return examples;
  } finally {
    tf.dispose(picture.tensor);
  }
}

/**
 * The least, the middle and the greatest step. A full turn leads back to where it began, so of rotations the steps that are
 * a third apart are taken.
 */
function exampleSteps(transformation: Transformation, steps: readonly number[]): number[] {
  const shares = transformation === 'rotation' ? [0, 1 / 3, 2 / 3] : [0, 0.5, 1];
  const last = transformation === 'rotation' ? steps.length : steps.length - 1;
  // Of a single rotation, two thirds of the way would round to a step behind the last one.
  return [...new Set(shares.map((share) => steps[Math.min(steps.length - 1, Math.round(share * last))]!))];
}

function smaller(picture: Picture): Picture {
  const scale = SIDE / Math.max(picture.height, picture.width);
  if (scale >= 1) return picture;
  const sideOf = (pixels: number): number => Math.max(1, Math.round(pixels * scale));
  return resizePicture(picture, { height: sideOf(picture.height), width: sideOf(picture.width) });
}
