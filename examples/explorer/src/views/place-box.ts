import type { Picture, Region } from 'deconvnet';

/** Puts an outline around a box of a picture, as far as it is inside; hides it where there is none. */
export function placeBox(outline: HTMLElement, picture: Picture | null, region: Region | null): void {
  outline.hidden = !picture || region?.start.length !== 2;
  if (outline.hidden || !picture || !region) return;
  const [top, bottom] = inside(region, 0, picture.height);
  const [left, right] = inside(region, 1, picture.width);
  Object.assign(outline.style, {
    top: `${top}%`,
    left: `${left}%`,
    width: `${right - left}%`,
    height: `${bottom - top}%`,
  });
}

/** Start and end along an axis, in hundredths of the picture. */
function inside({ start, size }: Region, axis: number, length: number): [number, number] {
  const clip = (pixel: number): number => (100 * Math.min(length, Math.max(0, pixel))) / length;
  return [clip(start[axis]!), clip(start[axis]! + size[axis]!)];
}
