import { type Picture, type Projection, renderProjection } from 'deconvnet';
import type { ProjectionView } from '../protocol';
import { cutOut } from './cut-out';

/** Draws a projection, and cuts out what its receptive field holds. It stays the caller's. */
export async function drawProjection(
  projection: Projection,
  seen: Picture,
  milliseconds: number,
): Promise<ProjectionView> {
  const { layer, featureMap, rule, activation, probability, position, receptiveField, empty } = projection;
  const drawn = await renderProjection(projection);
  const [height, width] = receptiveField.size;
  const isSmaller =
    receptiveField.size.length === 2 && height! * width! < seen.width * seen.height && position !== 'all';
  return {
    layer,
    featureMap,
    rule,
    projection: drawn,
    activation,
    probability: probability ?? null,
    position,
    field: receptiveField,
    patch: isSmaller ? { picture: cutOut(seen, receptiveField), projection: cutOut(drawn, receptiveField) } : null,
    empty,
    milliseconds,
  };
}
