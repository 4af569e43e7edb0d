import type { Picture } from '../../input/picture.js';
import type { GalleryFolder } from './gallery-folder.js';
import type { GalleryDrawing } from './gallery-page.js';
import type { SourceLayer } from './gallery-source.js';
import type { SheetPlans } from './plan-layer.js';
import { facePlace } from './sheet-layout.js';
import type { DrawnFace, WrittenSheet } from './sheet-plan.js';
import { type WriteSheetOptions, writeSheet } from './write-sheet.js';

/** The sheets of a layer when all of them are written. */
export interface LayerSheets {
  readonly drawing: Omit<GalleryDrawing, 'wholePicture' | 'extent' | 'zoom'>;
  /** What is known of each feature map, and the place of its face. */
  readonly faces: ReadonlyMap<number, DrawnFace & { readonly place: ReturnType<typeof facePlace> }>;
  /** For each telling feature map, its strongest projection and patch. */
  readonly pairs: ReadonlyMap<number, Picture>;
}

/**
 * Begins to draw the sheets of a layer, and to write them into the folder of the gallery.
 *
 * @returns when the last sheet has begun: a function that waits until all are written
 */
export async function beginSheets(
  source: SourceLayer,
  folder: GalleryFolder,
  planned: SheetPlans,
  options: WriteSheetOptions,
): Promise<() => Promise<LayerSheets>> {
  const begun: Promise<WrittenSheet>[] = [];
  for (const plan of planned.plans) {
    options.signal?.throwIfAborted();
    begun.push((await options.queue.begin(() => writeSheet(source, folder, plan, options))).done);
  }
  return async () => collect(planned, await Promise.all(begun));
}

function collect({ plans, layout, tile }: SheetPlans, sheets: readonly WrittenSheet[]): LayerSheets {
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
