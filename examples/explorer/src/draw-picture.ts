import type { Picture } from 'deconvnet';

/** Puts a picture on a canvas, which gets as many pixels as it; how large they are shown is the style sheet's. */
export function drawPicture(canvas: HTMLCanvasElement, { width, height, data }: Picture): void {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  // Large pictures are shown as they are; small ones as the squares that the network sees.
  canvas.classList.toggle('smooth', Math.min(width, height) > 128);
  canvas.getContext('2d')!.putImageData(new ImageData(data, width, height), 0, 0);
}
