import type { Patch } from '../../mine/patch.js';
import { type ClassShares, commonestClass } from './class-selectivity.js';
import { minedAmong } from './draw-thumbnails.js';
import { jsonForScript } from './escape.js';
import type { GalleryFolder } from './gallery-folder.js';
import type {
  GalleryDrawing,
  GalleryLayer,
  GalleryMap,
  GalleryPatch,
  GalleryThumbnails,
  OverviewLayer,
  TellingStrip,
} from './gallery-page.js';
import type { SourceLayer } from './gallery-source.js';
import { layerData } from './layer-data.js';
import { beginSheets, type LayerSheets } from './layer-sheets.js';
import { type LayerPlan, planLayer } from './plan-layer.js';
import type { DrawnPatch } from './sheet-plan.js';
import { tellingStrip } from './telling-strip.js';
import type { WriteSheetOptions } from './write-sheet.js';

/** What to draw of a layer. */
export interface DrawLayerOptions extends Omit<WriteSheetOptions, 'onDraw'> {
  /** The number of the layer in the gallery, from 0. */
  readonly number: number;
  readonly plan: LayerPlan;
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
  /** For each telling feature map, its strongest projection and patch. */
  readonly pairs: LayerSheets['pairs'];
}

/**
 * Begins to draw the feature maps of a layer.
 *
 * @returns when its last sprite sheet has begun: a function that waits for its sheets, and writes its data into the folder
 * of the gallery
 */
export async function beginLayer(
  source: SourceLayer,
  folder: GalleryFolder,
  { number, plan, k, tile, dependence, shares, other, thumbnails, ...writing }: DrawLayerOptions,
): Promise<() => Promise<DrawnLayer>> {
  const { name, className, outputShape, featureMaps, receptiveField, landing } = source;
  const facts = {
    ...{ name, className, outputShape, featureMaps, receptiveField },
    ...(landing && { landing }),
    ...(dependence !== undefined && !Number.isNaN(dependence) && { dependence }),
  };
  const { candidates, drawn, telling } = plan;
  const own = await beginMaps(source, folder, plan, writing);
  const others =
    other?.layer && (await beginOther(other.layer, folder, { number, plan, k: other.k, tile, ...writing }));
  return async () => {
    const { pairs, ...maps } = await own();
    const compared = await others?.();
    const layer: GalleryLayer = {
      ...{ ...facts, ...maps },
      ...(source.mined && source.mined.length < featureMaps && { mined: source.mined }),
      ...(thumbnails && { thumbnails }),
      ...(compared && {
        compared: {
          ...{ maps: compared.maps, ...(compared.drawing && { drawing: compared.drawing }) },
          ...(other?.thumbnails && { thumbnails: other.thumbnails }),
        },
      }),
    };
    const data = layerData(layer, { k: Math.max(k, other?.k ?? 0), shares });
    const file = await folder.writeScript(
      `${number}-${name}`,
      `deconvnetGallery.layer(${number},${jsonForScript(data)});\n`,
    );
    const strip = tellingStrip(telling.flatMap((map) => pairs.get(map) ?? []));
    const written = strip && (await folder.writeSprite(`${number}-${name}-telling`, strip));
    return {
      layer,
      overview: {
        ...{ ...facts, file, covered: candidates.length, drawn: drawn.length },
        constant: candidates.filter(({ statistics }) => statistics?.constant).length,
        ...(telling.length > 0 && { telling: stripOf(layer.maps, telling, shares, written) }),
      },
      sheets: (maps.drawing?.sheets.length ?? 0) + (compared?.drawing?.sheets.length ?? 0),
    };
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

/** Begins to draw the same feature maps of the layer of another source, as far as they were mined there. */
async function beginOther(
  source: SourceLayer,
  folder: GalleryFolder,
  {
    number,
    plan: own,
    k,
    tile,
    ...writing
  }: Pick<DrawLayerOptions, 'number' | 'plan' | 'k' | 'tile'> & WriteSheetOptions,
): Promise<() => Promise<DrawnMaps>> {
  const plan = await planLayer(source, {
    ...{ title: `${number}-${source.name}-compared`, k, tile, telling: () => [] },
    covered: minedAmong(
      source,
      own.candidates.map(({ map }) => map),
    ),
  });
  return beginMaps(source, folder, plan, { ...writing, onMap: () => undefined });
}

async function beginMaps(
  source: SourceLayer,
  folder: GalleryFolder,
  { candidates, drawn, sheets: planned }: LayerPlan,
  writing: WriteSheetOptions,
): Promise<() => Promise<DrawnMaps>> {
  for (let silent = candidates.length - drawn.length; silent > 0; silent--) writing.onMap();
  const begun = planned && (await beginSheets(source, folder, planned, writing));
  return async () => {
    const sheets = await begun?.();
    const maps = candidates.map(({ map }): GalleryMap => {
      const name = source.mapName?.(map);
      const statistics = source.statistics?.(map);
      const { patches, ...face } = sheets?.faces.get(map) ?? { patches: [] };
      return {
        ...{ map, ...face, patches: patches.map((patch, rank) => describe(source.top(map)[rank]!, patch)) },
        ...(name !== undefined && { name }),
        ...(statistics && { statistics }),
      };
    });
    const { wholePicture, extent, zoom } = source;
    const shown = { wholePicture, ...(extent && { extent }), ...(zoom && { zoom }) };
    return {
      ...{ maps, pairs: sheets?.pairs ?? new Map() },
      ...(sheets && { drawing: { ...sheets.drawing, ...shown } }),
    };
  };
}

function describe(
  { id, label, activation, probability, output, position, landing: field }: Patch,
  drawn: DrawnPatch,
): GalleryPatch {
  return {
    ...{ id, activation, position, field, ...drawn },
    ...(label !== undefined && { label }),
    ...(probability !== undefined && { probability }),
    ...(output !== undefined && { output }),
  };
}
