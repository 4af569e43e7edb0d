import type { LayersModel } from '@tensorflow/tfjs-layers';
import { describeValue } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { didYouMean, namesIn, nearestNames } from '../errors/did-you-mean.js';
import type { Layer, Shape } from './layer-access.js';

/** One application of one layer: a layer that is used twice is two nodes. */
export interface NetworkNode {
  /** The index in topological order: the inputs of a node come before it. */
  readonly index: number;
  /** `conv1`, `conv1#2` for a second application, `outer/inner` inside a nested model. */
  readonly name: string;
  readonly layer: Layer;
  readonly className: string;
  /** The indices of the nodes whose outputs it reads. */
  readonly inputs: readonly number[];
  readonly inputShapes: readonly Shape[];
  readonly outputShape: Shape;
  /** The axis of the output that counts feature maps. */
  readonly channelAxis: number;
}

/** A convnet as a list of nodes in topological order. */
export interface Network {
  readonly model: LayersModel;
  readonly nodes: readonly NetworkNode[];
  /** The indices of the nodes by which images enter, in the order of the model's inputs. */
  readonly inputs: readonly number[];
  /** The indices of the nodes that the model's outputs come from, in the order of the outputs. */
  readonly outputs: readonly number[];
}

/** The axes of a tensor that are neither batch nor channel, in order. */
export function spatialAxes(rank: number, channelAxis: number): number[] {
  return Array.from({ length: rank }, (_, axis) => axis).filter((axis) => axis !== 0 && axis !== channelAxis);
}

/** The sizes of a tensor along its spatial axes. */
export function extentOf<Size extends number | null>(shape: readonly Size[], channelAxis: number): Size[] {
  return shape.filter((_, axis) => axis !== 0 && axis !== channelAxis);
}

/** Whether the first input takes any size along some spatial axis. Inputs of different sizes do not fit into one batch. */
export function takesAnySize(network: Network): boolean {
  const { outputShape, channelAxis } = firstInput(network);
  return extentOf(outputShape, channelAxis).includes(null);
}

/** The number of feature maps of a node. */
export function featureMapsOf(node: NetworkNode): number {
  return node.outputShape[node.channelAxis] ?? 0;
}

/** The nodes by which images enter, in the order of the model's inputs. */
export function inputNodes({ nodes, inputs }: Network): NetworkNode[] {
  return inputs.map((index) => nodes[index]!);
}

/** The node by which images enter, or the first one if the model has several inputs. */
export function firstInput({ nodes, inputs }: Network): NetworkNode {
  return nodes[inputs[0]!]!;
}

/** Whether a node only lets images into the network, as an InputLayer does. */
export function isInput(node: NetworkNode): boolean {
  return node.inputs.length === 0;
}

/**
 * Finds a node by its name, or by a suffix of a nested name that only one node has.
 *
 * @throws DeconvnetError `unknown-layer`, or `invalid-option` if the name is not a string.
 */
export function findNode(network: Network, name: string): NetworkNode {
  if (typeof name !== 'string') {
    const { name: own } = (name ?? {}) as { name?: unknown };
    const wayOut = typeof own === 'string' ? ` Give its name, '${own}'.` : '';
    throw new DeconvnetError(
      'invalid-option',
      `A layer is named by a string, such as '${network.nodes.at(-1)!.name}'; this is ${describeValue(name)}.${wayOut}`,
    );
  }
  const exact = network.nodes.find((node) => node.name === name);
  if (exact) return exact;
  const suffixed = network.nodes.filter((node) => node.name.endsWith(`/${name}`));
  if (suffixed.length === 1) return suffixed[0]!;
  const names = (suffixed.length > 1 ? suffixed : network.nodes).map((node) => node.name);
  const hint =
    suffixed.length > 1
      ? `${suffixed.length} layers have names that end in it: ${namesIn(names)}. Give the whole name.`
      : `${didYouMean(name, names)}${nearestNames('layers', name, names)}`;
  throw new DeconvnetError('unknown-layer', `There is no layer '${name}' in model '${network.model.name}'. ${hint}`, {
    layer: name,
  });
}
