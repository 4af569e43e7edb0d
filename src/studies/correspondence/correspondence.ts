import type { Deconvnet } from '../../deconvnet.js';
import { checkDeconvnet } from '../../errors/check-deconvnet.js';
import { checkKeys, checkValue } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { SourceItem } from '../../mine/image-source.js';
import { findNode, type NetworkNode } from '../../network/network.js';
import { randomSource } from '../../tensors/random-source.js';
import { checkPicture } from '../kit/check-picture.js';
import { type Box, checkBox, coveredCopies } from '../kit/covered-copies.js';
import { checkFill, type Fill, fillTensor } from '../kit/fill.js';
import { type PictureInput, readPictureInput } from '../kit/picture-input.js';
import { readOutputs } from '../kit/read-outputs.js';
import { BATCH_SIZE, checkSeed, checkStudy, type StudyOptions } from '../kit/study-options.js';
import { layersToCompare } from './layers-to-compare.js';
import { checkPairs, partsOf } from './parts-of.js';
import { randomBoxes, randomCount } from './random-boxes.js';
import { type SignDistances, signDistances, signsOf } from './sign-distances.js';

/** A picture whose parts are marked. */
export interface MarkedPicture extends SourceItem {
  /** The box of each part by its name, in pixels of the model's input. A part may be missing in some pictures. */
  readonly boxes: Readonly<Record<string, Box>>;
}

/** What is masked, and what is compared. */
export interface CorrespondenceOptions extends StudyOptions {
  /**
   * The names of the layers whose outputs are compared. Default: as in the paper, the last nonlinearity of a convolution and the
   * top features, which the layer that makes the scores of the classes reads.
   */
  readonly layers?: readonly string[];
  /**
   * How many random boxes to mask in each picture, as a control. Their sizes are those of its parts in turn, so there is one
   * for each part at least, or none at all. Default: 10, or the number of parts if a picture has more.
   */
  readonly random?: number;
  /** A whole number that decides where the random boxes are. Default: 0. */
  readonly seed?: number;
  /** What a part is masked with. Default: `grey`. */
  readonly fill?: Fill;
}

/** How far parts correspond across pictures. */
export interface Correspondence {
  /** The ids of the pictures. */
  readonly ids: readonly string[];
  readonly layers: readonly LayerCorrespondence[];
  /** The random boxes of each picture, in the order of the ids. */
  readonly randomBoxes: readonly (readonly Box[])[];
  readonly seed: number;
  readonly fill: Fill;
}

/** How far parts correspond in one layer. */
export interface LayerCorrespondence {
  readonly layer: string;
  /** The number of values of the layer's output. */
  readonly dimensions: number;
  /** Delta for each part, by its name: the smaller it is, the more alike are the changes that masking makes. */
  readonly parts: Readonly<Record<string, SignDistances>>;
  /** Delta for the random boxes; undefined if there are none. */
  readonly random?: SignDistances;
  /**
   * Delta for those random boxes that are as large as a part, by the part. Large boxes change more values than small ones,
   * so this is the fairer control. It has all parts, or none if there are no random boxes.
   */
  readonly randomLike: Readonly<Record<string, SignDistances>>;
}

/**
 * Measures whether a network relates parts of different pictures, such as the left eyes of dogs, to each other (section
 * 4.3, *Correspondence Analysis*, and Table 1 of the paper).
 *
 * Each part is masked in every picture. The signs of the changes that this makes in a layer (the output without the mask,
 * minus that with it) are compared between all pairs of pictures. Delta is the mean share of values whose signs differ,
 * from 0 to 1; a sign of 0 counts as a value of its own. Random boxes, as large as the parts of their picture, are the
 * control: where Delta of a part is smaller, masking the part changes the layer in a way that the pictures share. Delta
 * grows with the size of a box, so `randomLike` has the random boxes of the size of each part alone.
 *
 * @param pictures two or more; their tensors stay the caller's
 * @example
 * ```ts
 * import type { Deconvnet } from 'deconvnet';
 * import { correspondence, type MarkedPicture } from 'deconvnet/studies';
 *
 * const study = async (deconvnet: Deconvnet, pictures: MarkedPicture[]) => {
 *   const { layers } = await correspondence(deconvnet, pictures, { layers: ['conv5'], seed: 1 });
 *   console.log('nose:', layers[0]!.parts.nose!.mean, 'random:', layers[0]!.random!.mean);
 * };
 * ```
 * @throws DeconvnetError `invalid-option`, also for a box outside of its picture; `unknown-layer`, `shape-mismatch`,
 * `not-finite`, `input-unknown`, `unsupported-option`, `disposed`, `inside-tidy`; the reason of the signal if that was
 * aborted.
 */
export async function correspondence(
  deconvnet: Deconvnet,
  pictures: readonly MarkedPicture[],
  options: CorrespondenceOptions = {},
): Promise<Correspondence> {
  checkDeconvnet('correspondence', deconvnet);
  deconvnet.engine.assertUsable();
  const names = ['layers', 'random', 'seed', 'fill', 'batchSize', 'onProgress', 'signal'] as const;
  checkKeys('correspondence', options, names);
  checkStudy(options);
  const { seed = 0, fill = 'grey', batchSize = BATCH_SIZE, onProgress, signal } = options;
  checkSeed(seed);
  checkFill(fill);
  checkPairs(pictures);
  for (const picture of pictures) checkPicture('correspondence', picture);
  const parts = partsOf(pictures);
  const random = randomCount(pictures, options.random);
  const { network } = deconvnet.engine;
  const { layers = layersToCompare(deconvnet) } = options;
  checkValue(Array.isArray(layers) && layers.length > 0, "layers is a list of names, ['conv5']", layers);
  const nodes = layers.map((name) => findNode(network, name));
  const drawn: Box[][] = [];
  const signs: PictureSigns[] = [];
  const total = pictures.reduce((sum, { boxes }) => sum + 1 + Object.keys(boxes).length + random, 0);
  let done = 0;
  let size: Pick<PictureInput, 'height' | 'width'> | undefined;
  for (const [i, { id, image, boxes }] of pictures.entries()) {
    const picture = await readPictureInput('correspondence', deconvnet, image, id);
    try {
      size ??= picture;
      checkSameSize(picture, size, id, pictures[0]!.id);
      for (const [part, box] of Object.entries(boxes)) checkBox(box, picture, `'${part}' of the picture '${id}'`);
      const control = randomBoxes(picture, Object.values(boxes), random, randomSource(seed, i));
      drawn.push(control);
      const all = [...Object.values(boxes), ...control];
      const tell = (copies: number): void => onProgress?.({ done: done + copies, total });
      const found = await signsIn(deconvnet, { picture, nodes, boxes: all, fill, batchSize, tell, signal });
      signs.push({ parts: Object.keys(boxes), byLayer: found });
      done += 1 + all.length;
    } finally {
      picture.tensor.dispose();
    }
  }
  return {
    ids: pictures.map(({ id }) => id),
    layers: nodes.map(({ name }, layer) => compared(name, layer, signs, { parts, random })),
    ...{ randomBoxes: drawn, seed, fill },
  };
}

/** Values are compared place by place, so that all pictures must have the same size. */
function checkSameSize(
  { height, width }: Pick<PictureInput, 'height' | 'width'>,
  first: Pick<PictureInput, 'height' | 'width'>,
  id: string,
  firstId: string,
): void {
  if (height === first.height && width === first.width) return;
  throw new DeconvnetError(
    'shape-mismatch',
    `correspondence compares pictures of the same size: '${id}' has ${width}x${height} pixels, and '${firstId}' has ${first.width}x${first.height}. Make them equal.`,
  );
}

/** The signs of one picture: by layer, for each of its parts in order, and then for each random box. */
interface PictureSigns {
  readonly parts: readonly string[];
  readonly byLayer: readonly (readonly Int8Array[])[];
}

function compared(
  layer: string,
  index: number,
  signs: readonly PictureSigns[],
  { parts, random }: { readonly parts: readonly string[]; readonly random: number },
): LayerCorrespondence {
  const of = (part: string): Int8Array[] =>
    signs.flatMap(({ parts: own, byLayer }) => (own.includes(part) ? [byLayer[index]![own.indexOf(part)]!] : []));
  const control = Array.from({ length: random }, (_, box) =>
    signs.map(({ parts: own, byLayer }) => byLayer[index]![own.length + box]!),
  );
  return {
    ...{ layer, dimensions: signs[0]!.byLayer[index]![0]!.length },
    parts: Object.fromEntries(parts.map((part) => [part, signDistances([of(part)])])),
    ...(random > 0 && { random: signDistances(control) }),
    randomLike:
      random > 0 ? Object.fromEntries(parts.map((part) => [part, signDistances(controlLike(part, index, signs))])) : {},
  };
}

/** The random boxes with the size of a part: in each group the first one of each picture, then the second ones, and so on. */
function controlLike(part: string, layer: number, signs: readonly PictureSigns[]): Int8Array[][] {
  const groups: Int8Array[][] = [];
  for (const { parts: own, byLayer } of signs.filter((one) => one.parts.includes(part))) {
    // The sizes of random boxes are those of the picture's own parts, one after another.
    const boxes = byLayer[layer]!.slice(own.length).filter((_, box) => own[box % own.length] === part);
    for (const [turn, box] of boxes.entries()) groups[turn] = [...(groups[turn] ?? []), box];
  }
  return groups;
}

/** Masks boxes of one picture, and reads by layer the signs of the change that each makes. */
async function signsIn(
  deconvnet: Deconvnet,
  {
    picture,
    nodes,
    boxes,
    fill,
    batchSize,
    tell,
    signal,
  }: {
    readonly picture: PictureInput;
    readonly nodes: readonly NetworkNode[];
    readonly boxes: readonly Box[];
    readonly fill: Fill;
    readonly batchSize: number;
    readonly tell: (copies: number) => void;
    readonly signal: AbortSignal | undefined;
  },
): Promise<Int8Array[][]> {
  const colour = fillTensor(deconvnet, fill, picture);
  const signs: Int8Array[][] = nodes.map(() => []);
  try {
    signal?.throwIfAborted();
    const clean = await readOutputs(deconvnet, [picture.tensor], nodes);
    for (let first = 0; first < boxes.length; first += batchSize) {
      signal?.throwIfAborted();
      tell(1 + first);
      const chunk = boxes.slice(first, first + batchSize);
      const batch = coveredCopies(picture, chunk, colour);
      try {
        const outputs = await readOutputs(deconvnet, [batch], nodes);
        for (const [i, { values }] of outputs.entries()) {
          const size = values.length / chunk.length;
          for (const row of chunk.keys()) {
            signs[i]!.push(signsOf(clean[i]!.values, values.subarray(row * size, (row + 1) * size)));
          }
        }
      } finally {
        batch.dispose();
      }
    }
    signal?.throwIfAborted();
    tell(1 + boxes.length);
    return signs;
  } finally {
    colour.dispose();
  }
}
