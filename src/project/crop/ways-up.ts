import { isInput, type NetworkNode } from '../../network/network.js';
import type { Engine } from '../engine.js';
import { passCost } from './cost.js';
import type { Crop, Shapes } from './crop.js';
import { joinCrops } from './join-crops.js';
import { hasMasks, partsSeenBy } from './plan.js';
import { WORTH_CROPPING } from './shared-ascents.js';

/** One activation of an image. */
export interface ActivationAt {
  readonly target: NetworkNode;
  readonly position: readonly number[];
}

/** An activation, and the part of the network that its way down runs on; undefined for the whole network. */
export interface Served<At extends ActivationAt> {
  readonly at: At;
  readonly down: Crop | undefined;
}

/** One way up of an image, and the activations whose ways down it serves. */
export interface SharedWayUp<At extends ActivationAt> {
  readonly targets: readonly NetworkNode[];
  /** The part of the network that it runs on; undefined for the whole network. */
  readonly up: Crop | undefined;
  readonly served: readonly Served<At>[];
  /** The estimated multiply-adds of the way up and of all its ways down. */
  readonly cost: number;
}

/** A way up that is being put together. */
interface Group<At extends ActivationAt> {
  readonly targets: Set<NetworkNode>;
  up: Crop | undefined;
  upCost: number;
  readonly served: Served<At>[];
}

/**
 * Divides activations of one image among ways up. The records of one way up serve all activations that it contains. An
 * activation gets a way up of its own, on the part of the network that it sees, only where that costs less than to make
 * the shared way up larger. Costs are estimated; see `passCost`.
 *
 * @param shapes the sizes of all outputs; if they are not known, all activations share one way up of the whole network
 */
export function waysUp<At extends ActivationAt>(
  engine: Engine,
  activations: readonly At[],
  shapes: Shapes | null,
): readonly SharedWayUp<At>[] {
  const { network } = engine;
  if (shapes === null) {
    const targets = [...new Set(activations.map(({ target }) => target))];
    return [{ targets, up: undefined, served: activations.map((at) => ({ at, down: undefined })), cost: 0 }];
  }
  const costOf = (targets: Iterable<NetworkNode>, crop: Crop | undefined): number =>
    passCost(network, [...targets], shapes, crop);
  let left = partsOf(engine, activations, shapes).sort((a, b) => b.upCost - a.upCost);
  const ways: SharedWayUp<At>[] = [];
  while (left.length > 0) {
    const [first, ...others] = left as [Part<At>, ...Part<At>[]];
    const group: Group<At> = {
      targets: new Set([first.at.target]),
      up: first.up,
      upCost: first.upCost,
      served: [first],
    };
    left = others.filter((part) => !joins(group, part, costOf));
    const targets = [...group.targets];
    const whole = costOf(targets, undefined);
    const up = group.upCost < WORTH_CROPPING * whole || engine.strategy === 'cropped' ? group.up : undefined;
    const downCost = group.served.reduce((sum, { at, down }) => sum + costOf([at.target], down), 0);
    ways.push({ targets, up, served: group.served, cost: (up ? group.upCost : whole) + downCost });
  }
  return ways;
}

/** An activation, with the parts of the network on which it would run alone. */
interface Part<At extends ActivationAt> extends Served<At> {
  readonly up: Crop | undefined;
  readonly upCost: number;
}

/** The part of the network that each activation sees. Activations at the same place share it. */
function partsOf<At extends ActivationAt>(engine: Engine, activations: readonly At[], shapes: Shapes): Part<At>[] {
  const { network, strategy } = engine;
  const layers = new Map<NetworkNode, { readonly whole: number; readonly runsWhole: boolean }>();
  const known = new Map<string, Omit<Part<At>, 'at'>>();
  return activations.map((at) => {
    const { target, position } = at;
    const key = `${target.index}:${position}`;
    let part = known.get(key);
    if (!part) {
      const layer = layers.get(target) ?? {
        whole: passCost(network, [target], shapes),
        runsWhole: strategy === 'whole' || isInput(target) || hasMasks(engine, target) || !canShare(engine, target),
      };
      layers.set(target, layer);
      const { whole, runsWhole } = layer;
      const { up, down } = runsWhole ? NO_PARTS : partsSeenBy(engine, target, position, shapes);
      const isWorth = (crop: Crop | undefined): boolean =>
        crop !== undefined &&
        (strategy === 'cropped' || passCost(network, [target], shapes, crop) < WORTH_CROPPING * whole);
      part = {
        up,
        upCost: up ? passCost(network, [target], shapes, up) : whole,
        down: isWorth(down) ? down : undefined,
      };
      known.set(key, part);
    }
    return { at, ...part };
  });
}

/** Whether the records of a way up can be cut to what one activation needs of them, as far down as signals go. */
function canShare({ network, mirrors }: Engine, target: NetworkNode): boolean {
  return [...mirrors.wayDown([target])].every((index) => mirrors.canCutRecords(network.nodes[index]!));
}

const NO_PARTS = { up: undefined, down: undefined };

/** Adds an activation to a way up, if that costs no more than a way up of its own. */
function joins<At extends ActivationAt>(
  group: Group<At>,
  part: Part<At>,
  costOf: (targets: Iterable<NetworkNode>, crop: Crop | undefined) => number,
): boolean {
  const targets = new Set([...group.targets, part.at.target]);
  const up = joinCrops(group.up, part.up);
  const upCost = costOf(targets, up);
  if (upCost > group.upCost + part.upCost) return false;
  group.targets.add(part.at.target);
  group.up = up;
  group.upCost = upCost;
  group.served.push({ at: part.at, down: part.down });
  return true;
}
