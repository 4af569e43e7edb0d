import type { MapsView } from '../protocol';
import { markComputing } from './computing';

const GAP = 4;

/** Where tiles are, and the canvas that they are drawn on. */
export class MapsSheet {
  readonly #canvas: HTMLCanvasElement;
  readonly #list: HTMLElement;
  #maps: MapsView | null = null;
  #columns = 1;
  #width = 0;

  constructor(canvas: HTMLCanvasElement, list: HTMLElement) {
    this.#canvas = canvas;
    this.#list = list;
    // Only the width says where tiles are; the height follows from them.
    new ResizeObserver(() => {
      if (list.clientWidth !== this.#width) this.#draw();
    }).observe(list);
  }

  /** How many tiles are in a row. */
  get columns(): number {
    return this.#columns;
  }

  show(maps: MapsView): void {
    this.#maps = maps;
    this.#draw();
  }

  /** Puts a placeholder over tiles that are still another layer's or another picture's. */
  mark(isStale: boolean): void {
    markComputing(this.#canvas.parentElement!, isStale);
    this.#list.setAttribute('aria-busy', String(isStale));
  }

  clear(): void {
    this.#maps = null;
    this.#canvas.height = 0;
  }

  #draw(): void {
    const maps = this.#maps;
    const width = this.#list.clientWidth;
    this.#width = width;
    if (!maps || width === 0) return;
    const side = sideOf(maps.tile.width, maps.tile.height);
    this.#columns = Math.max(1, Math.floor((width + GAP) / (side + GAP)));
    const tileWidth = (width - GAP * (this.#columns - 1)) / this.#columns;
    const tileHeight = Math.max(12, (tileWidth * maps.tile.height) / maps.tile.width);
    const rows = Math.ceil(maps.maps.length / this.#columns);
    this.#list.parentElement!.style.setProperty('--columns', String(this.#columns));
    this.#list.parentElement!.style.setProperty('--tile-height', `${tileHeight}px`);
    this.#list.parentElement!.style.setProperty('--tile-width', `${tileWidth}px`);

    const zoom = window.devicePixelRatio;
    const size = { width: Math.round(width * zoom), height: Math.round((rows * (tileHeight + GAP) - GAP) * zoom) };
    if (this.#canvas.width !== size.width || this.#canvas.height !== size.height) Object.assign(this.#canvas, size);
    const context = this.#canvas.getContext('2d')!;
    context.imageSmoothingEnabled = false;
    context.clearRect(0, 0, size.width, size.height);
    for (let place = 0; place < maps.maps.length; place++) {
      const [left, top] = [
        (place % this.#columns) * (tileWidth + GAP),
        Math.floor(place / this.#columns) * (tileHeight + GAP),
      ];
      // Whole pixels, or tiles would blur at their edges.
      const [x, y] = [Math.round(left * zoom), Math.round(top * zoom)];
      const [right, bottom] = [Math.round((left + tileWidth) * zoom), Math.round((top + tileHeight) * zoom)];
      const from = {
        x: (place % maps.columns) * maps.tile.width,
        y: Math.floor(place / maps.columns) * maps.tile.height,
      };
      context.drawImage(maps.tiles, from.x, from.y, maps.tile.width, maps.tile.height, x, y, right - x, bottom - y);
    }
  }
}

/** A unit needs less room than a picture. */
function sideOf(width: number, height: number): number {
  const cells = Math.max(width, height);
  return cells === 1 ? 30 : cells <= 16 ? 52 : 68;
}
