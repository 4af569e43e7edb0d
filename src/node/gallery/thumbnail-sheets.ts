import type { Picture } from '../../input/picture.js';
import { filledSize, type Size } from '../../render/resize-grid.js';
import type { SpriteEncoding } from './encode-sprite.js';
import type { GalleryFile, GalleryThumbnails, ThumbnailPlace } from './gallery-page.js';
import { resizePicture } from './resize-picture.js';
import { SHEET_SIDE } from './sheet-layout.js';
import { blankSheet, copyInto } from './sprite-sheet.js';

/** The largest length of a thumbnail's longer side, in pixels: at this size one recognises what a photograph shows. */
const LARGEST = 96;
/** Up to this length a thumbnail is enlarged on the page, and one would see what an encoding with loss changes. */
const SMALL = LARGEST / 2;
/** Pixels between thumbnails, so that none shows the edge of its neighbour when a browser scales the sheet. */
const GUTTER = 4;

/** How sheets of thumbnails are drawn. */
export interface ThumbnailSheetsOptions {
  /** Height and width of all pictures; undefined if they differ. */
  readonly extent: readonly number[] | undefined;
  /** Called with each sheet when it is full. */
  readonly write: (sheet: number, picture: Picture, encoding: SpriteEncoding) => Promise<GalleryFile>;
}

/** Draws whole pictures, shrunk, into sheets, row by row. Only one sheet is in memory at a time. */
export class ThumbnailSheets {
  readonly #write: ThumbnailSheetsOptions['write'];
  readonly #cell: Size;
  readonly #perRow: number;
  readonly #perSheet: number;
  readonly #encoding: SpriteEncoding;
  readonly #files: GalleryFile[] = [];
  readonly #places = new Map<string, ThumbnailPlace>();
  #sheet: Picture | undefined;

  constructor({ extent, write }: ThumbnailSheetsOptions) {
    const [height = LARGEST, width = LARGEST] = extent ?? [];
    this.#write = write;
    this.#cell = shrunk({ width, height });
    this.#perRow = fitting(this.#cell.width);
    this.#perSheet = this.#perRow * fitting(this.#cell.height);
    this.#encoding = Math.max(this.#cell.width, this.#cell.height) <= SMALL ? 'lossless-webp' : 'webp';
  }

  /** Draws the next picture. */
  async add(id: string, picture: Picture): Promise<void> {
    const index = this.#places.size;
    const { width, height } = picture;
    const size = shrunk({ width, height });
    this.#sheet ??= blankSheet(this.#sizeOf(this.#perSheet));
    const { x, y } = this.#placeOf(index % this.#perSheet);
    copyInto(this.#sheet, resizePicture(picture, size), { x, y });
    this.#places.set(id, { index, picture: { width, height }, size });
    if ((index + 1) % this.#perSheet === 0) await this.#flush(this.#perSheet);
  }

  /** Writes the last sheet. */
  async finish(): Promise<GalleryThumbnails> {
    if (this.#sheet) await this.#flush(this.#places.size % this.#perSheet);
    const step = { width: this.#cell.width + GUTTER, height: this.#cell.height + GUTTER };
    return { ...{ step, perRow: this.#perRow, perSheet: this.#perSheet }, sheets: this.#files, places: this.#places };
  }

  async #flush(count: number): Promise<void> {
    const sheet = this.#sheet!;
    this.#sheet = undefined;
    const { width, height } = this.#sizeOf(count);
    let full = sheet;
    if (width !== sheet.width || height !== sheet.height) {
      full = blankSheet({ width, height });
      copyInto(full, sheet, { x: 0, y: 0 });
    }
    this.#files.push(await this.#write(this.#files.length, full, this.#encoding));
  }

  /** The smallest size in which the first thumbnails of a sheet fit. */
  #sizeOf(count: number): Size {
    const { x } = this.#placeOf(Math.min(count, this.#perRow) - 1);
    const { y } = this.#placeOf(count - 1);
    return { width: x + this.#cell.width, height: y + this.#cell.height };
  }

  #placeOf(inSheet: number): { readonly x: number; readonly y: number } {
    return {
      x: (inSheet % this.#perRow) * (this.#cell.width + GUTTER),
      y: Math.floor(inSheet / this.#perRow) * (this.#cell.height + GUTTER),
    };
  }
}

/** The size of a thumbnail: small pictures keep their size. */
function shrunk(size: Size): Size {
  return Math.max(size.width, size.height) <= LARGEST ? size : filledSize(size, { width: LARGEST, height: LARGEST });
}

function fitting(length: number): number {
  return Math.floor((SHEET_SIDE + GUTTER) / (length + GUTTER));
}
