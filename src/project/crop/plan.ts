// `project/crop/` decides how much of the network a request has to run.
// In: the requests for one layer, and the sizes of all outputs.
// Out: a plan for each layer, and the part of the network (`crop.ts`) that one activation or one layer sees.

import { makesMask } from '../../mirrors/mask-of.js';
import { ancestorsOf } from '../../network/ancestors.js';
import { extentOf, isInput, type NetworkNode } from '../../network/network.js';
import { sameRegion, wholeRegion } from '../../regions/region.js';
import type { Engine } from '../engine.js';
import type { Request } from '../seed/find-seeds.js';
import type { CheckedSelection } from '../selection.js';
import { passCost } from './cost.js';
import { type Crop, cellAt, cropTo, type Shapes } from './crop.js';

type Position = CheckedSelection['position'];

/** How the requests of one layer are run. */
export interface Plan {
  readonly target: NetworkNode;
  /** The places of its requests among all. */
  readonly places: readonly number[];
  /** Those of them that run down, and up to what goes down, on the part of the network that one activation sees. */
  readonly cropped: ReadonlySet<number>;
  /** Those of them that need a way up of whole pictures: to find the strongest activation, or to go down from. */
  readonly upWhole: ReadonlySet<number>;
}

/**
 * Chooses by estimated cost; see `passCost`. The choice for one request does not depend on the others: an ulp would
 * differ between the two ways, and the same selection would give other bits in another list.
 */
export function planOf(engine: Engine, target: NetworkNode, requests: readonly Request[], shapes: Shapes | null): Plan {
  const places = requests.flatMap(({ selection }, place) => (selection.node === target ? [place] : []));
  const positionAt = (place: number): Position => requests[place]!.selection.position;
  const runsWhole = shapes === null || isInput(target) || engine.strategy === 'whole' || masks(engine, target);
  const isBetter = runsWhole ? () => false : croppingIsBetter(engine, target, shapes);
  const cropped = new Set(places.filter((place) => isBetter(positionAt(place))));
  const upWhole = new Set(places.filter((place) => !cropped.has(place) || positionAt(place) === 'strongest'));
  return { target, places, cropped, upWhole };
}

/**
 * How much of a whole pass one on a crop may cost. One place alone is worth a crop that costs a little less than a whole
 * pass; of many places in one picture, which share a whole way up, each is worth half a pass. In between, neither costs
 * more than 1.5 times the better way.
 */
const SHARE = 0.75;

/** Whether what is selected in a layer is better run on the part of the network that it sees. */
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
      const crop = cropTo(network, mirrors, [{ target, region: cellAt(position) }], shapes);
      cost = crop ? passCost(network, [target], shapes, crop) : whole;
      costs.set(String(position), cost);
    }
    return cost;
  };
  return (position) => {
    if (position === 'all') return false;
    if (strategy === 'cropped') return true;
    if (position !== 'strongest') return costAt(position) < SHARE * whole;
    // The whole way up has to be run to find it. A place that is not known yet costs most in the middle.
    const middle = extentOf(shapes[target.index]!, target.channelAxis).map((cells) => Math.floor(cells / 2));
    return 2 * costAt(middle) < whole;
  };
}

/** A crop runs layer by layer with margins of its own; what saves less than this is not worth it. */
const WORTH_CROPPING = 0.9;

/** One way up of whole pictures, on what some layers see of them. */
export interface WayUp {
  readonly targets: readonly NetworkNode[];
  readonly crop: Crop | undefined;
}

/**
 * The ways up of whole pictures that some layers need: one for all of them, unless some see well less than everything.
 * Those share a way up where each of them runs on it as it would alone.
 */
export function waysUp(engine: Engine, targets: readonly NetworkNode[], shapes: Shapes | null): WayUp[] {
  const ways: WayUp[] = [];
  for (const target of targets) {
    const own = partSeen(engine, target, shapes);
    const at = ways.findIndex(({ crop }) => (own && crop ? agree(own, crop) : own === crop));
    const other = ways[at];
    if (!other) ways.push({ targets: [target], crop: own });
    else ways[at] = { targets: [...other.targets, target], crop: own && other.crop && together(own, other.crop) };
  }
  return ways;
}

/** Whether two crops run the layers that they have in common on the same regions. */
function agree(a: Crop, b: Crop): boolean {
  return a.regions.every((region, index) => {
    const other = b.regions[index];
    return !region || !other || sameRegion(region, other);
  });
}

function together(a: Crop, b: Crop): Crop {
  return {
    ...a,
    regions: a.shapes.map((_, index) => a.regions[index] ?? b.regions[index]),
    reads: a.reads.map((reads, index) => (reads.length > 0 ? reads : b.reads[index]!)),
  };
}

/**
 * The part of a network that a whole layer sees, where that is well less than everything: windows may leave out what
 * remains at the border, a Cropping2D more than that.
 */
function partSeen(engine: Engine, target: NetworkNode, shapes: Shapes | null): Crop | undefined {
  const { network, mirrors, strategy } = engine;
  if (shapes === null || strategy === 'whole' || masks(engine, target)) return undefined;
  const region = wholeRegion(extentOf(shapes[target.index]!, target.channelAxis));
  const crop = cropTo(network, mirrors, [{ target, region }], shapes);
  if (!crop) return undefined;
  const [part, whole] = [passCost(network, [target], shapes, crop), passCost(network, [target], shapes)];
  return part < (strategy === 'cropped' ? whole : WORTH_CROPPING * whole) ? crop : undefined;
}

/** Whether masks travel beside the tensors on the way up to a layer. They are whole, so the tensors have to be whole too. */
function masks({ network }: Engine, target: NetworkNode): boolean {
  return [...ancestorsOf(network, [target])].some((index) => makesMask(network.nodes[index]!.layer));
}
