import { tileSize } from './fit-tile.js';
import type { GalleryFolder } from './gallery-folder.js';
import type { GalleryFilters } from './gallery-page.js';
import type { GallerySource } from './gallery-source.js';
import { blankSheet, drawTile } from './sprite-sheet.js';

/** Tiles per row. Such a row fits on a page, and at half its size on a small screen. */
const ROW = 16;
/** The longer side of a tile, in pixels. */
const LARGEST = 64;
/** Pixels between two tiles. */
const GAP = 3;

/** Draws the filters of the first layer side by side. Returns undefined if there are none to draw. */
export async function drawFilters(source: GallerySource, folder: GalleryFolder): Promise<GalleryFilters | undefined> {
  const filters = await source.filters();
  const [first] = filters?.pictures ?? [];
  if (!filters || !first) return undefined;
  const { layer, pictures } = filters;
  const { width, height } = tileSize(first, LARGEST);
  const columns = Math.min(ROW, pictures.length);
  const rows = Math.ceil(pictures.length / columns);
  const sheet = blankSheet({
    width: columns * (width + GAP) - GAP,
    height: rows * (height + GAP) - GAP,
  });
  for (const [i, picture] of pictures.entries()) {
    const x = (i % columns) * (width + GAP);
    drawTile(sheet, picture, { x, y: Math.floor(i / columns) * (height + GAP), width, height });
  }
  return { layer, count: pictures.length, ...(await folder.writeSprite(`filters-${layer}`, sheet)) };
}
