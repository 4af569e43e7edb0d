import type { Deconvnet } from '../deconvnet.js';
import { checkDeconvnet } from '../errors/check-deconvnet.js';
import type { LayerClass } from '../mirrors/layer-class.js';
import { layerClass } from '../mirrors/table.js';
import type { Layer } from '../network/layer-access.js';
import { extentOf, type Network, type NetworkNode } from '../network/network.js';

/** The layers that are mined if nobody names any, and the convolutions that none of them belongs to. */
export interface DefaultLayers {
  /** The names of the layers, in the order of the way up. */
  readonly layers: readonly string[];
  readonly leftOut: readonly LeftOutLayer[];
}

/** A convolution that is not mined by default. */
export interface LeftOutLayer {
  /** The name of the convolution. */
  readonly layer: string;
  /**
   * - `linear`: the next convolution or pooling follows without a nonlinearity in between.
   * - `whole-image`: the nonlinearity has a single position, because a layer below pools the whole image, as in a gate.
   * - `no-mirror`: the nonlinearity cannot be projected, because a layer has no mirror.
   */
  readonly why: 'linear' | 'whole-image' | 'no-mirror';
  /** The layer without a mirror, if that is the reason; otherwise null. */
  readonly blockedBy: string | null;
}

/**
 * The layers that a `PatchMiner` mines if it is given none.
 *
 * The values of a convolution with a batch normalisation above it mean little before the nonlinearity. Therefore each
 * convolution stands for the nearest nonlinearity above it: its own, if it has one fused into it, or the first one that
 * is reached through BatchNormalization, Dropout, padding, Add, Concatenate or Multiply alone. Each layer is listed once,
 * even if it belongs to several convolutions, as the ReLU above the Add of a residual block does. A convolution without
 * such a nonlinearity, for example a linear bottleneck, is left out. A TimeDistributed counts as the layer inside it.
 *
 * In a network in which no convolution has one, these are the convolutions themselves. In a network without convolutions
 * the dense layers take their place.
 *
 * @throws DeconvnetError `invalid-option` if it is not given a Deconvnet.
 * @example
 * ```ts
 * import { type Deconvnet, defaultLayers } from 'deconvnet';
 *
 * const report = (deconvnet: Deconvnet) => {
 *   const { layers, leftOut } = defaultLayers(deconvnet);
 *   console.log(layers.join(', '), 'without', leftOut.map(({ layer, why }) => `${layer} (${why})`).join(', '));
 * };
 * ```
 */
export function defaultLayers(deconvnet: Deconvnet): DefaultLayers {
  checkDeconvnet('defaultLayers', deconvnet);
  const { network } = deconvnet.engine;
  const convolutions = network.nodes.filter(({ layer }) => partIn(layer).facts.isConvolution);
  const dense = network.nodes.filter(({ layer }) => partIn(layer).facts.isDense);
  const readers = readersIn(network);
  const above = (node: NetworkNode): NetworkNode | undefined => nonlinearityAbove(node, readers);
  const isPooled = (node: NetworkNode): boolean => seesWholeFromOnePlace(deconvnet, node);
  const choices = [
    choose(deconvnet, convolutions, above, isPooled),
    choose(deconvnet, convolutions),
    choose(deconvnet, dense, above),
    choose(deconvnet, dense),
  ];
  return choices.find(({ layers }) => layers.length > 0) ?? choices[1]!;
}

function choose(
  { layers: infos }: Deconvnet,
  sources: readonly NetworkNode[],
  above: (node: NetworkNode) => NetworkNode | undefined = (node) => node,
  isPooled: (node: NetworkNode) => boolean = () => false,
): DefaultLayers {
  const chosen = new Set<number>();
  const leftOut: LeftOutLayer[] = [];
  for (const source of sources) {
    const layer = above(source);
    const blockedBy = (layer && infos[layer.index]!.blockedBy) ?? null;
    const why = !layer ? 'linear' : isPooled(layer) ? 'whole-image' : blockedBy === null ? null : 'no-mirror';
    if (why === null) chosen.add(layer!.index);
    else leftOut.push({ layer: source.name, why, blockedBy: why === 'no-mirror' ? blockedBy : null });
  }
  return { layers: [...chosen].sort((a, b) => a - b).map((index) => infos[index]!.name), leftOut };
}

/** Searches step by step; of nonlinearities that are equally near, the first on the way up is taken. */
function nonlinearityAbove(
  node: NetworkNode,
  readers: (node: NetworkNode) => readonly NetworkNode[],
): NetworkNode | undefined {
  const known = new Set<NetworkNode>();
  let front = [node];
  while (front.length > 0) {
    const found = front.find(({ layer }) => isNonlinear(layer));
    if (found) return found;
    for (const one of front) known.add(one);
    const passed = front.filter((one) => one === node || partIn(one.layer).facts.keepsFeatures);
    front = [...new Set(passed.flatMap(readers))].filter((one) => !known.has(one)).sort((a, b) => a.index - b.index);
  }
  return undefined;
}

/** A layer and what is known of its class. Of a layer that runs another one at each step of time, it is the other one. */
function partIn(layer: Layer): { readonly part: Layer; readonly facts: LayerClass } {
  const facts = layerClass(layer);
  return facts.inner ? partIn(facts.inner(layer)) : { part: layer, facts };
}

function isNonlinear(layer: Layer): boolean {
  const { part, facts } = partIn(layer);
  return facts.isNonlinear?.(part) === true;
}

/** Makes a function from a node to the nodes that read it. */
function readersIn({ nodes }: Network): (node: NetworkNode) => readonly NetworkNode[] {
  const readers = nodes.map((): NetworkNode[] => []);
  for (const node of nodes) for (const input of node.inputs) readers[input]!.push(node);
  return ({ index }) => readers[index]!;
}

/**
 * Whether a layer has one position, and not because windows have shrunk it, but because something below pools the whole
 * image. The layers of a squeeze-and-excitation gate are like this: their values weigh feature maps, and have no place.
 */
function seesWholeFromOnePlace({ layers }: Deconvnet, { index, outputShape, channelAxis }: NetworkNode): boolean {
  return extentOf(outputShape, channelAxis).every((size) => size === 1) && layers[index]!.receptiveField === null;
}
