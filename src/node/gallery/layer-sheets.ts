import type { Picture } from '../../input/picture.js';
import { drawSheet } from './draw-sheet.js';
import type { DrawingQueue } from './drawing-queue.js';
import { type TileSize, tileSize } from './fit-tile.js';
import type { GalleryFolder } from './gallery-folder.js';
import type { GalleryDrawing } from './gallery-page.js';
import type { SourceLayer } from './gallery-source.js';
import { facePlace, largestTile, type SheetLayout, sheetLayout, sheetSize } from './sheet-layout.js';
import type { DrawnFace, EncodedSheet, SheetPlan, WrittenSheet } from './sheet-plan.js';

/** How the sheets of a layer are drawn. */
export interface LayerSheetsOptions {
  /** The feature maps to draw, in rising order. */
  readonly maps: readonly number[];
  /** Those of them by which the layer is shown in the overview. */
  readonly telling: readonly number[];
  /** Patches per feature map. */
  readonly k: number;
  /** The largest length of a tile's longer side, in pixels. */
  readonly tile: number;
  /** With this the names of the files begin. */
  readonly title: string;
  readonly queue: DrawingQueue;
  /** Called after each feature map. */
  readonly onMap: () => void;
  readonly signal: AbortSignal | undefined;
}

/** The sheets of a layer when all of them are written. */
export interface LayerSheets {
  readonly drawing: Omit<GalleryDrawing, 'wholePicture' | 'extent' | 'zoom'>;
  /** What is known of each feature map, and the place of its face. */
  readonly faces: ReadonlyMap<number, DrawnFace & { readonly place: ReturnType<typeof facePlace> }>;
  /** For each telling feature map, its strongest projection and patch. */
  readonly pairs: ReadonlyMap<number, Picture>;
}

/**
 * Begins to draw the sheets of a layer, and to write them into the folder of the gallery. Sheets that an earlier run has
 * drawn are taken over.
 *
 * @returns when the last sheet has begun: a function that waits until all are written
 */
export async function beginSheets(
  source: SourceLayer,
  folder: GalleryFolder,
  { maps, telling, k, tile: largest, title, queue, onMap, signal }: LayerSheetsOptions,
): Promise<() => Promise<LayerSheets>> {
  const tile = await tileOf(source, maps[0]!, { k, largest });
  const layout = sheetLayout({ width: tile.width, height: tile.height }, { k, count: maps.length });
  const plans = Array.from({ length: layout.sheets }, (_, sheet): SheetPlan => {
    const own = maps.slice(sheet * layout.perSheet, (sheet + 1) * layout.perSheet);
    return {
      ...{ title: `${title}-${sheet}`, layout, sheet, maps: own },
      telling: telling.filter((map) => own.includes(map)),
    };
  });
  const write = async (plan: SheetPlan): Promise<WrittenSheet> => {
    const known = await source.drawn?.find(plan);
    if (known && (await folder.keep(known.file.file))) {
      for (const _ of plan.maps) onMap();
      return known;
    }
    const { png, ...drawn } = await draw(source, folder, plan, { queue, onMap, signal });
    const written = { ...drawn, file: await folder.writePng(plan.title, png, sheetSize(layout, plan.sheet)) };
    await source.drawn?.add(plan, written);
    return written;
  };
  const begun: Promise<WrittenSheet>[] = [];
  for (const plan of plans) {
    signal?.throwIfAborted();
    begun.push((await queue.begin(() => write(plan))).done);
  }
  return async () => {
    const sheets = await Promise.all(begun);
    return collect({ plans, sheets, layout, tile });
  };
}

/** Draws a sheet and encodes it, in another thread if the source has some. While a sheet is encoded here, the next one is drawn. */
async function draw(
  source: SourceLayer,
  folder: GalleryFolder,
  plan: SheetPlan,
  { queue, onMap, signal }: Pick<LayerSheetsOptions, 'queue' | 'onMap' | 'signal'>,
): Promise<EncodedSheet> {
  if (source.draw) {
    signal?.throwIfAborted();
    const drawn = await source.draw(plan);
    for (const _ of plan.maps) onMap();
    return drawn;
  }
  const tilesOf = async (map: number) => {
    signal?.throwIfAborted();
    return source.tiles(map, source.top(map));
  };
  const { picture, ...drawn } = await queue.alone(() => drawSheet(plan, tilesOf, onMap));
  return { ...drawn, png: await folder.encode(picture, 'png') };
}

/** All tiles of a layer get the size that fits its first feature map. */
async function tileOf(
  source: SourceLayer,
  first: number,
  { k, largest }: { readonly k: number; readonly largest: number },
): Promise<TileSize> {
  const { size } = await source.tiles(first, source.top(first));
  return tileSize(size, Math.min(largest, largestTile(k)));
}

function collect({
  plans,
  sheets,
  layout,
  tile,
}: {
  readonly plans: readonly SheetPlan[];
  readonly sheets: readonly WrittenSheet[];
  readonly layout: SheetLayout;
  readonly tile: TileSize;
}): LayerSheets {
  const faces: [number, DrawnFace & { place: ReturnType<typeof facePlace> }][] = [];
  const pairs: [number, Picture][] = [];
  for (const [sheet, drawn] of sheets.entries()) {
    const { maps, telling } = plans[sheet]!;
    for (const [i, map] of maps.entries()) {
      faces.push([map, { ...drawn.faces[i]!, place: facePlace(layout, sheet * layout.perSheet + i) }]);
    }
    for (const [i, map] of telling.entries()) pairs.push([map, drawn.pairs[i]!]);
  }
  // Large squares look right however the page is scaled. Small ones look better if they are smoothed.
  const files = sheets.map(({ file }) => file);
  return {
    drawing: { layout, sheets: files, shrunk: tile.scale < 1, blocky: tile.scale > 2 },
    ...{ faces: new Map(faces), pairs: new Map(pairs) },
  };
}
