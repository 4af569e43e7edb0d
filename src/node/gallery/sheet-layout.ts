import type { Size } from '../../render/resize-grid.js';

/** The largest side of a sprite sheet. Browsers decode a whole sheet at once, which takes 16 MB at this size. */
export const SHEET_SIDE = 2048;

/** Pixels between faces, so that a face does not show the edge of its neighbour when a browser scales the sheet. */
const GUTTER = 4;

/**
 * The places of one layer's tiles in its sprite sheets. A *face* belongs to one feature map: it is a block of projections
 * with a block of patches to the right of it. Faces fill a sheet row by row, then the next sheet.
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

/** The place of a face. */
export interface FacePlace {
  readonly sheet: number;
  readonly x: number;
  readonly y: number;
}

/** Which block of a face. */
export type Block = 'projection' | 'patch';

/**
 * Lays out `count` faces with up to `k` tiles per block.
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

/** The largest side of a tile with which a face of `k` tiles per block fits in a sheet; at least 1. */
export function largestTile(k: number): number {
  const block = blockOf(k);
  let side = Math.ceil(SHEET_SIDE / (2 * block.columns));
  while (side > 1 && faceOf({ width: side, height: side }, block).face.width > SHEET_SIDE) side--;
  return side;
}

/** The place of the face with a given index. */
export function facePlace({ perSheet, perRow, face }: SheetLayout, index: number): FacePlace {
  const inSheet = index % perSheet;
  return {
    sheet: Math.floor(index / perSheet),
    x: (inSheet % perRow) * (face.width + GUTTER),
    y: Math.floor(inSheet / perRow) * (face.height + GUTTER),
  };
}

/** The offset of a tile inside its face; rank 0 is the strongest. */
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

/** The size of one sheet. It is the smallest size in which the sheet's faces fit. */
export function sheetSize({ count, perSheet, perRow, face }: SheetLayout, sheet: number): Size {
  const faces = Math.min(perSheet, count - sheet * perSheet);
  const across = Math.min(faces, perRow);
  const down = Math.ceil(faces / perRow);
  return {
    width: across * (face.width + GUTTER) - GUTTER,
    height: down * (face.height + GUTTER) - GUTTER,
  };
}

/** The columns and rows of a block, which is as square as possible, and never higher than wide. */
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
