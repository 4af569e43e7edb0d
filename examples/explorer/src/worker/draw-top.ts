import {
  type Deconvnet,
  type Patch,
  type Picture,
  type Projection,
  projectionBounds,
  type Region,
  renderProjections,
} from 'deconvnet';
import type { Drawing, TopView } from '../protocol';
import { cutOut } from './cut-out';
import { focusOf, shownField } from './focus';
import { readPicture } from './read-picture';

/** What `drawTop` draws. */
interface FoundPatches {
  readonly layer: string;
  readonly featureMap: number;
  readonly found: readonly { readonly patch: Patch; readonly blob: Blob }[];
}

/** Projects mined patches under the rule of the moment, and draws them beside each other, on one scale and one zoom. */
export async function drawTop(
  deconvnet: Deconvnet,
  { layer, featureMap, found }: FoundPatches,
  { contrast, gamma, zoom }: Drawing,
): Promise<TopView['patches']> {
  const projections: Projection[] = [];
  const pictures: Picture[] = [];
  try {
    for (const { patch, blob } of found) {
      const image = deconvnet.toInput(await readPicture(blob));
      try {
        projections.push(await deconvnet.project(image, { layer, featureMap, position: patch.position }));
        pictures.push(await deconvnet.toPicture(image));
      } finally {
        image.dispose();
      }
    }
    const drawn = await renderProjections(projections, { contrast, gamma });
    const parts = await partsOf(projections, pictures, zoom);
    return found.map(({ patch: { id, label, activation } }, i) => ({
      id,
      label: label ?? null,
      activation,
      patch: parts[i] ? cutOut(pictures[i]!, parts[i]) : pictures[i]!,
      projection: parts[i] ? cutOut(drawn[i]!, parts[i]) : drawn[i]!,
    }));
  } finally {
    for (const projection of projections) projection.dispose();
  }
}

/** The part of each picture to show; nothing for all of it. */
async function partsOf(
  projections: readonly Projection[],
  pictures: readonly Picture[],
  zoom: Drawing['zoom'],
): Promise<readonly Region[]> {
  if (projections[0]?.receptiveField.size.length !== 2) return [];
  const places = await Promise.all(
    projections.map(async (projection, i) => ({
      bounds: projection.empty ? null : await projectionBounds(projection),
      field: projection.landing,
      picture: pictures[i]!,
    })),
  );
  return zoom === 'focus' ? focusOf(places) : places.map(shownField);
}
