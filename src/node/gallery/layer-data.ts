import { type ClassShares, commonestClass } from './class-selectivity.js';
import type {
  GalleryDrawing,
  GalleryHistogram,
  GalleryLayer,
  GalleryMap,
  GalleryPatch,
  GalleryThumbnails,
} from './gallery-page.js';
import { layerNotes } from './layer-notes.js';
import { relatedMaps } from './related-maps.js';
import { numberOf } from './search-index.js';
import { tileOffset } from './sheet-layout.js';
import { packThumbnails, type ThumbnailData } from './thumbnail-data.js';
import { layerFacts } from './wording.js';

/** A box of input pixels along two axes. */
type Box = readonly [y: number, x: number, height: number, width: number];

/**
 * A patch: id and label by number (label -1: no label), activation, position, projection (0: missing, 1: drawn, 2: zero),
 * whether the patch was kept, its landing and the part of it that matters (0: none), its probability and its output (null: none).
 */
export type PatchData = readonly [
  id: number,
  label: number,
  activation: number,
  position: readonly number[],
  projection: 0 | 1 | 2,
  kept: 0 | 1,
  field: Box | 0,
  focus: Box | 0,
  probability: number | null,
  output: number | null,
];

/** A feature map, as the page's script reads it. What is not known is left out. */
export interface MapData {
  readonly n: number;
  readonly name?: string;
  /** The place of its face: sheet, x, y. */
  readonly at?: readonly [sheet: number, x: number, y: number];
  readonly patches: readonly PatchData[];
  /** Firing share, mean, maximum, and 1 if it is dead or 2 if it is constant. */
  readonly stats?: readonly [share: number, mean: number, maximum: number, kind: 0 | 1 | 2];
  /** Pictures that are not above 0, the number of the first bin, and the counts from there. */
  readonly bins?: readonly [notAbove: number, first: number, counts: readonly number[]];
  /** The commonest class of its patches: the number of the label, how many patches, and the selectivity. */
  readonly best?: readonly [label: number, count: number, selectivity: number];
  /** The scale of its projections, and the share of the values that are beyond it. */
  readonly contrast?: readonly [scale: number, clipped: number];
  /** Other feature maps of the layer, with the number of pictures in common. */
  readonly related?: readonly (readonly [map: number, shared: number])[];
}

/** Where the tiles of a layer are. */
export interface DrawingData {
  readonly tile: readonly [width: number, height: number];
  readonly face: readonly [width: number, height: number];
  readonly smooth: boolean;
  readonly crisp: boolean;
  /** Whether the tiles show only the inner box of a patch, and not the receptive field. */
  readonly zoomed: boolean;
  /** Offsets of the tiles from the corner of the face, by rank. */
  readonly projections: readonly (readonly [x: number, y: number])[];
  readonly patches: readonly (readonly [x: number, y: number])[];
  readonly sheets: readonly (readonly [file: string, width: number, height: number])[];
}

/** All that the page's script needs to know about one layer. Ids and labels are in tables, because each is used often. */
export interface LayerData {
  readonly name: string;
  readonly facts: readonly string[];
  readonly notes: readonly string[];
  /** Height and width of the input; absent if the model takes any size. */
  readonly extent?: readonly number[];
  readonly ids: readonly string[];
  readonly labels: readonly string[];
  /** For each label its share of all pictures; absent if that is not known. */
  readonly shares?: readonly number[];
  readonly drawing: DrawingData | null;
  /** The thumbnails of whole pictures; absent if there are none. */
  readonly pictures?: ThumbnailData;
  readonly maps: readonly MapData[];
  readonly compared?: {
    readonly extent?: readonly number[];
    readonly drawing: DrawingData | null;
    /** `same` if they are those of the layer. */
    readonly pictures?: ThumbnailData | 'same';
    readonly maps: readonly MapData[];
  };
}

const PROJECTION_STATES = { missing: 0, drawn: 1, zero: 2 } as const;

/** Packs what the page's script needs to show a layer. */
export function layerData(
  layer: GalleryLayer,
  { k, shares }: { readonly k: number; readonly shares: ClassShares | undefined },
): LayerData {
  const ids = new Map<string, number>();
  const labels = new Map<string, number>();
  const packPatch = (patch: GalleryPatch, zoom: GalleryDrawing['zoom']): PatchData => {
    const { id, label, activation, position, projection, kept, field, probability, output } = patch;
    return [
      numberOf(ids, id),
      label === undefined ? -1 : numberOf(labels, label),
      rounded(activation),
      position,
      PROJECTION_STATES[projection],
      kept ? 1 : 0,
      boxOf(field),
      boxOf(zoom === 'field' ? patch.focus : (patch.shown ?? patch.focus)),
      probability === undefined ? null : rounded(probability),
      output === undefined ? null : rounded(output),
    ];
  };
  const packMap = (
    { map, name, place, patches, statistics, scale, clipped }: GalleryMap,
    drawing: GalleryDrawing | undefined,
  ): MapData => {
    const best = commonestClass(patches, shares);
    return {
      n: map,
      ...(name !== undefined && { name }),
      ...(place && { at: [place.sheet, place.x, place.y] as const }),
      patches: patches.map((patch) => packPatch(patch, drawing?.zoom)),
      ...(statistics && {
        stats: [
          rounded(statistics.firingShare),
          rounded(statistics.mean),
          rounded(statistics.maximum),
          statistics.dead ? 1 : statistics.constant ? 2 : 0,
        ] as const,
      }),
      ...(statistics?.histogram && { bins: packBins(statistics.histogram) }),
      ...(best && { best: [numberOf(labels, best.label), best.count, rounded(best.selectivity)] as const }),
      ...(scale !== undefined && { contrast: [rounded(scale), rounded(clipped ?? 0)] as const }),
    };
  };
  const related = relatedMaps(layer.maps);
  const maps = layer.maps.map((map, i) => {
    const others = related[i]!.map(({ map, shared }) => [map, shared] as const);
    return { ...packMap(map, layer.drawing), ...(others.length > 0 && { related: others }) };
  });
  const { compared, thumbnails } = layer;
  const comparedMaps = compared?.maps.map((map) => packMap(map, compared.drawing));
  // All ids are in the table from here on.
  const pictures = (of: GalleryThumbnails, drawing: GalleryDrawing | undefined): ThumbnailData =>
    packThumbnails(of, { ids: [...ids.keys()], extent: drawing?.extent });
  return {
    name: layer.name,
    facts: layerFacts(layer),
    notes: layerNotes(layer),
    ...(layer.drawing?.extent && { extent: layer.drawing.extent }),
    ids: [...ids.keys()],
    labels: [...labels.keys()],
    ...(shares && { shares: [...labels.keys()].map((label) => rounded(shares.get(label) ?? 0)) }),
    drawing: packDrawing(layer.drawing, k),
    ...(thumbnails && { pictures: pictures(thumbnails, layer.drawing) }),
    maps,
    ...(compared && {
      compared: {
        ...(compared.drawing?.extent && { extent: compared.drawing.extent }),
        drawing: packDrawing(compared.drawing, k),
        ...(compared.thumbnails && {
          pictures:
            compared.thumbnails === thumbnails ? ('same' as const) : pictures(compared.thumbnails, compared.drawing),
        }),
        maps: comparedMaps!,
      },
    }),
  };
}

function packDrawing(drawing: GalleryDrawing | undefined, k: number): DrawingData | null {
  if (!drawing) return null;
  const { layout, shrunk, blocky, zoom, sheets } = drawing;
  const offsets = (block: 'projection' | 'patch'): [number, number][] =>
    Array.from({ length: k }, (_, rank) => {
      const { x, y } = tileOffset(layout, block, rank);
      return [x, y];
    });
  return {
    tile: [layout.tile.width, layout.tile.height],
    face: [layout.face.width, layout.face.height],
    smooth: shrunk,
    crisp: blocky,
    zoomed: zoom !== 'field',
    projections: offsets('projection'),
    patches: offsets('patch'),
    sheets: sheets.map(({ file, width, height }) => [file, width, height]),
  };
}

/** A histogram in few bytes: the bounds of all bins follow from the number of the first, as the page's script knows. */
function packBins({ notAbove, bins }: GalleryHistogram): NonNullable<MapData['bins']> {
  const from = bins[0]?.from ?? 1;
  const exponent = Math.floor(Math.log2(from));
  const first = 4 * exponent + Math.round(4 * (from / 2 ** exponent - 1));
  return [notAbove, first, bins.map(({ count }) => count)];
}

function boxOf(region: GalleryPatch['field']): Box | 0 {
  if (region?.start.length !== 2) return 0;
  const [y, x] = region.start as [number, number];
  const [height, width] = region.size as [number, number];
  return [y, x, height, width];
}

/** Rounds to six digits, which is about the precision of a float32, and halves the bytes. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
