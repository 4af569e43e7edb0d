/** Draws a plot of a width in pixels of the style sheet. */
export type DrawPlot = (width: number) => Promise<Element>;

/** Shows a plot that is as wide as its frame. It is drawn again when the frame gets another width. */
export class PlotFrame {
  readonly #frame: HTMLElement;
  readonly #onDrawn: (plot: Element) => void;
  #draw: DrawPlot | null = null;
  #width = 0;
  #drawing = 0;

  constructor(frame: HTMLElement, onDrawn: (plot: Element) => void = () => {}) {
    this.#frame = frame;
    this.#onDrawn = onDrawn;
    new ResizeObserver(() => {
      if (frame.clientWidth > 0 && frame.clientWidth !== this.#width) void this.#redraw();
    }).observe(frame);
  }

  show(draw: DrawPlot): void {
    this.#draw = draw;
    void this.#redraw();
  }

  async #redraw(): Promise<void> {
    const [draw, width] = [this.#draw, this.#frame.clientWidth];
    // A hidden frame has no width. It is drawn when it is shown.
    if (!draw || width === 0) return;
    this.#width = width;
    const drawing = ++this.#drawing;
    // Each plot is drawn in a task of its own, so that the page does not wait for all of them.
    await new Promise((resolve) => setTimeout(resolve));
    const plot = await draw(width);
    if (drawing !== this.#drawing) return;
    // The rules are in the style sheet of the page. Its policy forbids others.
    for (const style of plot.querySelectorAll('style')) style.remove();
    this.#frame.querySelector('svg')?.remove();
    this.#frame.append(plot);
    this.#onDrawn(plot);
  }
}
