import { extentOf, isInput, type NetworkNode } from '../network/network.js';
import { wholeRegion } from '../network/region.js';
import { ancestorsOf } from './ancestors.js';
import { passCost } from './cost.js';
import { type Crop, cellAt, cropTo, type Shapes } from './crop.js';
import type { Engine } from './engine.js';
import type { Request } from './measure.js';

/** Of the requests of one layer: whether those for one activation run on the part of the network that it sees. */
export interface Plan {
  readonly target: NetworkNode;
  /** The places of its requests among all. */
  readonly places: readonly number[];
  readonly cropped: boolean;
  /** Whether whole pictures have to go up: to find the strongest activation, for whole feature maps, or because it costs less. */
  readonly upWhole: boolean;
  /** Whether whole signals go down. */
  readonly downWhole: boolean;
}

/** Chooses by estimated cost; see `passCost`. */
export function planOf(engine: Engine, target: NetworkNode, requests: readonly Request[], shapes: Shapes | null): Plan {
  const places = requests.flatMap(({ selection }, place) => (selection.node === target ? [place] : []));
  const at = places.map((place) => requests[place]!);
  const cropped = shapes !== null && !masks(engine, [target]) && isCroppingBetter(engine, target, at, shapes);
  const anyOf = (what: 'all' | 'strongest'): boolean => at.some(({ selection }) => selection.position === what);
  const downWhole = !cropped || anyOf('all');
  return { target, places, cropped, upWhole: downWhole || anyOf('strongest'), downWhole };
}

function isCroppingBetter(engine: Engine, target: NetworkNode, requests: readonly Request[], shapes: Shapes): boolean {
  const { network, mirrors, strategy } = engine;
  const extent = extentOf(shapes[target.index]!, target.channelAxis);
  const single = requests.filter(({ selection }) => selection.position !== 'all');
  if (single.length === 0 || strategy === 'whole' || isInput(target)) return false;
  if (strategy === 'cropped') return true;
  const whole = passCost(network, [target], shapes);
  const known = new Map<string, number>();
  const costAt = (position: readonly number[]): number => {
    let cost = known.get(String(position));
    if (cost === undefined) {
      const crop: Crop | null = cropTo(network, mirrors, [{ target, region: cellAt(position) }], shapes);
      cost = crop ? passCost(network, [target], shapes, crop) : whole;
      known.set(String(position), cost);
    }
    return cost;
  };
  const pictures = new Set(requests.map(({ picture }) => picture)).size;
  const found = single.filter(({ selection }) => selection.position === 'strongest').length;
  const ups = new Map<string, number>();
  // A place that is not known yet costs most in the middle. Each may be another one.
  let costs = found > 0 ? 2 * found * costAt(extent.map((cells) => Math.floor(cells / 2))) : 0;
  for (const { picture, selection } of single) {
    if (typeof selection.position === 'string') continue;
    const cost = costAt(selection.position);
    costs += cost;
    ups.set(`${picture} ${selection.position}`, cost);
  }
  for (const cost of ups.values()) costs += cost;
  const isUp = found > 0 || single.length < requests.length;
  return costs < (isUp ? 0 : pictures * whole) + single.length * whole;
}

/** A crop runs layer by layer with margins of its own; what saves less than this is not worth it. */
const WORTH_CROPPING = 0.9;

/**
 * The part of a network that whole layers see, where that is well less than everything: windows may leave out what
 * remains at the border, a Cropping2D more than that.
 */
export function partSeen(engine: Engine, targets: readonly NetworkNode[], shapes: Shapes | null): Crop | undefined {
  const { network, mirrors, strategy } = engine;
  if (shapes === null || strategy === 'whole' || masks(engine, targets)) return undefined;
  const layers = targets.map((target) => ({
    target,
    region: wholeRegion(extentOf(shapes[target.index]!, target.channelAxis)),
  }));
  const crop = cropTo(network, mirrors, layers, shapes);
  if (!crop) return undefined;
  const [part, whole] = [passCost(network, targets, shapes, crop), passCost(network, targets, shapes)];
  return part < (strategy === 'cropped' ? whole : WORTH_CROPPING * whole) ? crop : undefined;
}

/** Behind a Masking layer masks travel beside the tensors, whole. */
function masks({ network }: Engine, targets: readonly NetworkNode[]): boolean {
  return [...ancestorsOf(network, targets)].some((index) => network.nodes[index]!.className === 'Masking');
}
