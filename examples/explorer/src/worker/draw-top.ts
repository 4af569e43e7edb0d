import { type Deconvnet, type Patch, type Picture, type Projection, renderProjections } from 'deconvnet';
import type { TopView } from '../protocol';
import { cutOut } from './cut-out';
import { readPicture } from './read-picture';

/** Projects mined patches under the rule of the moment, and draws them beside each other, on one scale. */
export async function drawTop(
  deconvnet: Deconvnet,
  found: readonly { readonly patch: Patch; readonly blob: Blob }[],
  featureMap: { readonly layer: string; readonly featureMap: number },
): Promise<TopView['patches']> {
  const projections: Projection[] = [];
  const patches: Picture[] = [];
  try {
    for (const { patch, blob } of found) {
      const image = deconvnet.toInput(await readPicture(blob));
      try {
        const { position, receptiveField } = patch;
        projections.push(await deconvnet.project(image, { ...featureMap, position, crop: true }));
        patches.push(cutOut(await deconvnet.toPicture(image), receptiveField));
      } finally {
        image.dispose();
      }
    }
    const drawn = await renderProjections(projections);
    return found.map(({ patch: { id, label, activation } }, i) => ({
      id,
      label: label ?? null,
      activation,
      patch: patches[i]!,
      projection: drawn[i]!,
    }));
  } finally {
    for (const projection of projections) projection.dispose();
  }
}
