import type { Deconvnet } from '../../deconvnet.js';
import { checkValue } from '../../errors/check-options.js';
import { findNode, type NetworkNode } from '../../network/network.js';
import { featuresBelowClasses } from '../kit/features-below-classes.js';
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
  const top = featuresBelowClasses(deconvnet) ?? findNode(network, layers.at(-1)!);
  return [...new Set([findNode(network, layers[0]), top])];
}
