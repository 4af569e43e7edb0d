import { type Picture, type Projection, projectionBounds, type Region, renderProjection } from 'deconvnet';
import type { Drawing, ProjectionView } from '../protocol';
import { cutOut } from './cut-out';
import { drawTiles } from './draw-tiles';
import { focusOf, shownField } from './focus';

/** What `drawProjection` draws from. */
interface Projected {
  /** Stays the caller's. */
  readonly projection: Projection;
  /** The picture as the network sees it. */
  readonly seen: Picture;
  readonly milliseconds: number;
}

/** Draws a projection, and cuts out the part of it in which its signal can land, or the smaller part where it is strong. */
export async function drawProjection(
  { projection, seen, milliseconds }: Projected,
  { contrast, gamma, zoom, tile }: Drawing,
): Promise<ProjectionView> {
  const { layer, featureMap, rule, activation, probability, position, landing, empty } = projection;
  const full = await renderProjection(projection, { contrast, gamma });
  const [drawn] = await drawTiles([projection], { contrast, gamma, tile, scale: 'each' });
  const [focus, part] = await partsOf(projection, seen, zoom);
  return {
    layer,
    featureMap,
    rule,
    projection: drawn!,
    scale: drawn!.scale,
    clipped: drawn!.clipped,
    activation,
    probability: probability ?? null,
    position,
    field: landing,
    focus,
    patch: part ? { picture: cutOut(seen, part), projection: cutOut(full, part) } : null,
    empty,
    milliseconds,
  };
}

/** The box where a projection is strong, and the part to enlarge; null where that is the whole picture. */
async function partsOf(
  projection: Projection,
  picture: Picture,
  zoom: Drawing['zoom'],
): Promise<readonly [Region | null, Region | null]> {
  const { landing: field, position, empty } = projection;
  if (field.size.length !== 2) return [null, null];
  const place = { bounds: empty ? null : await projectionBounds(projection), field, picture };
  const focus = empty ? null : focusOf([place])[0]!;
  const part = zoom === 'focus' ? focus : position === 'all' ? null : shownField(place);
  const isWhole = part?.size[0] === picture.height && part.size[1] === picture.width;
  return [focus, isWhole ? null : part];
}
