import { firstInput, type NetworkNode, spatialAxes } from '../../network/network.js';
import { knownShapes } from '../../project/crop/known-shapes.js';
import { pixelsSeen } from '../../project/down/pixels-seen.js';
import type { Engine } from '../../project/engine.js';
import type { Region } from '../../regions/region.js';
import type { PatchEntry } from './patch-entry.js';

/**
 * The box in which the signal of a patch can land. A state does not have it, because it depends on the gates of the
 * Deconvnet that the state is used with, and because states of earlier versions would lack it.
 */
export function landingOf(
  engine: Engine,
  target: NetworkNode,
  { position, receptiveField }: Pick<PatchEntry, 'position' | 'receptiveField'>,
): Region {
  const { network, mirrors } = engine;
  if (!mirrors.isGated(target)) return receptiveField;
  // If the model takes any size, the size of the image is still known: through a gate an activation sees all of it.
  const { outputShape, channelAxis } = firstInput(network);
  const spatial = spatialAxes(outputShape.length, channelAxis);
  const shape = outputShape.map((size, axis) => size ?? receptiveField.size[spatial.indexOf(axis)] ?? 1);
  const shapes = knownShapes(network, [{ shape }]);
  return shapes ? pixelsSeen(engine, target, position, shapes).landing[0]! : receptiveField;
}
