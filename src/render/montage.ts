import { checkKeys, checkValue, isCount } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { checkPicture, type Picture } from '../input/picture.js';

/** How pictures are laid out. */
export interface MontageOptions {
  /** How many tiles lie side by side. Default: the square root of the number of pictures, rounded up. */
  readonly columns?: number;
  /**
   * The side of the square that each picture is fitted into, in pixels. Default: the largest side of any picture, times
   * the smallest whole number that makes it at least 64.
   */
  readonly tile?: number;
  /** The distance between tiles, in pixels. Default: 2. */
  readonly gap?: number;
  /** The colour between and behind tiles, RGBA from 0 to 255. Default: opaque white. */
  readonly background?: readonly [red: number, green: number, blue: number, alpha: number];
}

/**
 * Arranges pictures in a grid of tiles. Each picture is enlarged by nearest neighbour, so that single pixels stay visible
 * (a 7x7 patch would otherwise be a speck), and centred in its tile. Transparent pixels show the background.
 *
 * @example
 * ```ts
 * import { montage, type Picture } from 'deconvnet';
 *
 * const dot: Picture = { width: 1, height: 1, data: new Uint8ClampedArray([255, 0, 0, 255]) };
 * const sheet = montage([dot, dot, dot, dot], { tile: 8, gap: 1 });
 * console.log(sheet.width, sheet.height); // 17 17
 * ```
 * @throws DeconvnetError `invalid-option` if the list is empty or a size is not a whole number of pixels;
 * `shape-mismatch` if the data of a picture have the wrong length.
 */
export function montage(pictures: readonly Picture[], options: MontageOptions = {}): Picture {
  checkKeys('montage', options, ['columns', 'tile', 'gap', 'background']);
  checkValue(Array.isArray(pictures), 'A montage is made of a list of pictures', pictures);
  pictures.forEach(checkPicture);
  if (pictures.length === 0) throw invalid('A montage needs at least one picture; the list is empty.');
  const side = Math.max(...pictures.map(({ width, height }) => Math.max(width, height)));
  const {
    columns = Math.ceil(Math.sqrt(pictures.length)),
    tile = side * Math.max(1, Math.ceil(64 / side)),
    gap = 2,
    background = [255, 255, 255, 255],
  } = options;
  for (const [name, value, least] of [
    ['columns', columns, 1],
    ['tile', tile, 1],
    ['gap', gap, 0],
  ] as const) {
    checkValue(isCount(value, least), `A montage's ${name} is a whole number of at least ${least}`, value);
  }
  const isColour = Array.isArray(background) && background.length === 4 && background.every(Number.isFinite);
  checkValue(isColour, "A montage's background is four numbers from 0 to 255, [red, green, blue, alpha]", background);
  const inRow = Math.min(columns, pictures.length);
  const rows = Math.ceil(pictures.length / columns);
  const width = inRow * (tile + gap) - gap;
  const height = rows * (tile + gap) - gap;
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < data.length; i += 4) data.set(background, i);
  pictures.forEach((picture, i) => {
    const at = { left: (i % columns) * (tile + gap), top: Math.floor(i / columns) * (tile + gap) };
    drawTile({ width, height, data }, picture, at, tile);
  });
  return { width, height, data };
}

function drawTile(sheet: Picture, picture: Picture, at: { left: number; top: number }, tile: number): void {
  const zoom = tile / Math.max(picture.width, picture.height);
  const [shownWidth, shownHeight] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * zoom)));
  const left = at.left + Math.floor((tile - shownWidth!) / 2);
  const top = at.top + Math.floor((tile - shownHeight!) / 2);
  for (let y = 0; y < shownHeight!; y++) {
    const fromRow = Math.floor((y * picture.height) / shownHeight!) * picture.width;
    for (let x = 0; x < shownWidth!; x++) {
      const from = (fromRow + Math.floor((x * picture.width) / shownWidth!)) * 4;
      blend(sheet.data, ((top + y) * sheet.width + left + x) * 4, picture.data, from);
    }
  }
}

function blend(to: Uint8ClampedArray, at: number, from: Uint8ClampedArray, source: number): void {
  const cover = from[source + 3]! / 255;
  if (cover === 0) return;
  const below = (to[at + 3]! / 255) * (1 - cover);
  for (let colour = 0; colour < 3; colour++) {
    to[at + colour] = (from[source + colour]! * cover + to[at + colour]! * below) / (cover + below);
  }
  to[at + 3] = 255 * (cover + below);
}

function invalid(message: string): DeconvnetError {
  return new DeconvnetError('invalid-option', message);
}
