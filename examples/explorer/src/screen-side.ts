/** What a projection has before the page has been laid out. */
const USUAL = 200;

/** Watches how many pixels of the screen an element has along a side; to ask it costs no layout. */
export function screenSideOf(watched: HTMLElement): () => number {
  let side = USUAL;
  new ResizeObserver(() => {
    // A hidden element has none.
    if (watched.clientWidth > 0) side = watched.clientWidth;
  }).observe(watched);
  return () => Math.round(side * devicePixelRatio);
}
