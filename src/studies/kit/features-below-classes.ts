import type { Deconvnet } from '../../deconvnet.js';
import { layerClass } from '../../mirrors/table.js';
import type { NetworkNode } from '../../network/network.js';
import { classOutputOf } from './class-scores.js';
import { PASSING } from './passing.js';

/**
 * The features from which the scores of the classes are made: what the layer reads whose weights compute the scores. Layers
 * that only pass on values are left out. It is undefined if the network has no classes, or if no layer but the input is
 * below the one with the weights.
 */
export function featuresBelowClasses(deconvnet: Deconvnet): NetworkNode | undefined {
  const { nodes } = deconvnet.engine.network;
  const below = ({ inputs }: NetworkNode): NetworkNode | undefined =>
    inputs.length === 1 ? nodes[inputs[0]!] : undefined;
  let node = classOutputOf(deconvnet)?.node;
  while (node && !hasWeights(node)) node = below(node);
  let features = node && below(node);
  while (features && PASSING.test(features.className)) features = below(features);
  return features && features.inputs.length > 0 ? features : undefined;
}

function hasWeights({ layer }: NetworkNode): boolean {
  const { isConvolution, isDense } = layerClass(layer);
  return isConvolution === true || isDense === true;
}
