import { classNameOf, type Layer, type Shape } from './layer-access.js';

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
    const { dataFormat } = layer.getConfig() as { dataFormat?: string | null };
    if (dataFormat == null || outputShape.length < 3) return undefined;
    return dataFormat === 'channelsFirst' ? 1 : outputShape.length - 1;
  });
  const stated = axes.map((axis) => axis !== undefined);
  const pass = (from: number, to: number): void => {
    if (!stated[to] && axes[to] === undefined && nodes[from]!.outputShape.length === nodes[to]!.outputShape.length) {
      axes[to] = axes[from];
    }
  };
  nodes.forEach((node, index) => {
    for (const input of node.inputs) pass(input, index);
  });
  for (let index = nodes.length - 1; index >= 0; index--) {
    for (const input of nodes[index]!.inputs) pass(index, input);
  }
  return axes.map((axis, index) => axis ?? nodes[index]!.outputShape.length - 1);
}
