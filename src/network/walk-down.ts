import type { Reach } from '../regions/window.js';
import type { Network, NetworkNode } from './network.js';

/**
 * How far one output of a node reaches in one of its inputs, by the steps of its mirror, in the order of the way up; null:
 * everything below; undefined: nothing.
 */
export type ReachOf = (node: NetworkNode, input: number) => readonly Reach[] | null | undefined;

/** What a walk carries from each node to its inputs: a region, a receptive field ... */
export interface Walk<Value> {
  /** What the node depends on in one of its inputs; undefined if it depends on nothing there. */
  below(value: Value, node: NetworkNode, input: NetworkNode, i: number): Value | undefined;
  /** What two readers of one node depend on together. */
  join(a: Value, b: Value): Value;
  /** Changes the value of a node after all its readers have been visited, and before its inputs are. */
  arrive?(value: Value, node: NetworkNode): Value;
}

/**
 * Walks from layers down to the pixels. Each node is visited once, after all nodes that read it.
 *
 * @param starts the value that each layer starts with, by node
 * @returns the value of each node; undefined for a node that nothing depends on
 */
export function walkDown<Value>(
  { nodes }: Network,
  starts: ReadonlyMap<NetworkNode, Value>,
  { below, join, arrive }: Walk<Value>,
): (Value | undefined)[] {
  const values: (Value | undefined)[] = nodes.map((node) => starts.get(node));
  for (const node of [...nodes].reverse()) {
    const given = values[node.index];
    if (given === undefined) continue;
    const value = arrive ? arrive(given, node) : given;
    values[node.index] = value;
    for (const [i, input] of node.inputs.entries()) {
      const needed = below(value, node, nodes[input]!, i);
      if (needed === undefined) continue;
      const known = values[input];
      values[input] = known === undefined ? needed : join(known, needed);
    }
  }
  return values;
}
