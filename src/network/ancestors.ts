import type { Network, NetworkNode } from './network.js';

/** The indices of all nodes that a set of nodes is computed from, the set itself included. */
export function ancestorsOf(network: Network, targets: readonly NetworkNode[]): ReadonlySet<number> {
  const needed = new Set<number>();
  const visit = (index: number): void => {
    if (needed.has(index)) return;
    needed.add(index);
    network.nodes[index]!.inputs.forEach(visit);
  };
  for (const target of targets) visit(target.index);
  return needed;
}
