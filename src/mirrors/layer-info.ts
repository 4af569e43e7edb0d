import { ancestorsOf } from '../network/ancestors.js';
import type { Shape } from '../network/layer-access.js';
import { featureMapsOf, isInput, type Network, type NetworkNode } from '../network/network.js';
import { type ReceptiveField, receptiveFieldOf } from '../network/receptive-field.js';
import type { MirrorSet } from './mirror-set.js';

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
  /** What it becomes on the way down, step by step; null if its class has no mirror. */
  readonly mirror: string | null;
  /** The layer without a mirror, this one or one below it, that keeps it from being projected; null if there is none. */
  readonly blockedBy: string | null;
}

/** Describes a node of the network. */
export function layerInfo(network: Network, node: NetworkNode, mirrors: MirrorSet): LayerInfo {
  const steps = mirrors.find(node);
  const kinds = steps?.map(({ kind }) => kind ?? 'custom').reverse();
  return {
    name: node.name,
    className: node.className,
    outputShape: node.outputShape,
    featureMaps: featureMapsOf(node),
    receptiveField: receptiveFieldOf(network, node, (below) => mirrors.reachOf(below)),
    mirror: kinds ? (isInput(node) ? 'input' : kinds.join(', ')) : null,
    blockedBy: blockedBy(network, node, mirrors),
  };
}

function blockedBy(network: Network, node: NetworkNode, mirrors: MirrorSet): string | null {
  const below = [...ancestorsOf(network, [node])].map((index) => network.nodes[index]!);
  return below.find((one) => mirrors.find(one) === null)?.name ?? null;
}
