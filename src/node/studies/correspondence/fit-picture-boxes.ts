import type { Deconvnet } from '../../../deconvnet.js';
import { extentOf, firstInput } from '../../../network/network.js';
import { fitBox, type Size } from '../../../studies/correspondence/fit-box.js';
import type { MarkedParts } from '../../../studies/correspondence/parts-of.js';
import { nameOfBox, type PictureBoxes } from '../../../studies/correspondence/read-boxes.js';
import { resolveFetching } from '../../pictures/fetching.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import { readAhead } from '../../pictures/read-ahead.js';
import type { StudyReading } from '../kit/study-pictures.js';

/**
 * Converts the boxes of pictures to pixels of the model's input. For this it reads the size of each picture file.
 *
 * @throws DeconvnetError `invalid-option`, `picture-unreadable`.
 */
export async function fitPictureBoxes(
  deconvnet: Deconvnet,
  files: readonly PictureFile[],
  { boxes, reading }: { readonly boxes: PictureBoxes; readonly reading: StudyReading },
): Promise<MarkedParts[]> {
  const { maxPixels } = reading;
  const fetching = resolveFetching(reading);
  const fit = deconvnet.inputFormat?.fit ?? 'crop';
  const marked: MarkedParts[] = [];
  const asTheyAre = { picture: maxPixels === undefined ? {} : { maxPixels }, fetching };
  for await (const { file, picture } of readAhead(files, asTheyAre)) {
    if (picture instanceof Error) throw picture;
    const { id } = file;
    // A signal is model input already.
    const size = 'shape' in picture ? inputSize(deconvnet) : { height: picture.height, width: picture.width };
    const input = inputSize(deconvnet, size);
    const parts = Object.entries(boxes[id]!).map(([part, box]) => {
      const name = nameOfBox(part, id);
      return [part, fitBox(box, { picture: size, input, fit, name })] as const;
    });
    marked.push({ id, boxes: Object.fromEntries(parts) });
  }
  return marked;
}

/** The size of the model's input; where that can be any, that of the picture. */
function inputSize({ engine: { network } }: Deconvnet, picture?: Size): Size {
  const { outputShape, channelAxis } = firstInput(network);
  const [height, width] = extentOf(outputShape, channelAxis);
  return { height: height ?? picture?.height ?? 0, width: width ?? picture?.width ?? 0 };
}
