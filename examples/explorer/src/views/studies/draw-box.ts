import type { Box } from 'deconvnet/studies';

/** A height and a width in pixels. */
export interface Size {
  readonly height: number;
  readonly width: number;
}

/** What is told while a box is drawn, and when it is done. */
export interface BoxDrawing {
  /** The size of the picture in its own pixels; null as long as nobody knows it. */
  readonly sizeOf: () => Size | null;
  readonly onDraw: (box: Box | null) => void;
  readonly onDone: (box: Box) => void;
}

/** Lets a person draw a box over a picture with the mouse, a pen or a finger. */
export function drawBoxes(frame: HTMLElement, { sizeOf, onDraw, onDone }: BoxDrawing): void {
  let start: readonly [number, number] | null = null;
  const placeOf = ({ clientX, clientY }: PointerEvent): readonly [number, number] => {
    const { left, top, width, height } = frame.getBoundingClientRect();
    return [(clientX - left) / width, (clientY - top) / height];
  };
  const boxTo = (event: PointerEvent): Box | null => {
    const size = sizeOf();
    return start && size && boxBetween(start, placeOf(event), size);
  };
  frame.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    // Or the browser would drag the picture away.
    event.preventDefault();
    start = placeOf(event);
    frame.setPointerCapture(event.pointerId);
  });
  frame.addEventListener('pointermove', (event) => start && onDraw(boxTo(event)));
  frame.addEventListener('pointerup', (event) => {
    const box = boxTo(event);
    start = null;
    onDraw(null);
    if (box) onDone(box);
  });
  frame.addEventListener('pointercancel', () => {
    start = null;
    onDraw(null);
  });
}

/** The whole pixels between two places, which are shares of the picture; null if that is less than one. */
function boxBetween(a: readonly [number, number], b: readonly [number, number], { width, height }: Size): Box | null {
  const along = (one: number, other: number, length: number): [number, number] => {
    const [first, end] = [one, other].map((share) => Math.round(Math.min(1, Math.max(0, share)) * length));
    return [Math.min(first!, end!), Math.max(first!, end!)];
  };
  const [left, right] = along(a[0], b[0], width);
  const [top, bottom] = along(a[1], b[1], height);
  return left < right && top < bottom ? { left, top, right, bottom } : null;
}
