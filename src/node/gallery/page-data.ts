import type { GalleryLayer, GalleryPatch } from './gallery-page.js';
import { tileOffset } from './sheet-layout.js';

/** A patch: id and label by number (label -1: no label), activation, probability, position, what is drawn. */
export type PatchData = readonly [
  id: number,
  label: number,
  activation: number,
  probability: number | null,
  position: readonly number[],
  projection: 0 | 1 | 2,
  kept: 0 | 1,
];

/** A feature map: its number, its name, the place of its face, its patches, its statistics. */
export type MapData = readonly [
  map: number,
  name: string,
  sheet: number,
  x: number,
  y: number,
  patches: readonly PatchData[],
  facts: string,
];

/** What the page's script needs to know about one layer. */
export interface LayerData {
  readonly name: string;
  readonly tile: readonly [width: number, height: number];
  readonly smooth: boolean;
  /** Offsets of the tiles from the corner of the face, by rank. */
  readonly projections: readonly (readonly [x: number, y: number])[];
  readonly patches: readonly (readonly [x: number, y: number])[];
  readonly sheets: readonly (readonly [file: string, width: number, height: number])[];
  readonly maps: readonly MapData[];
}

/** What the page's script needs to enlarge a feature map. Ids and labels are in tables, because each is used many times. */
export interface PageData {
  readonly ids: readonly string[];
  readonly labels: readonly string[];
  readonly layers: readonly LayerData[];
}

const PROJECTION_STATES = { missing: 0, drawn: 1, zero: 2 } as const;

/** Packs what the page's script needs. */
export function pageData(layers: readonly GalleryLayer[], k: number): PageData {
  const ids = new Map<string, number>();
  const labels = new Map<string, number>();
  const packPatch = ({ id, label, activation, probability, position, projection, kept }: GalleryPatch): PatchData => [
    numberOf(ids, id),
    label === undefined ? -1 : numberOf(labels, label),
    rounded(activation),
    probability === undefined ? null : rounded(probability),
    position,
    PROJECTION_STATES[projection],
    kept ? 1 : 0,
  ];
  const packed = layers.map(({ name, drawing, maps }): LayerData => {
    if (!drawing) return { name, tile: [1, 1], smooth: false, projections: [], patches: [], sheets: [], maps: [] };
    const offsets = (block: 'projection' | 'patch'): [number, number][] =>
      Array.from({ length: k }, (_, rank) => {
        const { x, y } = tileOffset(drawing.layout, block, rank);
        return [x, y];
      });
    return {
      name,
      tile: [drawing.layout.tile.width, drawing.layout.tile.height],
      smooth: drawing.shrunk,
      projections: offsets('projection'),
      patches: offsets('patch'),
      sheets: drawing.sheets.map(({ file, width, height }) => [file, width, height]),
      maps: maps.map(({ map, name, facts, place, patches }) => [
        map,
        name ?? '',
        place.sheet,
        place.x,
        place.y,
        patches.map(packPatch),
        facts ?? '',
      ]),
    };
  });
  return { ids: [...ids.keys()], labels: [...labels.keys()], layers: packed };
}

function numberOf(table: Map<string, number>, text: string): number {
  const known = table.get(text);
  if (known !== undefined) return known;
  table.set(text, table.size);
  return table.size - 1;
}

/** Rounds to six digits, which is about the precision of a float32, and halves the bytes. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
