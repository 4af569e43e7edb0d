import type { Picture } from '../../input/picture.js';
import type { Size } from '../../render/resize-grid.js';
import { fitTile } from './fit-tile.js';

/** A rectangle of a sheet, in pixels. */
export interface Place extends Size {
  readonly x: number;
  readonly y: number;
}

/** An empty, transparent sheet. */
export function blankSheet({ width, height }: Size): Picture {
  return { width, height, data: new Uint8ClampedArray(width * height * 4) };
}

/** Copies a picture into a sheet, as far as it fits. */
export function copyInto(sheet: Picture, picture: Picture, { x, y }: { readonly x: number; readonly y: number }): void {
  const width = Math.min(picture.width, sheet.width - x);
  for (let row = 0; row < Math.min(picture.height, sheet.height - y); row++) {
    const from = 4 * row * picture.width;
    sheet.data.set(picture.data.subarray(from, from + 4 * width), 4 * ((y + row) * sheet.width + x));
  }
}

/** The colour outside of the picture. It is faint on light and on dark pages, so that the outline of a tile is seen. */
const ABSENT = [128, 128, 128, 30] as const;

/** Draws a picture in the middle of a tile, fitted to it. Transparent pixels get a faint colour. */
export function drawTile(sheet: Picture, picture: Picture, place: Place): void {
  const tile = fitTile(picture, place);
  const left = place.x + Math.floor((place.width - tile.width) / 2);
  const top = place.y + Math.floor((place.height - tile.height) / 2);
  copyInto(sheet, tile, { x: left, y: top });
  for (let y = 0; y < tile.height; y++) {
    for (let x = 0; x < tile.width; x++) {
      if (tile.data[(y * tile.width + x) * 4 + 3] === 0) {
        sheet.data.set(ABSENT, ((top + y) * sheet.width + left + x) * 4);
      }
    }
  }
}

/** Draws a tile without a picture: a faint hatching that is seen on light and on dark pages. */
export function drawMissing(sheet: Picture, { x, y, width, height }: Place): void {
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      const stroke = (i + j) % 8 < 2;
      sheet.data.set([128, 128, 128, stroke ? 96 : 28], ((y + j) * sheet.width + x + i) * 4);
    }
  }
}
