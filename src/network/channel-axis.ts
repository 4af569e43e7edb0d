import { classNameOf, type Layer, type Shape } from './layer-access.js';
import { optionsOf } from './layer-options.js';

interface Linked {
  readonly layer: Layer;
  readonly inputs: readonly number[];
  readonly outputShape: Shape;
}

/**
 * The channel axis of each node's output: stated by layers with a data format, propagated to their neighbours of the
 * same rank (the layers between a picture and its first convolution state none), and the last axis where nobody says.
 */
export function channelAxes(nodes: readonly Linked[]): number[] {
  const axes = nodes.map(({ layer, outputShape }) => {
    if (classNameOf(layer) === 'Dense') return outputShape.length - 1;
    const { dataFormat } = optionsOf(layer);
    if (dataFormat === undefined || outputShape.length < 3) return undefined;
    return dataFormat === 'channelsFirst' ? 1 : outputShape.length - 1;
  });
  const stated = axes.map((axis) => axis !== undefined);
  // A global pooling states where its input has its channels; its own output has no more axes to say it of.
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
    // The later of the two is the layer between them; a Permute moves the channels.
    const order = axisOrder(nodes[Math.max(from, to)]!.layer);
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

/** Which axis of its input each axis of a Permute's output is; undefined for other layers, which keep the order. */
function axisOrder(layer: Layer): readonly number[] | undefined {
  return classNameOf(layer) === 'Permute' ? [0, ...(optionsOf(layer).dims ?? [])] : undefined;
}
