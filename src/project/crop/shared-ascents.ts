import { extentOf, type NetworkNode } from '../../network/network.js';
import { sameRegion, wholeRegion } from '../../regions/region.js';
import type { Engine } from '../engine.js';
import { passCost } from './cost.js';
import { type Crop, cropTo, type Parts, type Shapes } from './crop.js';
import { hasMasks } from './plan.js';

/**
 * A crop is run layer by layer, with a margin around each region, which costs something of its own. A crop that costs
 * more than this share of a whole pass is not used.
 */
export const WORTH_CROPPING = 0.9;

/** One way up of whole images that serves several layers, and the parts of the network that it and its ways down run on. */
export interface SharedAscent {
  readonly targets: readonly NetworkNode[];
  readonly parts: Parts;
}

/**
 * The ways up of whole images that some layers need. All layers share one, except those that see well less than the whole
 * network: such layers share a way up only if each of them runs on it exactly as it would run by itself.
 */
export function sharedAscents(
  engine: Engine,
  targets: readonly NetworkNode[],
  shapes: Shapes | null,
): readonly SharedAscent[] {
  const ascents: { targets: NetworkNode[]; crop: Crop | undefined }[] = [];
  for (const target of targets) {
    const own = partSeen(engine, target, shapes);
    const other = ascents.find(({ crop }) => (own && crop ? agree(own, crop) : own === crop));
    if (!other) {
      ascents.push({ targets: [target], crop: own });
      continue;
    }
    other.targets.push(target);
    other.crop = own && other.crop && together(own, other.crop);
  }
  return ascents.map(({ targets: own, crop }) => ({ targets: own, parts: { up: crop, down: crop } }));
}

/** Whether two crops have the same region in each layer that both run. */
function agree(a: Crop, b: Crop): boolean {
  return a.regions.every((region, index) => {
    const other = b.regions[index];
    return !region || !other || sameRegion(region, other);
  });
}

/** The layers of both crops, which agree. */
function together(a: Crop, b: Crop): Crop {
  return {
    ...a,
    regions: a.shapes.map((_, index) => a.regions[index] ?? b.regions[index]),
    reads: a.reads.map((reads, index) => (reads.length > 0 ? reads : b.reads[index]!)),
  };
}

/**
 * The part of a network that a whole layer sees, if it is well less than the whole network: strided windows may leave
 * out cells at the border, and a Cropping2D leaves out more than that.
 */
function partSeen(engine: Engine, target: NetworkNode, shapes: Shapes | null): Crop | undefined {
  const { network, mirrors, strategy } = engine;
  if (shapes === null || strategy === 'whole' || hasMasks(engine, target)) return undefined;
  const region = wholeRegion(extentOf(shapes[target.index]!, target.channelAxis));
  const crop = cropTo(network, mirrors, { target, region }, shapes);
  if (!crop) return undefined;
  const [part, whole] = [passCost(network, [target], shapes, crop), passCost(network, [target], shapes)];
  return part < (strategy === 'cropped' ? whole : WORTH_CROPPING * whole) ? crop : undefined;
}
