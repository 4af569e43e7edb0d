import type { Picture } from '../../input/picture.js';
import { type Block, facePlace, type SheetLayout, tileOffset } from './sheet-layout.js';
import { blankSheet } from './sprite-sheet.js';

/** Pixels between two tiles, and after the second of a pair, so that all pairs have the same width. */
const GAP = 2;

const BLOCKS: readonly Block[] = ['projection', 'patch'];

/**
 * A picture with one projection and one patch of each of a few feature maps. It is copied from the sprite sheets while
 * these are in memory, so that the overview need not load any of them.
 */
export class TellingStrip {
  readonly #faces: readonly number[];
  #strip: Picture | undefined;

  /** @param faces the index of each feature map among those that are drawn */
  constructor(faces: readonly number[]) {
    this.#faces = faces;
  }

  /** Copies from a sheet the tiles that are on it. */
  take(sheet: number, picture: Picture, layout: SheetLayout): void {
    const { width, height } = layout.tile;
    const pair = 2 * (width + GAP);
    this.#strip ??= blankSheet({ width: this.#faces.length * pair, height });
    for (const [i, face] of this.#faces.entries()) {
      const place = facePlace(layout, face);
      if (place.sheet !== sheet) continue;
      for (const [side, block] of BLOCKS.entries()) {
        const { x, y } = tileOffset(layout, block, 0);
        copy(picture, this.#strip, {
          x: place.x + x,
          y: place.y + y,
          left: i * pair + side * (width + GAP),
          width,
          height,
        });
      }
    }
  }

  /** The projections and patches side by side, in the order of the faces. Undefined if no sheet was drawn. */
  get picture(): Picture | undefined {
    return this.#strip;
  }
}

function copy(
  from: Picture,
  to: Picture,
  { x, y, left, width, height }: { x: number; y: number; left: number; width: number; height: number },
): void {
  for (let row = 0; row < height; row++) {
    const start = 4 * ((y + row) * from.width + x);
    to.data.set(from.data.subarray(start, start + 4 * width), 4 * (row * to.width + left));
  }
}
