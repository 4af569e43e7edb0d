import type { Shape } from '../network/layer-access.js';
import { featureMapsOf, isInput, type Network, type NetworkNode } from '../network/network.js';
import { type ReceptiveField, receptiveFieldOf } from '../network/receptive-field.js';
import type { Mirror } from './mirror.js';
import type { MirrorSet } from './mirror-set.js';
import { boundedEnd } from './rectify/bounded-end.js';
import { isPointwise, isRectifyStep } from './rectify/rectify.js';

/** Describes a layer of the network. */
export interface LayerInfo {
  /** The name that selections use. */
  readonly name: string;
  /** Its class in tfjs-layers, `Conv2D` ... */
  readonly className: string;
  /** The sizes per axis, the batch first; null if the axis may have any size. */
  readonly outputShape: Shape;
  /** The number of its feature maps; for a dense layer, the number of units. */
  readonly featureMaps: number;
  /** What one activation sees: position `p` sees `size` pixels from `offset + stride * p` on. Null if it sees the whole image. */
  readonly receptiveField: ReceptiveField | null;
  /**
   * Where the signal of one activation can land, in the same terms: null if it can land anywhere in the image. It is the
   * receptive field, except above a gate: an activation sees the whole image through a gate, but no signal goes down there.
   */
  readonly landing: ReceptiveField | null;
  /**
   * The names of the layers whose outputs are gates of this Multiply layer: factors without a place in the image, which
   * count as constants on the way down. Empty for all other layers, and if the signal goes to all factors (the option
   * `gates`, or the rule `gradient`).
   */
  readonly gates: readonly string[];
  /** What it becomes on the way down, step by step; null if its class has no mirror. */
  readonly mirror: string | null;
  /**
   * Whether the projection of an activation depends on the picture, under the rule and the mirrors of this Deconvnet. It
   * does if something below the activation is recorded on the way up: switches of max pooling, gates, derivatives ... If
   * it is false, every picture gives the same projection of the same feature map from the same position, up to a factor
   * (activations of the same sign): the projection shows the weights alone. It is true for a layer that cannot be
   * projected, and for a LayerNormalization or Masking layer, although that only scales a seed of its own.
   * `pictureDependence` measures how much a projection depends on the picture.
   */
  readonly dependsOnPicture: boolean;
  /** The layer without a mirror, this one or one below it, that keeps it from being projected; null if there is none. */
  readonly blockedBy: string | null;
}

/**
 * Describes a node of the network.
 *
 * @param atInputs - whether bounded nonlinearities are seeded at their input
 */
export function layerInfo(
  network: Network,
  node: NetworkNode,
  mirrors: MirrorSet,
  { atInputs }: { readonly atInputs: boolean },
): LayerInfo {
  const steps = mirrors.find(node);
  const kinds = steps?.map(({ kind }) => kind ?? 'custom').reverse();
  return {
    name: node.name,
    className: node.className,
    outputShape: node.outputShape,
    featureMaps: featureMapsOf(node),
    receptiveField: receptiveFieldOf(network, node, mirrors.sight),
    landing: receptiveFieldOf(network, node, mirrors.landing),
    gates: mirrors.gatesOf(node).map((input) => network.nodes[node.inputs[input]!]!.name),
    mirror: kinds ? (isInput(node) ? 'input' : kinds.join(', ')) : null,
    dependsOnPicture: dependsOnPicture(network, node, mirrors, atInputs),
    blockedBy: blockedBy(network, node, mirrors),
  };
}

function dependsOnPicture(network: Network, node: NetworkNode, mirrors: MirrorSet, atInputs: boolean): boolean {
  return [...mirrors.wayDown([node])].some((index) => {
    const below = network.nodes[index]!;
    const steps = mirrors.find(below);
    if (steps === null) return true;
    // The layer's own nonlinearity is either not mirrored, or it only scales the seed.
    const last = steps.at(-1);
    const skips = below === node && last && (isPointwise(last) || (atInputs && boundedEnd(steps)));
    return steps.slice(0, skips ? -1 : undefined).some(records);
  });
}

/** Whether a step of a mirror records anything on the way up. */
function records(step: Mirror): boolean {
  return isRectifyStep(step) ? step.records.length > 0 : step.record !== undefined;
}

function blockedBy(network: Network, node: NetworkNode, mirrors: MirrorSet): string | null {
  const below = [...mirrors.wayDown([node])].map((index) => network.nodes[index]!);
  return below.find((one) => mirrors.find(one) === null)?.name ?? null;
}
