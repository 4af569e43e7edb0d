import type { Deconvnet } from '../../deconvnet.js';
import { checkValue } from '../../errors/check-options.js';
import { findNode, type NetworkNode } from '../../network/network.js';
import { classOutputOf } from '../kit/class-scores.js';
import { usualLayers } from '../kit/usual-layers.js';

/**
 * The layers whose outputs are compared: those that were named, or by default the first layer and the top one, as in the
 * paper. The first one is that of `defaultLayers`. The top one is the layer that the classes are computed from; in a network
 * without classes it is the last of `defaultLayers`.
 *
 * @throws DeconvnetError `invalid-option`, `unknown-layer`; `unsupported-option` if the network has no layers to choose from.
 */
export function comparedLayers(deconvnet: Deconvnet, names: readonly string[] | undefined): NetworkNode[] {
  const { network } = deconvnet.engine;
  const valid = names === undefined || (Array.isArray(names) && names.length > 0);
  checkValue(valid, "layers is a list of names, ['conv1']", names);
  if (names) return [...new Set(names.map((name) => findNode(network, name)))];
  const layers = usualLayers(deconvnet, 'layers');
  const top = belowClasses(deconvnet) ?? findNode(network, layers.at(-1)!);
  return [...new Set([findNode(network, layers[0]), top])];
}

/**
 * The layer below the one whose weights compute the classes. Layers that only pass on its values, such as a Dropout or a
 * Flatten, are left out. It is undefined if the classes have no such layer.
 */
function belowClasses(deconvnet: Deconvnet): NetworkNode | undefined {
  const { engine, layers } = deconvnet;
  const stepsOf = ({ index }: NetworkNode): readonly string[] => layers[index]!.mirror?.split(', ') ?? [];
  const below = ({ inputs }: NetworkNode): NetworkNode | undefined =>
    inputs.length === 1 ? engine.network.nodes[inputs[0]!] : undefined;
  let node = classOutputOf(deconvnet)?.node;
  while (node && !stepsOf(node).includes('filter')) node = below(node);
  node = node && below(node);
  while (node && stepsOf(node).every((step) => step === 'identity' || step === 'reshape')) node = below(node);
  return node;
}
