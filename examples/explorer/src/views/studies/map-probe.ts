import { type DrawPlot, PlotFrame } from './plot-frame';

/** A map of cells whose values can be looked at: with the mouse, a finger, or the arrow keys. */
export class MapProbe {
  readonly #plot: PlotFrame;
  readonly #frame: HTMLElement;
  readonly #onMove: (cell: number) => void;
  #cells: readonly SVGGraphicsElement[] = [];
  #outline: SVGElement | null = null;
  #columns = 1;
  #cell = 0;

  /** @param onMove is told which cell a person looks at, by its number, row by row */
  constructor(frame: HTMLElement, onMove: (cell: number) => void) {
    this.#frame = frame;
    this.#onMove = onMove;
    this.#plot = new PlotFrame(frame, (plot) => this.#take(plot));
    frame.tabIndex = 0;
    // Nothing else lets a screen reader pass on the arrow keys, and read out a value in words.
    frame.role = 'slider';
    frame.ariaValueMin = '0';
    for (const type of ['pointermove', 'pointerdown'] as const) {
      frame.addEventListener(type, ({ clientX, clientY }) => this.#pointAt(clientX, clientY));
    }
    frame.addEventListener('keydown', (event) => this.#press(event));
  }

  /** Shows a map, drawn by `plotValueMap` or `plotClassMap`. */
  show(
    draw: DrawPlot,
    { rows, columns, name }: { readonly rows: number; readonly columns: number; name: string },
  ): void {
    this.#columns = columns;
    this.#frame.ariaLabel = name;
    this.#frame.ariaValueMax = String(rows * columns - 1);
    this.#plot.show(draw);
  }

  /** Outlines a cell, and says what it holds. */
  mark(cell: number, words: string): void {
    this.#cell = cell;
    this.#frame.ariaValueNow = String(cell);
    this.#frame.ariaValueText = words;
    this.#place();
  }

  #take(plot: Element): void {
    // The cells are what is drawn first.
    const cells = plot.querySelector('g[aria-label="rect"]')?.children ?? [];
    this.#cells = [...cells].filter((cell) => cell instanceof SVGGraphicsElement);
    this.#outline = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    this.#outline.classList.add('cell');
    plot.append(this.#outline);
    this.#place();
  }

  #place(): void {
    const cell = this.#cells[this.#cell];
    if (!cell || !this.#outline) return;
    for (const name of ['x', 'y', 'width', 'height']) this.#outline.setAttribute(name, cell.getAttribute(name) ?? '0');
  }

  #pointAt(x: number, y: number): void {
    const found = document.elementFromPoint(x, y);
    const cell = this.#cells.indexOf(found as SVGGraphicsElement);
    if (cell >= 0 && cell !== this.#cell) this.#onMove(cell);
  }

  #press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const [count, column] = [this.#cells.length, this.#cell % this.#columns];
    const targets: Readonly<Record<string, number>> = {
      ArrowLeft: column > 0 ? this.#cell - 1 : this.#cell,
      ArrowRight: column < this.#columns - 1 ? this.#cell + 1 : this.#cell,
      ArrowUp: this.#cell - this.#columns,
      ArrowDown: this.#cell + this.#columns,
      Home: 0,
      End: count - 1,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    if (target >= 0 && target < count && target !== this.#cell) this.#onMove(target);
  }
}
