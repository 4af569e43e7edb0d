import type { Picture } from 'deconvnet';
import type { Transformation } from 'deconvnet/studies';
import { drawPicture } from '../../draw-picture';
import { element } from '../../element';

/** How many steps are shown as pictures, from the first to the last. */
const SHOWN = 5;

/**
 * A picture at some steps of its movement. The browser draws these, so that one sees what a step means. The study itself
 * moves the numbers that the network takes.
 */
export function movedPictures(
  picture: Picture,
  way: Transformation,
  steps: readonly number[],
  isMean: boolean,
): HTMLElement {
  const source = element('canvas');
  drawPicture(source, picture);
  const places = Array.from({ length: SHOWN }, (_, i) => Math.round((i * (steps.length - 1)) / (SHOWN - 1)));
  const shown = [...new Set(places)].map((place) => {
    const canvas = element('canvas', { className: 'crisp', width: picture.width, height: picture.height });
    canvas.classList.toggle('smooth', Math.min(picture.width, picture.height) > 128);
    drawMoved(canvas, source, way, steps[place]!, isMean ? meanOf(picture) : 'rgb(128 128 128)');
    return element('li', {}, canvas, element('span', {}, String(steps[place]!).replace('-', '−')));
  });
  return element('ol', { className: 'moved', ariaHidden: 'true' }, ...shown);
}

function drawMoved(
  canvas: HTMLCanvasElement,
  source: HTMLCanvasElement,
  way: Transformation,
  step: number,
  fill: string,
): void {
  const { width, height } = canvas;
  const context = canvas.getContext('2d')!;
  context.fillStyle = fill;
  context.fillRect(0, 0, width, height);
  context.translate(width / 2, height / 2);
  if (way === 'translation') context.translate(0, step);
  if (way === 'scale') context.scale(step, step);
  // A canvas turns clockwise.
  if (way === 'rotation') context.rotate((-step * Math.PI) / 180);
  context.drawImage(source, -width / 2, -height / 2);
}

function meanOf({ data }: Picture): string {
  const sums = [0, 0, 0];
  for (let i = 0; i < data.length; i++) if (i % 4 < 3) sums[i % 4]! += data[i]!;
  return `rgb(${sums.map((sum) => Math.round(sum / (data.length / 4))).join(' ')})`;
}
