import { type Deconvnet, type Patch, type Picture, type Projection, projectionBounds, type Region } from 'deconvnet';
import type { Drawing, TopView } from '../protocol';
import { clearOutside } from './clear-outside';
import { cutOut } from './cut-out';
import { cutProjection } from './cut-projection';
import { drawTiles } from './draw-tiles';
import { focusOf, shownField } from './focus';
import { readPicture } from './read-picture';

/** What `drawTop` draws. */
interface FoundPatches {
  readonly layer: string;
  readonly featureMap: number;
  readonly found: readonly { readonly patch: Patch; readonly blob: Blob }[];
}

/**
 * Projects mined patches under the rule of the moment, and draws them beside each other, on one scale and one zoom. The
 * scale is that of what is drawn: a larger value in another part of a picture changes nothing.
 */
export async function drawTop(
  deconvnet: Deconvnet,
  { layer, featureMap, found }: FoundPatches,
  { zoom, ...drawing }: Drawing,
): Promise<Pick<TopView, 'scale' | 'patches'>> {
  const projections: Projection[] = [];
  const cuts: Projection[] = [];
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
    const parts = await partsOf(projections, pictures, zoom);
    for (const [i, part] of parts.entries()) cuts.push(cutProjection(projections[i]!, part));
    const drawn = await drawTiles(parts.length > 0 ? cuts : projections, { ...drawing, scale: 'common' });
    const patches = found.map(({ patch: { id, label, activation } }, i) => {
      const [part, picture, projection] = [parts[i], pictures[i]!, drawn[i]!];
      return {
        id,
        label: label ?? null,
        activation,
        patch: part ? cutOut(picture, part) : picture,
        projection: part ? clearOutside(projection, part, picture) : projection,
      };
    });
    return { scale: drawn[0]?.scale ?? 0, patches };
  } finally {
    for (const projection of [...cuts, ...projections]) projection.dispose();
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
