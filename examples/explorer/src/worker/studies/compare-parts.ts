import type { Deconvnet, Picture } from 'deconvnet';
import { type Box, correspondence, fitBox, type MarkedPicture } from 'deconvnet/studies';
import type { CollectionPicture } from '../../protocol';
import type { CorrespondenceRequest, CorrespondenceView } from '../../protocol-studies';
import { decode, readPicture } from '../read-picture';
import type { Studying } from './running-study';

/** Masks the boxes of pictures, and compares what that changes. */
export async function compareParts(
  deconvnet: Deconvnet,
  { pictures, boxes, layers, random, seed, fill }: CorrespondenceRequest,
  studying: Studying,
): Promise<CorrespondenceView> {
  const marked: MarkedPicture[] = [];
  try {
    for (const picture of pictures) marked.push(await mark(deconvnet, picture, boxes[picture.id] ?? {}));
    return await correspondence(deconvnet, marked, {
      ...{ random, seed, fill, ...studying },
      ...(layers && { layers }),
    });
  } finally {
    for (const { image } of marked) image.dispose();
  }
}

/** A picture as the network takes it, with its boxes in pixels of the input. */
async function mark(
  deconvnet: Deconvnet,
  { id, blob }: CollectionPicture,
  boxes: Readonly<Record<string, Box>>,
): Promise<MarkedPicture> {
  const bitmap = await decode(blob);
  const size = { height: bitmap.height, width: bitmap.width };
  const picture = await readPicture(bitmap);
  const input = deconvnet.inputSize ?? sizeOf(picture);
  const fit = deconvnet.inputFormat?.fit ?? 'crop';
  const fitted = Object.entries(boxes).map(([part, box]): [string, Box] => [
    part,
    fitBox(box, { picture: size, input, fit, name: `The box ‘${part}’ of ‘${id}’` }),
  ]);
  return { id, image: deconvnet.toInput(picture), boxes: Object.fromEntries(fitted) };
}

function sizeOf({ height, width }: Picture): { height: number; width: number } {
  return { height, width };
}
