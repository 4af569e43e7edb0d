import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { nameOf } from './config-entry.js';
import { type FunctionalGraph, ownApplications, renumbered } from './functional-graph.js';
import type { RepairScope } from './repair-scope.js';

/** After this many rounds the search for an order stops with an error. */
const MAX_ROUNDS = 20;

/**
 * Numbers the applications of a graph in the order in which TensorFlow.js makes them. TensorFlow.js goes through the
 * layers again and again, makes each application as soon as its inputs exist, and numbers applications in that order. If
 * a layer's second application is ready before its first, TensorFlow.js would confuse the two.
 *
 * @throws DeconvnetError `model-unreadable` if no such order is found.
 */
export function inCallOrder(graph: FunctionalGraph, scope: RepairScope): FunctionalGraph {
  let ordered = graph;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const order = callOrder(ordered);
    if ([...order.values()].every((applications) => applications.every((from, to) => from === to))) return ordered;
    const moved = {
      ...ordered,
      layers: ordered.layers.map(({ entry, applications }) => ({
        entry,
        applications: order.get(nameOf(entry))!.map((from) => applications[from]!),
      })),
    };
    const own = new Map(graph.layers.map(({ entry }) => [nameOf(entry), ownApplications(entry)]));
    ordered = renumbered(moved, ([name, application]) => {
      const first = own.get(name)!;
      return application < first ? application : first + order.get(name)!.indexOf(application - first);
    });
  }
  throw new DeconvnetError(
    'model-unreadable',
    `${scope.subject} uses layers several times in an order that TensorFlow.js cannot follow. Use a separate layer each time, and save the model again.`,
  );
}

/** For each layer, its applications in the order in which TensorFlow.js makes them. */
function callOrder({ layers }: FunctionalGraph): Map<string, number[]> {
  const order = new Map<string, number[]>(layers.map(({ entry }) => [nameOf(entry), []]));
  const own = new Map(layers.map(({ entry }) => [nameOf(entry), ownApplications(entry)]));
  const made = new Set<string>();
  let open = layers.reduce((sum, { applications }) => sum + applications.length, 0);
  while (open > 0) {
    for (const { entry, applications } of layers) {
      const name = nameOf(entry);
      for (const [i, { inputs }] of applications.entries()) {
        if (made.has(`${i} ${name}`)) continue;
        const ready = inputs.every(
          ([from, number]) => number < own.get(from)! || made.has(`${number - own.get(from)!} ${from}`),
        );
        if (!ready) continue;
        made.add(`${i} ${name}`);
        order.get(name)!.push(i);
        open--;
      }
    }
  }
  return order;
}
