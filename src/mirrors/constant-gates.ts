import { checkValue, isPlainObject } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { namesIn } from '../errors/did-you-mean.js';
import { gatesIn } from '../network/gates.js';
import type { Network, NetworkNode } from '../network/network.js';
import { byName } from './by-name.js';
import type { GateRole, Rule } from './rules.js';
import { layerClass } from './table.js';

/** What the gates of all layers are, or of each layer, by the name of the layer or of its class. */
export type GateRoles = GateRole | Readonly<Record<string, GateRole>>;

/**
 * Makes a function that tells which inputs of a node count as constants if the node multiplies its inputs: its gates, as
 * the graph shows them, unless the rule or the option sends the signal to them.
 *
 * @throws DeconvnetError `invalid-option` for a key that means no layer, or a layer without gates; for another value; and
 * for `constant` under a rule that sends the signal to all factors.
 */
export function constantGates(
  network: Network,
  rule: Pick<Rule, 'gates'>,
  option: GateRoles | undefined,
): (node: NetworkNode) => readonly number[] {
  const gates = gatesIn(network, layerClass);
  const check = (value: unknown): void => {
    const isRole = value === 'constant' || value === 'signal';
    checkValue(isRole, "gates is 'constant' or 'signal', or one of these for each layer, { se1: 'signal' }", value);
    if (value !== 'constant' || rule.gates !== 'signal') return;
    throw new DeconvnetError(
      'invalid-option',
      "gates: 'constant' does not go with the rule 'gradient', which sends the signal to all factors. Leave the option out, or choose another rule.",
    );
  };
  if (!isPlainObject(option)) {
    if (option !== undefined) check(option);
    return ({ index }) => ((option ?? rule.gates) === 'signal' ? [] : gates[index]!);
  }
  const roles = byName<GateRole>(network, 'gates', option, (key, value, node) => {
    check(value);
    if (!node || gates[node.index]!.length > 0) return;
    throw new DeconvnetError(
      'invalid-option',
      `gates: layer '${key}' has no gates. The layers that have gates: ${namesIn(layersWith(network, gates)) || 'none'}.`,
      { layer: node.name },
    );
  });
  return (node) => ((roles.get(node) ?? rule.gates) === 'signal' ? [] : gates[node.index]!);
}

function layersWith({ nodes }: Network, gates: readonly (readonly number[])[]): string[] {
  return nodes.flatMap(({ index, name }) => (gates[index]!.length > 0 ? [name] : []));
}
