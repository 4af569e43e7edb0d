import type { PatchMiner } from '../../mine/patch-miner.js';
import type { GallerySettings } from './check-gallery-options.js';
import { minerSource } from './miner-source.js';
import { picturesOf } from './pictures-of.js';
import { planLayers } from './plan-layer.js';
import type { SheetPlan } from './sheet-plan.js';

/** A sheet of a gallery. */
export interface PlannedSheet {
  /** The name of its layer. */
  readonly layer: string;
  readonly plan: SheetPlan;
  /** The ids of the pictures of its patches; one that has several patches occurs several times. */
  readonly ids: readonly string[];
}

/** Plans all sheets of feature maps of a gallery, as `writeGallery` draws them. Nothing need have been projected. */
export async function planSheets(
  miner: PatchMiner,
  { layers, maps, tile, contrast, zoom }: Pick<GallerySettings, 'layers' | 'maps' | 'tile' | 'contrast' | 'zoom'>,
): Promise<PlannedSheet[]> {
  const nothing = { find: () => undefined, folder: '' };
  const source = minerSource(miner, { kept: nothing, layers, contrast, zoom });
  const planned: PlannedSheet[] = [];
  for await (const { layer, plan } of planLayers(source, { maps, tile, pictures: picturesOf(miner) })) {
    for (const sheet of plan.sheets?.plans ?? []) {
      const ids = sheet.maps.flatMap((map) => layer.top(map).map(({ id }) => id));
      planned.push({ layer: layer.name, plan: sheet, ids });
    }
  }
  return planned;
}
