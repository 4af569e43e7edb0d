import type { Deconvnet, Projection } from 'deconvnet';
import type { Drawing, LiveView, ProjectionView } from '../protocol';
import { drawProjection } from './draw-projection';
import { drawTiles } from './draw-tiles';
import type { SeenPicture } from './see-picture';

/** How many feature maps are projected for each frame of a camera. */
const LIVE_MAPS = 9;

/**
 * Projects the chosen feature map and those that fire most on a frame; all of them share one way up.
 *
 * @param drawing how the chosen one is drawn; the others differ in the size, which is `tile`
 */
export async function drawLive(
  deconvnet: Deconvnet,
  { image, picture }: SeenPicture,
  { layer, chosen }: { readonly layer: string; readonly chosen: number | null },
  { drawing, tile }: { readonly drawing: Drawing; readonly tile: number },
): Promise<Pick<LiveView, 'chosen' | 'strongest'>> {
  // A layer without a mirror has feature maps to show, and nothing to project.
  if (deconvnet.layers.find(({ name }) => name === layer)?.blockedBy) return { chosen: null, strongest: [] };
  const start = performance.now();
  const ranked = await deconvnet.strongest(image, { layer, top: LIVE_MAPS });
  const drawOwn = (projection: Projection): Promise<ProjectionView> =>
    drawProjection({ projection, seen: picture, milliseconds: performance.now() - start }, drawing);
  const own = chosen === null ? [] : [{ layer, featureMap: chosen, position: 'strongest' as const }];
  const projections = await deconvnet.project(image, [...own, ...ranked]);
  try {
    const strongest = projections.slice(own.length);
    const drawn = await drawTiles(strongest, { ...drawing, scale: 'each', tile });
    return {
      chosen: own.length > 0 ? await drawOwn(projections[0]!) : null,
      strongest: ranked.map(({ featureMap, activation }, i) => ({ featureMap, activation, projection: drawn[i]! })),
    };
  } finally {
    for (const projection of projections) projection.dispose();
  }
}
