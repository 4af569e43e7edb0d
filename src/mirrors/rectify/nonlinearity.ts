import { axisAt, type Placement, wholeExtent } from '../kit/placement.js';
import type { RectifyMirror } from '../roles.js';
import type { Activation } from './activation.js';
import { type RectifyStep, rectifyStep } from './rectify.js';

/**
 * An activation function with its mirror, at its place in the network. A softmax along rows or columns reads everything
 * below. The axis of the Softmax layer is 1 by default, which may be the rows.
 */
export function nonlinearity(activation: Activation, mirror: RectifyMirror, placement?: Placement): RectifyStep {
  const step = rectifyStep(activation, mirror);
  const { along } = activation;
  const rank = placement?.inputShapes[0]?.length;
  const readsOwnCell =
    along === undefined ||
    along.every((axis) => (rank === undefined ? axis === -1 : axisAt(axis, rank) === placement?.channelAxis));
  return readsOwnCell ? step : wholeExtent(step, placement);
}
