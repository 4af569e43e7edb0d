import { drawSheet } from './draw-sheet.js';
import type { DrawingQueue } from './drawing-queue.js';
import type { GalleryFolder } from './gallery-folder.js';
import type { SourceLayer } from './gallery-source.js';
import { sheetSize } from './sheet-layout.js';
import type { EncodedSheet, SheetPlan, WrittenSheet } from './sheet-plan.js';

/** Where a sheet is drawn, and who is told. */
export interface WriteSheetOptions {
  readonly queue: DrawingQueue;
  /** Called after each feature map. */
  readonly onMap: () => void;
  /** Called if the sheet is drawn, and not taken over. */
  readonly onDraw?: (() => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Draws a sheet, writes it into the folder of the gallery, and keeps a record of it. A sheet that an earlier run or another
 * process has drawn is taken over.
 */
export async function writeSheet(
  source: SourceLayer,
  folder: GalleryFolder,
  plan: SheetPlan,
  options: WriteSheetOptions,
): Promise<WrittenSheet> {
  const known = await source.drawn?.find(plan);
  if (known && (await folder.keep(known.file.file))) {
    for (const _ of plan.maps) options.onMap();
    return known;
  }
  options.onDraw?.();
  const { png, ...drawn } = await draw(source, folder, plan, options);
  const written = { ...drawn, file: await folder.writePng(plan.title, png, sheetSize(plan.layout, plan.sheet)) };
  await source.drawn?.add(plan, written);
  return written;
}

/** Draws a sheet and encodes it, in another thread if the source has some. While a sheet is encoded here, the next one is drawn. */
async function draw(
  source: SourceLayer,
  folder: GalleryFolder,
  plan: SheetPlan,
  { queue, onMap, signal }: WriteSheetOptions,
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
