import type { Picture } from '../../input/picture.js';
import type { MapTiles } from './gallery-source.js';
import { facePlace, sheetSize, tileOffset } from './sheet-layout.js';
import type { DrawnFace, DrawnSheet, SheetPlan } from './sheet-plan.js';
import { blankSheet, drawMissing, drawTile } from './sprite-sheet.js';
import { cutPair } from './telling-strip.js';

const BLOCKS = ['projection', 'patch'] as const;

/**
 * Draws a sheet: the faces of some feature maps of one layer. Only the tiles of one of them are in memory at a time.
 *
 * @param tilesOf makes the tiles of a feature map
 * @param onMap called after each feature map
 */
export async function drawSheet(
  { layout, sheet, maps, telling }: SheetPlan,
  tilesOf: (map: number) => Promise<MapTiles>,
  onMap: () => void = () => undefined,
): Promise<DrawnSheet & { readonly picture: Picture }> {
  const picture = blankSheet(sheetSize(layout, sheet));
  const placeOf = (map: number) => facePlace(layout, sheet * layout.perSheet + maps.indexOf(map));
  const faces: DrawnFace[] = [];
  for (const map of maps) {
    const place = placeOf(map);
    const { pairs, scale, clipped } = (await tilesOf(map)).draw(layout.tile);
    for (const [rank, pair] of pairs.entries()) {
      for (const block of BLOCKS) {
        const offset = tileOffset(layout, block, rank);
        const at = { ...layout.tile, x: place.x + offset.x, y: place.y + offset.y };
        const tile = pair[block];
        if (tile) drawTile(picture, tile, at);
        else drawMissing(picture, at);
      }
    }
    faces.push({
      ...(scale !== undefined && { scale }),
      ...(clipped !== undefined && { clipped }),
      patches: pairs.map(({ projection, zero, patch, shown, focus }) => ({
        projection: projection === undefined ? 'missing' : zero ? 'zero' : 'drawn',
        kept: patch !== undefined,
        ...(shown && { shown }),
        ...(focus && { focus }),
      })),
    });
    onMap();
  }
  return { picture, faces, pairs: telling.map((map) => cutPair(picture, layout, placeOf(map))) };
}
