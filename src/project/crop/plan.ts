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
import { type Crop, cropTo, type Parts, type Shapes } from './crop.js';

type Position = CheckedSelection['position'];

/** How the requests for one layer are run. Requests are named by their indices in the list of all requests. */
export interface Plan {
  readonly target: NetworkNode;
  /** All requests for the layer. */
  readonly requests: readonly number[];
  /** The requests that run on the part of the network that their activation sees, on its own way up and down. */
  readonly cropped: ReadonlySet<number>;
  /** The requests that go up with the whole image, and down on the part that their signal comes to. */
  readonly downCropped: ReadonlySet<number>;
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
  const wayOf = runsWhole ? () => 'whole' : cheapestWay(engine, target, shapes);
  const going = (way: Way): number[] => own.filter((request) => wayOf(positionOf(request)) === way);
  const cropped = new Set(going('cropped'));
  const upWhole = new Set(own.filter((request) => !cropped.has(request) || positionOf(request) === 'strongest'));
  return { target, requests: own, cropped, downCropped: new Set(going('down-cropped')), upWhole };
}

/**
 * Up to which share of the cost of a whole pass a pass on a crop is chosen. A single position is worth cropping if the
 * crop costs a little less than a whole pass. Many positions in one image share a whole way up, so each is worth
 * cropping only if its crop costs less than half a whole pass. With a value in between, the chosen way never costs more
 * than 1.5 times the better one.
 */
const SHARE = 0.75;

/** How one request runs: on parts of the network both ways, only on the way down, or not at all. */
type Way = 'cropped' | 'down-cropped' | 'whole';

/** Makes a function from a selection's position to the way that costs least. */
function cheapestWay(engine: Engine, target: NetworkNode, shapes: Shapes): (position: Position) => Way {
  const { network, strategy } = engine;
  const whole = passCost(network, [target], shapes);
  const costs = new Map<string, { readonly up: number; readonly down: number }>();
  const costAt = (position: readonly number[]): { readonly up: number; readonly down: number } => {
    let cost = costs.get(String(position));
    if (cost === undefined) {
      const { up, down } = partsSeenBy(engine, target, position, shapes);
      const costOf = (crop: Crop | undefined): number => (crop ? passCost(network, [target], shapes, crop) : whole);
      cost = { up: costOf(up), down: costOf(down) };
      costs.set(String(position), cost);
    }
    return cost;
  };
  return (position) => {
    if (position === 'all') return 'whole';
    if (strategy === 'cropped') return 'cropped';
    if (position !== 'strongest') {
      const { up, down } = costAt(position);
      // Above a gate nearly everything has to go up, so one whole way up is shared.
      return up < SHARE * whole ? 'cropped' : down < SHARE * whole ? 'down-cropped' : 'whole';
    }
    // To find the strongest activation, the whole way up has to be run. Its position is not known yet; a crop in the
    // middle of the layer costs most.
    const middle = extentOf(shapes[target.index]!, target.channelAxis).map((cells) => Math.floor(cells / 2));
    const { up, down } = costAt(middle);
    if (down < up) return down < SHARE * whole ? 'down-cropped' : 'whole';
    return up + down < whole ? 'cropped' : 'whole';
  };
}

/**
 * The parts of the network that one activation runs on: up on what the activation sees, and down on the part of it that
 * its signal comes to. The two differ above a gate, whose own part of the network only goes up.
 */
export function partsSeenBy(
  { network, mirrors }: Engine,
  target: NetworkNode,
  position: readonly number[],
  shapes: Shapes,
): Parts {
  const seen = { target, region: cellAt(position) };
  const up = cropTo(network, mirrors, seen, shapes) ?? undefined;
  return { up, down: mirrors.isGated(target) ? (cropTo(network, mirrors, seen, shapes, up) ?? up) : up };
}

/**
 * Whether there is a Masking layer below a target. Masks travel beside the tensors and cover their whole extent, so such
 * a network is always run whole.
 */
export function hasMasks({ network }: Engine, target: NetworkNode): boolean {
  return [...ancestorsOf(network, [target])].some((index) => makesMask(network.nodes[index]!.layer));
}
