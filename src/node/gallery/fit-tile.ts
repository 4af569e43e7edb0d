import type { Picture } from '../../input/picture.js';
import { enlarge } from './enlarge.js';
import { shrink } from './shrink.js';

/** In pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How the tiles of a layer are drawn. */
export interface TileSize extends Size {
  /** How many pixels on a side one pixel of a tile's picture takes; below 1 where tiles are shrunk. */
  readonly scale: number;
}

/** Small tiles are enlarged to about this side: a 7x7 patch would be a speck on the page. */
const COMFORTABLE_SIDE = 48;

/**
 * The size at which tiles lie in the sprite sheets: a whole multiple of their own where they are small, shrunk with
 * their proportions where they are larger than `max`.
 */
export function tileSize({ width, height }: Size, max: number): TileSize {
  const side = Math.max(width, height);
  if (side > max) {
    const scaled = (length: number): number => Math.max(1, Math.round((length * max) / side));
    return { width: scaled(width), height: scaled(height), scale: max / side };
  }
  const factor = Math.max(1, Math.min(Math.round(COMFORTABLE_SIDE / side), Math.floor(max / side)));
  return { width: width * factor, height: height * factor, scale: factor };
}

/** A picture made to lie in a tile without being cropped: shrunk, or enlarged by a whole factor. */
export function fitTile(picture: Picture, { width, height }: Size): Picture {
  const ratio = Math.min(width / picture.width, height / picture.height);
  if (ratio >= 2) return enlarge(picture, Math.floor(ratio));
  if (ratio >= 1) return picture;
  const scaled = (length: number, limit: number): number => Math.min(limit, Math.max(1, Math.round(length * ratio)));
  return shrink(picture, scaled(picture.width, width), scaled(picture.height, height));
}
