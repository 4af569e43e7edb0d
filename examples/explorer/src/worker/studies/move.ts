import type { Deconvnet } from 'deconvnet';
import { type Invariance, invariance, type Transformation } from 'deconvnet/studies';
import type { InvarianceRequest, InvarianceView } from '../../protocol-studies';
import type { SeenPicture } from '../see-picture';
import type { Studying } from './running-study';

const TRANSFORMATIONS: readonly Transformation[] = ['translation', 'scale', 'rotation'];

/** Moves a picture in each way, step by step. The progress is that of all ways together. */
export async function move(
  deconvnet: Deconvnet,
  { image, picture }: SeenPicture,
  { picture: named, fill }: InvarianceRequest,
  { onProgress, ...studying }: Studying,
): Promise<InvarianceView> {
  const found: [Transformation, Invariance][] = [];
  for (const [i, transformation] of TRANSFORMATIONS.entries()) {
    const study = await invariance(
      deconvnet,
      { ...named, image },
      {
        ...{ transformation, fill, ...studying },
        onProgress: ({ done, total = 1 }) => onProgress({ done: i + done / total, total: TRANSFORMATIONS.length }),
      },
    );
    found.push([transformation, study]);
  }
  return { picture, moved: Object.fromEntries(found) as InvarianceView['moved'] };
}
