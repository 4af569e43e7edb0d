import { shape } from './elements.js';

/** The side of the drawing on the page, in pixels. */
const SIDE = 60;

/**
 * Where a patch lies on its picture: the outline of the picture, and inside it the receptive field and the part that the
 * tile shows.
 */
export function boxes(extent, field, focus) {
  if (extent?.length !== 2 || field === 0) return undefined;
  const [height, width] = extent;
  const margin = Math.max(width, height) / 32;
  const scale = SIDE / (Math.max(width, height) + 2 * margin);
  const box = ([y, x, high, wide], name) => {
    const [top, left] = [Math.max(0, y), Math.max(0, x)];
    return shape('rect', {
      ...{ x: left, y: top, class: name },
      width: Math.max(0, Math.min(width, x + wide) - left),
      height: Math.max(0, Math.min(height, y + high) - top),
    });
  };
  const [y, x, high, wide] = field;
  const range = (from, size) => `${from} to ${from + size - 1}`;
  const outside = y < 0 || x < 0 || y + high > height || x + wide > width ? ' It sticks out of the picture.' : '';
  return shape(
    'svg',
    {
      class: 'boxes',
      viewBox: `${-margin} ${-margin} ${width + 2 * margin} ${height + 2 * margin}`,
      width: Math.round((width + 2 * margin) * scale),
      height: Math.round((height + 2 * margin) * scale),
      role: 'img',
      'aria-label': `The patch covers rows ${range(y, high)} and columns ${range(x, wide)} of the ${height} × ${width} pixels of the picture.${outside}`,
    },
    box([0, 0, height, width], 'whole'),
    box(field, 'field'),
    ...(focus === 0 ? [] : [box(focus, 'focus')]),
  );
}
