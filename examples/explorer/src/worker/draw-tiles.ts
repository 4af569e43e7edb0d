import { type Projection, type ProjectionPicture, renderProjections } from 'deconvnet';
import type { Drawing } from '../protocol';

/**
 * Draws projections with the contrast of what is seen of them: their values are made smaller before they get contrast,
 * because drawn pixels that are made smaller turn grey. What is smaller than a tile keeps its size.
 */
export function drawTiles(
  projections: readonly Projection[],
  { contrast, gamma, tile, scale }: Omit<Drawing, 'zoom'> & { readonly scale: 'common' | 'each' },
): Promise<ProjectionPicture[]> {
  const sides = projections.flatMap(({ pixels, channelAxis }) =>
    pixels.shape.filter((_, axis) => axis !== channelAxis),
  );
  const isLarger = Math.max(0, ...sides) > tile;
  return renderProjections(projections, { contrast, gamma, scale, ...(isLarger && { tile }) });
}
