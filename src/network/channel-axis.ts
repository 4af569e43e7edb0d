import type { Layer, Shape } from './layer-access.js';
import { optionsOf } from './layer-options.js';

/** What is known of a class beside its data format: where the feature maps of its layers lie. */
export interface ChannelFacts {
  /** Whether its output has the feature maps last, whatever its neighbours say. */
  readonly channelsLast?: boolean;
  /** For a class that moves axes: which axis of its input each axis of a layer's output is. Others keep the order. */
  readonly axisOrder?: (layer: Layer) => readonly number[];
}

/** Tells what is known of the class of a layer. */
export type ChannelFactsOf = (layer: Layer) => ChannelFacts;

interface Linked {
  readonly layer: Layer;
  readonly inputs: readonly number[];
  readonly outputShape: Shape;
}

/**
 * The channel axis of each node's output. Layers with a data format state it. It is passed on to their neighbours of the
 * same rank, because the layers between an image and its first convolution state none. If no layer states it, it is the
 * last axis.
 */
export function channelAxes(nodes: readonly Linked[], factsOf: ChannelFactsOf): number[] {
  const axes = nodes.map(({ layer, outputShape }) => {
    if (factsOf(layer).channelsLast) return outputShape.length - 1;
    const { dataFormat } = optionsOf(layer);
    if (dataFormat === undefined || outputShape.length < 3) return undefined;
    return dataFormat === 'channelsFirst' ? 1 : outputShape.length - 1;
  });
  const stated = axes.map((axis) => axis !== undefined);
  // A global pooling states where its input has the channels. Its own output has no spatial axes, so it states nothing.
  for (const { layer, inputs, outputShape } of nodes) {
    const { dataFormat } = optionsOf(layer);
    for (const input of inputs) {
      const rank = nodes[input]!.outputShape.length;
      if (dataFormat !== undefined && outputShape.length < 3 && rank > 2) {
        axes[input] ??= dataFormat === 'channelsFirst' ? 1 : rank - 1;
      }
    }
  }
  const pass = (from: number, to: number): void => {
    const axis = axes[from];
    if (axis === undefined || stated[to] || axes[to] !== undefined) return;
    if (nodes[from]!.outputShape.length !== nodes[to]!.outputShape.length) return;
    // The layer between the two outputs is the later one. It may move the channels.
    const { layer } = nodes[Math.max(from, to)]!;
    const order = factsOf(layer).axisOrder?.(layer);
    axes[to] = order === undefined ? axis : from < to ? order.indexOf(axis) : order[axis]!;
  };
  nodes.forEach((node, index) => {
    for (const input of node.inputs) pass(input, index);
  });
  for (let index = nodes.length - 1; index >= 0; index--) {
    for (const input of nodes[index]!.inputs) pass(index, input);
  }
  return axes.map((axis, index) => axis ?? nodes[index]!.outputShape.length - 1);
}
