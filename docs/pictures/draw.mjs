// The parts of a drawing as pieces of SVG text, or as promises of them.
import { encodePng } from 'deconvnet/node';

/** The colours of the two ways. */
export const UP = '#3b4a9e';
export const DOWN = '#c2541b';
const INK = '#33363f';
const PAPER = [253, 253, 251];

const mix = (from, to, share) => from.map((value, i) => Math.round(value + (to[i] - value) * share));

/** Activations: paper where there is none, deep blue for the strongest of the tile. */
export const STRENGTH = (value, largest) => mix(PAPER, [44, 56, 140], Math.max(value, 0) / largest);

/** A signal: paper for zero, orange where it is positive, teal where it is negative. */
export const SIGNED = (value, largest) =>
  mix(PAPER, value > 0 ? [200, 76, 14] : [16, 128, 128], Math.sqrt(Math.abs(value) / largest));

/** Switches: ink where a window found its maximum. */
export const SWITCHES = (value) => (value > 0 ? [51, 54, 63] : [236, 236, 232]);

/** A sheet of paper. */
export function clear(width, height) {
  return `<rect width="${width}" height="${height}" fill="rgb(${PAPER})"/>`;
}

/** A promise of the values of one feature map as a framed tile, each value a square of `cell` units. */
export function grid(values, x, y, cell, colourOf) {
  const largest = Math.max(...values.flat().map(Math.abs), 1e-9);
  const [height, width] = [values.length, values[0].length];
  const data = new Uint8ClampedArray(values.flat().flatMap((value) => [...colourOf(value, largest), 255]));
  return picture({ width, height, data }, x, y, cell);
}

/** A picture, each of its pixels a square of `cell` units. */
export async function picture({ width, height, data }, x, y, cell) {
  const enlarged = enlarge({ width, height, data }, 2 * cell);
  const size = `x="${x}" y="${y}" width="${width * cell}" height="${height * cell}"`;
  const address = `data:image/png;base64,${Buffer.from(await encodePng(enlarged)).toString('base64')}`;
  return `<image ${size} href="${address}"/><rect ${size} fill="none" stroke="#b9bcc4" stroke-width="1"/>`;
}

/** Each pixel as a square of `times` pixels, since the drawing would blur what it enlarges. */
function enlarge({ width, height, data }, times) {
  const enlarged = new Uint8ClampedArray(4 * width * height * times * times);
  for (let y = 0; y < height * times; y++) {
    for (let x = 0; x < width * times; x++) {
      const from = 4 * (Math.floor(y / times) * width + Math.floor(x / times));
      enlarged.set(data.subarray(from, from + 4), 4 * (y * width * times + x));
    }
  }
  return { width: width * times, height: height * times, data: enlarged };
}

/** A box that points something out. */
export function outline(x, y, width, height) {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none" stroke="#e0a800" stroke-width="2"/>`;
}

/** A word or two, centred on x. */
export function label(x, y, text, strong = false) {
  const weight = strong ? 'bold' : 'normal';
  return `<text x="${x}" y="${y}" font-family="DejaVu Sans, sans-serif" font-size="12" font-weight="${weight}" fill="${INK}" text-anchor="middle">${text}</text>`;
}

/** The name of a row. */
export function caption(x, y, text, colour) {
  return `<text x="${x}" y="${y}" font-family="DejaVu Sans, sans-serif" font-size="20" font-weight="bold" fill="${colour}">${text}</text>`;
}

/** A straight arrow along one axis. */
export function arrow([x, y], [toX, toY], colour) {
  const [dx, dy] = [Math.sign(toX - x), Math.sign(toY - y)];
  const head = `${toX},${toY} ${toX - 8 * dx + 4 * dy},${toY - 8 * dy + 4 * dx} ${toX - 8 * dx - 4 * dy},${toY - 8 * dy - 4 * dx}`;
  return `<line x1="${x}" y1="${y}" x2="${toX - 4 * dx}" y2="${toY - 4 * dy}" stroke="${colour}" stroke-width="2"/><polygon points="${head}" fill="${colour}"/>`;
}
