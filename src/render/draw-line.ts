import type { Size } from './resize-grid.js';

/** A point of a drawing, in pixels from its top left corner: the middle of the first pixel is (0.5, 0.5). */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Half the width of a line, in pixels. */
const HALF = 0.7;

/**
 * Draws a line through points, smoothed at its edges: for each pixel, how much of it the line covers, from 0 to 1. That is
 * computed from the distance between the middle of the pixel and the line. A single point is a dot.
 */
export function drawLine(points: readonly Point[], { width, height }: Size): Float32Array {
  const cover = new Float32Array(width * height);
  for (const [i, to] of points.entries()) {
    const from = points[i - 1] ?? to;
    if (i === 0 && points.length > 1) continue;
    const [left, right] = pixelsBetween(from.x, to.x, width);
    const [top, bottom] = pixelsBetween(from.y, to.y, height);
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const distance = distanceTo(from, to, x + 0.5, y + 0.5);
        const at = y * width + x;
        cover[at] = Math.max(cover[at]!, Math.min(1, HALF + 0.5 - distance));
      }
    }
  }
  return cover;
}

/** The first pixel that a line between two coordinates can touch, and the one after the last. */
function pixelsBetween(a: number, b: number, size: number): [number, number] {
  const reach = HALF + 0.5;
  const first = Math.floor(Math.min(a, b) - reach);
  const end = Math.ceil(Math.max(a, b) + reach);
  return [Math.max(0, first), Math.min(size, end)];
}

/** The distance of a place from the segment between two points. */
function distanceTo(from: Point, to: Point, x: number, y: number): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const square = dx * dx + dy * dy;
  const along = square === 0 ? 0 : ((x - from.x) * dx + (y - from.y) * dy) / square;
  const share = Math.min(1, Math.max(0, along));
  return Math.hypot(x - from.x - share * dx, y - from.y - share * dy);
}
