// `project/crop/` decides how much of the network a request has to run.
// In: the requests for one layer, and the sizes of all outputs.
// Out: a plan for each layer, and the part of the network (`crop.ts`) that one activation or one layer sees.

import { makesMask } from '../../mirrors/mask-of.js';
import { ancestorsOf } from '../../network/ancestors.js';
import { extentOf, isInput, type NetworkNode } from '../../network/network.js';
import { cellAt } from '../../regions/region.js';
import type { Engine } from '../engine.js';
import type { Request } from '../request.js';
import type { CheckedSelection } from '../selection.js';
import { passCost } from './cost.js';
import { cropTo, type Parts, type Shapes } from './crop.js';

type Position = CheckedSelection['position'];

/** How the requests for one layer are run. Requests are named by their indices in the list of all requests. */
export interface Plan {
  readonly target: NetworkNode;
  /** All requests for the layer. */
  readonly requests: readonly number[];
  /** The requests that run on the part of the network that their activation sees, on its own way up and down. */
  readonly cropped: ReadonlySet<number>;
  /** The requests that need a way up of whole images: to find the strongest activation, or to send the seed down from. */
  readonly upWhole: ReadonlySet<number>;
}

/**
 * Plans the requests for one layer by estimated cost; see `passCost`. The choice for one request does not depend on the
 * other requests, because the two ways differ by rounding: otherwise the same selection would give other bits in another
 * list.
 */
export function planOf(engine: Engine, target: NetworkNode, requests: readonly Request[], shapes: Shapes | null): Plan {
  const own = requests.flatMap(({ selection }, request) => (selection.node === target ? [request] : []));
  const positionOf = (request: number): Position => requests[request]!.selection.position;
  const runsWhole = shapes === null || isInput(target) || engine.strategy === 'whole' || hasMasks(engine, target);
  const isBetter = runsWhole ? () => false : croppingIsBetter(engine, target, shapes);
  const cropped = new Set(own.filter((request) => isBetter(positionOf(request))));
  const upWhole = new Set(own.filter((request) => !cropped.has(request) || positionOf(request) === 'strongest'));
  return { target, requests: own, cropped, upWhole };
}

/**
 * Up to which share of the cost of a whole pass a pass on a crop is chosen. A single position is worth cropping if the
 * crop costs a little less than a whole pass. Many positions in one image share a whole way up, so each is worth
 * cropping only if its crop costs less than half a whole pass. With a value in between, the chosen way never costs more
 * than 1.5 times the better one.
 */
const SHARE = 0.75;

/** Whether a selection in a layer costs less on the part of the network that its activation sees. */
function croppingIsBetter(
  { network, mirrors, strategy }: Engine,
  target: NetworkNode,
  shapes: Shapes,
): (position: Position) => boolean {
  const whole = passCost(network, [target], shapes);
  const costs = new Map<string, number>();
  const costAt = (position: readonly number[]): number => {
    let cost = costs.get(String(position));
    if (cost === undefined) {
      const crop = cropTo(network, mirrors, { target, region: cellAt(position) }, shapes);
      cost = crop ? passCost(network, [target], shapes, crop) : whole;
      costs.set(String(position), cost);
    }
    return cost;
  };
  return (position) => {
    if (position === 'all') return false;
    if (strategy === 'cropped') return true;
    if (position !== 'strongest') return costAt(position) < SHARE * whole;
    // To find the strongest activation, the whole way up has to be run. Its position is not known yet; a crop in the
    // middle of the layer costs most.
    const middle = extentOf(shapes[target.index]!, target.channelAxis).map((cells) => Math.floor(cells / 2));
    return 2 * costAt(middle) < whole;
  };
}

/** The parts of the network that one activation runs on, up and down. Both are what the activation sees. */
export function partsSeenBy(
  { network, mirrors }: Engine,
  target: NetworkNode,
  position: readonly number[],
  shapes: Shapes,
): Parts {
  const crop = cropTo(network, mirrors, { target, region: cellAt(position) }, shapes) ?? undefined;
  return { up: crop, down: crop };
}

/**
 * Whether there is a Masking layer below a target. Masks travel beside the tensors and cover their whole extent, so such
 * a network is always run whole.
 */
export function hasMasks({ network }: Engine, target: NetworkNode): boolean {
  return [...ancestorsOf(network, [target])].some((index) => makesMask(network.nodes[index]!.layer));
}
