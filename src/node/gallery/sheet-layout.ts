import type { Size } from './fit-tile.js';

/** No sprite sheet is wider or higher than this: browsers decode a sheet whole, 16 MB at this size. */
export const SHEET_SIDE = 2048;

/** Keeps a face from showing the edge of its neighbour when a browser scales the sheet. */
const GUTTER = 4;

/**
 * Where the tiles of one layer lie in its sprite sheets. A *face* is what one feature map shows: a block of projections,
 * and right of it a block of patches. Faces fill a sheet row by row, then the next sheet.
 */
export interface SheetLayout {
  readonly tile: Size;
  /** Tiles in a row of one block. */
  readonly columns: number;
  /** Rows of one block. */
  readonly rows: number;
  /** Pixels between two tiles of a block. */
  readonly gap: number;
  /** Pixels between the two blocks. */
  readonly middle: number;
  readonly face: Size;
  /** Faces in a row of a sheet. */
  readonly perRow: number;
  /** Faces in a full sheet. */
  readonly perSheet: number;
  /** Faces in all sheets together. */
  readonly count: number;
  readonly sheets: number;
}

/** Where a face lies. */
export interface FacePlace {
  readonly sheet: number;
  readonly x: number;
  readonly y: number;
}

/** Which block of a face. */
export type Block = 'projection' | 'patch';

/**
 * Lays out `count` faces of up to `k` tiles a block.
 *
 * @param tile At most `largestTile(k)` on its longer side.
 */
export function sheetLayout(tile: Size, { k, count }: { readonly k: number; readonly count: number }): SheetLayout {
  const block = blockOf(k);
  const { gap, middle, face } = faceOf(tile, block);
  const perRow = Math.max(1, fitting(face.width));
  const perSheet = perRow * Math.max(1, fitting(face.height));
  return { tile, ...block, gap, middle, face, perRow, perSheet, count, sheets: Math.ceil(count / perSheet) };
}

/** The largest side of a tile with which a face of `k` tiles a block fits in a sheet; at least 1. */
export function largestTile(k: number): number {
  const block = blockOf(k);
  let side = Math.ceil(SHEET_SIDE / (2 * block.columns));
  while (side > 1 && faceOf({ width: side, height: side }, block).face.width > SHEET_SIDE) side--;
  return side;
}

/** Where the face number `index` lies. */
export function facePlace({ perSheet, perRow, face }: SheetLayout, index: number): FacePlace {
  const inSheet = index % perSheet;
  return {
    sheet: Math.floor(index / perSheet),
    x: (inSheet % perRow) * (face.width + GUTTER),
    y: Math.floor(inSheet / perRow) * (face.height + GUTTER),
  };
}

/** Where a tile lies inside its face; rank 0 is the strongest. */
export function tileOffset(
  { tile, columns, gap, middle }: SheetLayout,
  block: Block,
  rank: number,
): { readonly x: number; readonly y: number } {
  const blockWidth = columns * (tile.width + gap) - gap;
  return {
    x: (block === 'patch' ? blockWidth + middle : 0) + (rank % columns) * (tile.width + gap),
    y: Math.floor(rank / columns) * (tile.height + gap),
  };
}

/** The size of one sheet: no larger than the faces in it need. */
export function sheetSize({ count, perSheet, perRow, face }: SheetLayout, sheet: number): Size {
  const faces = Math.min(perSheet, count - sheet * perSheet);
  const across = Math.min(faces, perRow);
  const down = Math.ceil(faces / perRow);
  return {
    width: across * (face.width + GUTTER) - GUTTER,
    height: down * (face.height + GUTTER) - GUTTER,
  };
}

/** As square as can be, and never higher than wide. */
function blockOf(k: number): { readonly columns: number; readonly rows: number } {
  const columns = Math.ceil(Math.sqrt(k));
  return { columns, rows: Math.ceil(k / columns) };
}

function faceOf(
  tile: Size,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): { readonly gap: number; readonly middle: number; readonly face: Size } {
  const gap = Math.max(2, Math.round(Math.max(tile.width, tile.height) / 24));
  const middle = 5 * gap;
  const width = 2 * (columns * (tile.width + gap) - gap) + middle;
  return { gap, middle, face: { width, height: rows * (tile.height + gap) - gap } };
}

function fitting(length: number): number {
  return Math.floor((SHEET_SIDE + GUTTER) / (length + GUTTER));
}
