import type { Network, NetworkNode } from './network.js';

/**
 * The indices of all nodes that a set of nodes is computed from, the set itself included.
 *
 * @param follows whether to go on from a node to one of its inputs, by its place among them; by default to all
 */
export function ancestorsOf(
  network: Network,
  targets: readonly NetworkNode[],
  follows: (node: NetworkNode, input: number) => boolean = () => true,
): ReadonlySet<number> {
  const needed = new Set<number>();
  const visit = (index: number): void => {
    if (needed.has(index)) return;
    needed.add(index);
    const node = network.nodes[index]!;
    for (const [i, input] of node.inputs.entries()) if (follows(node, i)) visit(input);
  };
  for (const target of targets) visit(target.index);
  return needed;
}
