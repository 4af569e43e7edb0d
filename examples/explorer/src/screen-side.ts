/**
 * Watches how many pixels of the screen a drawing has along a side; to ask it costs no layout.
 *
 * @param watched the element whose size changes with that of the drawing, or the drawing itself
 * @param find finds the drawing in it; nothing as long as it is not there
 * @param usual the side before the page has been laid out, in pixels of the style sheet
 */
export function screenSideOf(
  watched: HTMLElement,
  { usual, find = () => watched }: { readonly usual: number; readonly find?: () => Element | null },
): () => number {
  let side = usual;
  new ResizeObserver(() => {
    const width = find()?.clientWidth ?? 0;
    // A hidden element has none.
    if (width > 0) side = width;
  }).observe(watched);
  return () => Math.round(side * devicePixelRatio);
}
