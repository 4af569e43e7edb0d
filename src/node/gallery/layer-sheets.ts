import type { Picture } from '../../input/picture.js';
import type { Patch } from '../../mine/patch.js';
import type { Size } from '../../render/resize-grid.js';
import { type TileSize, tileSize } from './fit-tile.js';
import type { GalleryDrawing, GalleryFile, GalleryMap, GalleryPatch } from './gallery-page.js';
import type { MapTiles, TilePair } from './gallery-source.js';
import { facePlace, largestTile, type SheetLayout, sheetLayout, sheetSize, tileOffset } from './sheet-layout.js';
import { blankSheet, drawMissing, drawTile } from './sprite-sheet.js';

/** How the sheets of a layer are drawn. */
export interface LayerSheetsOptions {
  /** Patches per feature map. */
  readonly k: number;
  /** The number of feature maps that will be drawn. */
  readonly count: number;
  /** The largest length of a tile's longer side, in pixels. */
  readonly largest: number;
  /** Called with each sheet when it is full. */
  readonly write: (sheet: number, picture: Picture) => Promise<GalleryFile>;
}

/** Draws the feature maps of one layer into sprite sheets. Only one sheet is in memory at a time. */
export class LayerSheets {
  readonly #options: LayerSheetsOptions;
  readonly #files: GalleryFile[] = [];
  readonly #maps: GalleryMap[] = [];
  #plan: { readonly layout: SheetLayout; readonly tile: TileSize } | undefined;
  #sheet: Picture | undefined;

  constructor(options: LayerSheetsOptions) {
    this.#options = options;
  }

  /** Draws the next feature map, from its patches, strongest first, and their tiles. */
  async add(
    map: number,
    patches: readonly Patch[],
    tiles: MapTiles,
    words: Pick<GalleryMap, 'name' | 'statistics'> = {},
  ): Promise<void> {
    this.#plan ??= this.#planFor(tiles.size);
    const { layout } = this.#plan;
    const { pairs, scale, clipped } = tiles.draw(layout.tile);
    const index = this.#maps.length;
    const place = facePlace(layout, index);
    this.#sheet ??= blankSheet(sheetSize(layout, place.sheet));
    for (const [rank, pair] of pairs.entries()) {
      for (const block of ['projection', 'patch'] as const) {
        const offset = tileOffset(layout, block, rank);
        const at = { ...layout.tile, x: place.x + offset.x, y: place.y + offset.y };
        const picture = pair[block];
        if (picture) drawTile(this.#sheet, picture, at);
        else drawMissing(this.#sheet, at);
      }
    }
    const described = patches.map((patch, rank) => describe(patch, pairs[rank]!));
    const drawn = { ...(scale !== undefined && { scale }), ...(clipped !== undefined && { clipped }) };
    this.#maps.push({ map, place, patches: described, ...words, ...drawn });
    if ((index + 1) % layout.perSheet === 0 || index + 1 === this.#options.count) {
      const full = this.#sheet;
      this.#sheet = undefined;
      this.#files.push(await this.#options.write(place.sheet, full));
    }
  }

  /** The feature maps that were drawn. */
  get maps(): readonly GalleryMap[] {
    return this.#maps;
  }

  /** The files, and the layout of the faces in them; undefined if no feature map was added. */
  get drawing(): Omit<GalleryDrawing, 'wholePicture' | 'extent' | 'zoom'> | undefined {
    if (!this.#plan) return undefined;
    const { layout, tile } = this.#plan;
    // Large squares look right however the page is scaled. Small ones look better if they are smoothed.
    return { layout, sheets: this.#files, shrunk: tile.scale < 1, blocky: tile.scale > 2 };
  }

  /** Plans the sheets. All tiles of a layer get the size that fits its first feature map. */
  #planFor(size: Size): { readonly layout: SheetLayout; readonly tile: TileSize } {
    const { k, count, largest } = this.#options;
    const tile = tileSize(size, Math.min(largest, largestTile(k)));
    return { tile, layout: sheetLayout({ width: tile.width, height: tile.height }, { k, count }) };
  }
}

function describe(
  { id, label, activation, probability, output, position, landing: field }: Patch,
  { projection, zero, patch, shown, focus }: TilePair,
): GalleryPatch {
  return {
    id,
    activation,
    position,
    projection: projection === undefined ? 'missing' : zero ? 'zero' : 'drawn',
    kept: patch !== undefined,
    field,
    ...(shown && { shown }),
    ...(focus && { focus }),
    ...(label !== undefined && { label }),
    ...(probability !== undefined && { probability }),
    ...(output !== undefined && { output }),
  };
}
