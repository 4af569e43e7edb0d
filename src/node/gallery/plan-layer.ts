import { type ClassShares, classShares } from './class-selectivity.js';
import { type TileSize, tileSize } from './fit-tile.js';
import type { GalleryPictures } from './gallery-page.js';
import type { GallerySource, SourceLayer } from './gallery-source.js';
import { type MapsToShow, shownOf } from './maps-to-show.js';
import { largestTile, type SheetLayout, sheetLayout } from './sheet-layout.js';
import type { SheetPlan } from './sheet-plan.js';
import { type MapCandidate, tellingMaps } from './telling-maps.js';

/** The number of feature maps by which a layer is shown in the overview. */
const TELLING = 6;

/** The sheets of a layer. */
export interface SheetPlans {
  readonly tile: TileSize;
  readonly layout: SheetLayout;
  readonly plans: readonly SheetPlan[];
}

/** What is drawn of a layer, and on which sheets. */
export interface LayerPlan {
  /** The feature maps that the gallery covers, in rising order. */
  readonly candidates: readonly MapCandidate[];
  /** Those of them that have patches. */
  readonly drawn: readonly number[];
  /** Those by which the layer is shown in the overview, the most telling first. */
  readonly telling: readonly number[];
  /** Absent if nothing is drawn. */
  readonly sheets?: SheetPlans;
}

/** A layer of a gallery, its number in the gallery, and its plan. */
export interface PlannedLayer {
  readonly layer: SourceLayer;
  readonly number: number;
  readonly plan: LayerPlan;
}

/** What decides which sheets a gallery has. */
export interface PlanOptions {
  readonly maps: MapsToShow;
  /** The largest length of a tile's longer side, in pixels. */
  readonly tile: number;
  /** The classes of the pictures decide which feature maps are telling. */
  readonly pictures: Pick<GalleryPictures, 'count' | 'classes'>;
}

/** The share of each class in all pictures, if that is known. */
export function sharesOf({ classes, count }: PlanOptions['pictures']): ClassShares | undefined {
  return classes && classShares(classes, count);
}

/**
 * Plans the layers of a gallery, one after the other. All that draw a gallery, or a part of it, cut it into sheets in this
 * way. The plans do not depend on projections.
 */
export async function* planLayers(
  source: GallerySource,
  { maps, tile, pictures }: PlanOptions,
): AsyncGenerator<PlannedLayer, void, undefined> {
  const shares = sharesOf(pictures);
  for (const [number, layer] of source.layers.entries()) {
    const plan = await planLayer(layer, {
      ...{ title: `${number}-${layer.name}`, covered: shownOf(layer, maps), k: source.k, tile },
      telling: (candidates) => tellingMaps(candidates, { k: source.k, count: TELLING, shares }),
    });
    yield { layer, number, plan };
  }
}

/** How a layer is planned. */
export interface PlanLayerOptions {
  /** With this the names of the files begin. */
  readonly title: string;
  /** The feature maps that the gallery covers, in rising order. */
  readonly covered: readonly number[];
  /** Patches per feature map. */
  readonly k: number;
  /** The largest length of a tile's longer side, in pixels. */
  readonly tile: number;
  /** Chooses the feature maps by which the layer is shown in the overview. */
  readonly telling: (candidates: readonly MapCandidate[]) => readonly number[];
}

/** Plans what is drawn of a layer. */
export async function planLayer(
  source: SourceLayer,
  { title, covered, k, tile: largest, telling: choose }: PlanLayerOptions,
): Promise<LayerPlan> {
  const candidates = covered.map((map) => candidateOf(source, map));
  const telling = choose(candidates);
  const drawn = candidates.filter(({ patches }) => patches.length > 0).map(({ map }) => map);
  if (drawn.length === 0) return { candidates, drawn, telling };
  const tile = await tileOf(source, drawn[0]!, { k, largest });
  const layout = sheetLayout({ width: tile.width, height: tile.height }, { k, count: drawn.length });
  const plans = Array.from({ length: layout.sheets }, (_, sheet): SheetPlan => {
    const maps = drawn.slice(sheet * layout.perSheet, (sheet + 1) * layout.perSheet);
    return {
      ...{ title: `${title}-${sheet}`, layout, sheet, maps },
      telling: telling.filter((map) => maps.includes(map)),
    };
  });
  return { candidates, drawn, telling, sheets: { tile, layout, plans } };
}

/** What is known of a feature map before it is drawn. */
function candidateOf(source: SourceLayer, map: number): MapCandidate {
  const statistics = source.statistics?.(map);
  const patches = source.top(map).map(({ label }) => (label === undefined ? {} : { label }));
  return { map, patches, ...(statistics && { statistics }) };
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
