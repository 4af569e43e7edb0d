import { type ClassShares, commonestClass } from './class-selectivity.js';
import { minedAmong } from './draw-thumbnails.js';
import { jsonForScript } from './escape.js';
import type { GalleryFolder } from './gallery-folder.js';
import type {
  GalleryDrawing,
  GalleryLayer,
  GalleryMap,
  GalleryThumbnails,
  OverviewLayer,
  TellingStrip,
} from './gallery-page.js';
import type { SourceLayer } from './gallery-source.js';
import { layerData } from './layer-data.js';
import { LayerSheets } from './layer-sheets.js';
import type { SheetLayout } from './sheet-layout.js';
import { type MapCandidate, tellingMaps } from './telling-maps.js';
import { TellingStrip as Strip } from './telling-strip.js';

/** The number of feature maps by which a layer is shown in the overview. */
const TELLING = 6;

/** What to draw of a layer. */
export interface DrawLayerOptions {
  /** The number of the layer in the gallery, from 0. */
  readonly number: number;
  /** The feature maps to draw, in rising order. */
  readonly covered: readonly number[];
  /** Patches per feature map. */
  readonly k: number;
  /** The largest length of a tile's longer side, in pixels. */
  readonly tile: number;
  /** How much projections depend on the picture under the rule `deconvnet`, if that was measured. */
  readonly dependence: number | undefined;
  /** The share of each class in all pictures, if that is known. */
  readonly shares: ClassShares | undefined;
  /** The same layer of another source, if there is another source. */
  readonly other?: {
    readonly k: number;
    readonly layer: SourceLayer | undefined;
    readonly thumbnails?: GalleryThumbnails;
  };
  /** The thumbnails of the pictures, if these can be read. */
  readonly thumbnails?: GalleryThumbnails;
  /** Called after each feature map. */
  readonly onMap: () => void;
  readonly signal: AbortSignal | undefined;
}

/** A layer that was drawn, and what the overview says about it. */
export interface DrawnLayer {
  readonly layer: GalleryLayer;
  readonly overview: OverviewLayer;
  /** The number of sprite sheets. */
  readonly sheets: number;
}

/** The feature maps of a layer, and the sheets on which they are drawn. */
interface DrawnMaps {
  readonly maps: readonly GalleryMap[];
  readonly drawing?: GalleryDrawing;
}

/** Draws the feature maps of a layer, and writes its sprite sheets and its data into the folder of the gallery. */
export async function drawLayer(
  source: SourceLayer,
  folder: GalleryFolder,
  { number, covered, k, tile, dependence, shares, other, thumbnails, onMap, signal }: DrawLayerOptions,
): Promise<DrawnLayer> {
  const { name, className, outputShape, featureMaps, receptiveField, landing } = source;
  const facts = {
    ...{ name, className, outputShape, featureMaps, receptiveField },
    ...(landing && { landing }),
    ...(dependence !== undefined && !Number.isNaN(dependence) && { dependence }),
  };
  const candidates = covered.map((map) => candidateOf(source, map));
  const telling = tellingMaps(candidates, { k, count: TELLING, shares });
  const drawn = withPatches(candidates);
  const strip = new Strip(telling.map((map) => drawn.indexOf(map)));
  const own = await drawMaps(source, folder, {
    ...{ covered, drawn, k, tile, signal, onMap },
    title: `${number}-${name}`,
    onSheet: (...sheet) => strip.take(...sheet),
  });
  const compared =
    other?.layer && (await drawOther(other.layer, folder, { number, covered, k: other.k, tile, signal }));
  const layer: GalleryLayer = {
    ...{ ...facts, ...own },
    ...(source.mined && source.mined.length < featureMaps && { mined: source.mined }),
    ...(thumbnails && { thumbnails }),
    ...(compared && { compared: { ...compared, ...(other.thumbnails && { thumbnails: other.thumbnails }) } }),
  };
  const data = layerData(layer, { k: Math.max(k, other?.k ?? 0), shares });
  const file = await folder.writeScript(
    `${number}-${name}`,
    `deconvnetGallery.layer(${number},${jsonForScript(data)});\n`,
  );
  const picture = strip.picture;
  const written =
    picture && telling.length > 0 ? await folder.writeSprite(`${number}-${name}-telling`, picture) : undefined;
  return {
    layer,
    overview: {
      ...{ ...facts, file, covered: covered.length, drawn: drawn.length },
      constant: candidates.filter(({ statistics }) => statistics?.constant).length,
      ...(telling.length > 0 && { telling: stripOf(layer.maps, telling, shares, written) }),
    },
    sheets: (own.drawing?.sheets.length ?? 0) + (compared?.drawing?.sheets.length ?? 0),
  };
}

/** Whether a class is worth naming for a feature map. */
function isCommon({ count }: { readonly count: number }, patches: number): boolean {
  return count > 1 && 3 * count >= patches;
}

function stripOf(
  maps: readonly GalleryMap[],
  telling: readonly number[],
  shares: ClassShares | undefined,
  strip: TellingStrip['strip'],
): TellingStrip {
  const byNumber = new Map(maps.map((map) => [map.map, map]));
  const shown = telling.map((number) => {
    const { map, name, patches } = byNumber.get(number)!;
    const best = commonestClass(patches, shares);
    const about = name ?? (best && isCommon(best, patches.length) ? best.label : undefined);
    return { map, activation: patches[0]!.activation, ...(about !== undefined && { about }) };
  });
  const drawn = telling.some((number) =>
    byNumber.get(number)!.patches.some(({ kept, projection }) => kept || projection !== 'missing'),
  );
  return { maps: shown, ...(strip && drawn && { strip }) };
}

/** Draws the same feature maps of the layer of another source, as far as they were mined there. */
async function drawOther(
  source: SourceLayer,
  folder: GalleryFolder,
  { number, covered, ...options }: Pick<DrawLayerOptions, 'number' | 'covered' | 'k' | 'tile' | 'signal'>,
): Promise<DrawnMaps> {
  const both = minedAmong(source, covered);
  const drawn = withPatches(both.map((map) => candidateOf(source, map)));
  const title = `${number}-${source.name}-compared`;
  return drawMaps(source, folder, { ...options, covered: both, drawn, title });
}

/** What is known of a feature map before it is drawn. Its pixels are left, because all feature maps together may be large. */
function candidateOf(source: SourceLayer, map: number): MapCandidate {
  const statistics = source.statistics?.(map);
  const patches = source.top(map).map(({ label }) => (label === undefined ? {} : { label }));
  return { map, patches, ...(statistics && { statistics }) };
}

function withPatches(candidates: readonly MapCandidate[]): number[] {
  return candidates.filter(({ patches }) => patches.length > 0).map(({ map }) => map);
}

async function drawMaps(
  source: SourceLayer,
  folder: GalleryFolder,
  {
    covered,
    drawn,
    k,
    tile,
    title,
    onMap,
    onSheet,
    signal,
  }: Pick<DrawLayerOptions, 'covered' | 'k' | 'tile' | 'signal'> & {
    /** The covered feature maps that have patches. */
    readonly drawn: readonly number[];
    readonly title: string;
    readonly onMap?: () => void;
    readonly onSheet?: (sheet: number, picture: Parameters<Strip['take']>[1], layout: SheetLayout) => void;
  },
): Promise<DrawnMaps> {
  const patched = new Set(drawn);
  const sheets: LayerSheets = new LayerSheets({
    ...{ k, count: drawn.length, largest: tile },
    write: (sheet, picture) => {
      onSheet?.(sheet, picture, sheets.drawing!.layout);
      return folder.writeSprite(`${title}-${sheet}`, picture);
    },
  });
  const silent: GalleryMap[] = [];
  for (const map of covered) {
    signal?.throwIfAborted();
    const name = source.mapName?.(map);
    const statistics = source.statistics?.(map);
    const words = { ...(name !== undefined && { name }), ...(statistics && { statistics }) };
    if (patched.has(map)) {
      const patches = source.top(map);
      await sheets.add(map, patches, await source.tiles(map, patches), words);
    } else {
      silent.push({ map, patches: [], ...words });
    }
    onMap?.();
  }
  const { wholePicture, extent, zoom } = source;
  const shown = { wholePicture, ...(extent && { extent }), ...(zoom && { zoom }) };
  return {
    maps: [...sheets.maps, ...silent].sort((a, b) => a.map - b.map),
    ...(sheets.drawing && { drawing: { ...sheets.drawing, ...shown } }),
  };
}
