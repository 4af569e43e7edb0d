import type { Picture } from '../../input/picture.js';
import { type Block, type FacePlace, type SheetLayout, tileOffset } from './sheet-layout.js';
import { blankSheet, copyInto } from './sprite-sheet.js';

/** Pixels between two tiles, and after the second of a pair, so that all pairs have the same width. */
const GAP = 2;

const BLOCKS: readonly Block[] = ['projection', 'patch'];

/** Cuts the strongest projection and patch of a feature map out of a sprite sheet. */
export function cutPair(sheet: Picture, layout: SheetLayout, place: FacePlace): Picture {
  const { width, height } = layout.tile;
  const pair = blankSheet({ width: 2 * (width + GAP), height });
  for (const [side, block] of BLOCKS.entries()) {
    const offset = tileOffset(layout, block, 0);
    for (let row = 0; row < height; row++) {
      const from = 4 * ((place.y + offset.y + row) * sheet.width + place.x + offset.x);
      pair.data.set(sheet.data.subarray(from, from + 4 * width), 4 * (row * pair.width + side * (width + GAP)));
    }
  }
  return pair;
}

/**
 * A picture with one projection and one patch of each of a few feature maps, so that the overview need not load any of the
 * sprite sheets. Undefined if there are none.
 */
export function tellingStrip(pairs: readonly Picture[]): Picture | undefined {
  const [first] = pairs;
  if (!first) return undefined;
  const strip = blankSheet({ width: pairs.length * first.width, height: first.height });
  for (const [i, pair] of pairs.entries()) copyInto(strip, pair, { x: i * first.width, y: 0 });
  return strip;
}
