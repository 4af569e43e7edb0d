import { type Deconvnet, type Projection, projectionBounds, type Region, renderPatches } from 'deconvnet';
import type { EvolutionFrame } from 'deconvnet/studies';
import type { Drawing } from '../../protocol';
import type { FoundFrame, FrameView } from '../../protocol-evolution';
import { clearOutside } from '../clear-outside';
import { cutOut } from '../cut-out';
import { cutProjection } from '../cut-projection';
import { drawTiles } from '../draw-tiles';
import { shownField } from '../focus';
import { shrinkPicture } from '../shrink-picture';
import { asProjection } from './as-projection';

/** The size of a picture as the network takes it. */
export type Size = FoundFrame['picture'];

/** What is needed to draw frames. */
interface FrameDrawing {
  readonly deconvnet: Deconvnet;
  /** The sizes of all pictures, by their ids. */
  readonly sizes: ReadonlyMap<string, Size>;
  readonly drawing: Drawing;
}

/**
 * Draws what excites a feature map most at a checkpoint: the projection, and the patch that it comes from. Neither is larger
 * than a tile.
 */
export async function drawFrame(
  { layer, featureMap, strongest }: EvolutionFrame,
  { deconvnet, sizes, drawing: { contrast, gamma, tile } }: FrameDrawing,
): Promise<FrameView> {
  if (!strongest) return { layer, featureMap, found: null };
  const { id, label, activation, position, patch, box, empty, jumped } = strongest;
  const picture = sizes.get(id)!;
  const field = shownField({ bounds: null, field: box, picture });
  // The drawings of the library have the size of the box. What is shown is a part of it.
  const part: Region = { start: field.start.map((from, axis) => from - box.start[axis]!), size: field.size };
  const projection = asProjection({
    ...{ ...strongest.projection, featureMap, position, empty, box },
    channels: deconvnet.inputFormat?.channels ?? 'rgb',
  });
  let shown: Projection | null = null;
  try {
    shown = cutProjection(projection, part);
    const [drawn] = await drawTiles([shown], { contrast, gamma, tile, scale: 'each' });
    const [whole] = renderPatches(deconvnet, [
      { id, activation, position, receptiveField: box, landing: box, pixels: patch },
    ]);
    const found: FoundFrame = {
      ...{ id, label: label ?? null, activation, jumped, empty, picture, field },
      bounds: empty ? null : await projectionBounds(projection),
      projection: clearOutside(drawn!, field, picture),
      scale: drawn!.scale,
      patch: shrinkPicture(cutOut(whole!, part), tile),
    };
    return { layer, featureMap, found };
  } finally {
    shown?.dispose();
    projection.dispose();
  }
}
