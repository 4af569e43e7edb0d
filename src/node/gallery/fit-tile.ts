import type { Picture } from '../../input/picture.js';
import { filledSize, type Size } from '../../render/resize-grid.js';
import { resizePicture } from './resize-picture.js';

/** How the tiles of a layer are drawn. */
export interface TileSize extends Size {
  /** The length on the page of one pixel of a tile's picture, in pixels; below 1 if tiles are shrunk. */
  readonly scale: number;
}

/** Small tiles are enlarged to about this side, because a patch of 7x7 pixels would be hard to see on the page. */
const COMFORTABLE_SIDE = 48;

/**
 * The size of tiles in the sprite sheets. Small tiles are enlarged by a whole factor. Tiles whose longer side exceeds `max`
 * are shrunk, and keep their proportions.
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

/** Brings a picture to the size that fills a tile, without cropping it. */
export function fitTile(picture: Picture, tile: Size): Picture {
  return resizePicture(picture, filledSize(picture, tile));
}
