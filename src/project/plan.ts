import { extentOf, isInput, type NetworkNode } from '../network/network.js';
import { ancestorsOf } from './ancestors.js';
import { passCost } from './cost.js';
import { type Crop, cropTo, type Shapes } from './crop.js';
import type { Engine } from './engine.js';
import type { Request } from './measure.js';

/** Of the requests of one layer: whether those for one activation run on the part of the network that it sees. */
export interface Plan {
  readonly target: NetworkNode;
  /** The sizes of all outputs, where the model states them. */
  readonly shapes: Shapes | null;
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
  const cropped = shapes !== null && isCroppingBetter(engine, target, at, shapes);
  const anyOf = (what: 'all' | 'strongest'): boolean => at.some(({ selection }) => selection.position === what);
  const downWhole = !cropped || anyOf('all');
  return { target, shapes, places, cropped, upWhole: downWhole || anyOf('strongest'), downWhole };
}

function isCroppingBetter(engine: Engine, target: NetworkNode, requests: readonly Request[], shapes: Shapes): boolean {
  const { network, mirrors, strategy } = engine;
  const extent = extentOf(shapes[target.index]!, target.channelAxis);
  const single = requests.filter(({ selection }) => selection.position !== 'all');
  if (single.length === 0 || strategy === 'whole' || isInput(target) || masks(engine, target)) return false;
  if (strategy === 'cropped') return true;
  const whole = passCost(network, target, shapes);
  const costAt = (position: readonly number[]): number => {
    const crop: Crop | null = cropTo(network, mirrors, target, position, shapes);
    return crop ? passCost(network, target, shapes, crop) : whole;
  };
  // A place that is not known yet costs most in the middle. Each may be another one.
  const middle = costAt(extent.map((cells) => Math.floor(cells / 2)));
  const pictures = new Set(requests.map(({ picture }) => picture)).size;
  const found = single.filter(({ selection }) => selection.position === 'strongest').length;
  const ups = new Map<string, number>();
  let costs = 2 * found * middle;
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

/** Behind a Masking layer masks travel beside the tensors, whole. */
function masks({ network }: Engine, target: NetworkNode): boolean {
  return [...ancestorsOf(network, [target])].some((index) => network.nodes[index]!.className === 'Masking');
}

/** tfjs 4.22 states the wrong sizes of these. */
const MISSTATED = ['Resizing', 'CenterCrop', 'RandomWidth', 'RandomHeight'];

/** The shapes of all outputs, where the model states the sizes: those without are known only when it has run. */
export function statedShapes({ network }: Engine): Shapes | null {
  const stated = network.nodes.every(
    ({ className, outputShape }) =>
      !MISSTATED.includes(className) && outputShape.slice(1).every((size) => size !== null),
  );
  return stated ? network.nodes.map(({ outputShape }) => [1, ...(outputShape.slice(1) as number[])]) : null;
}
