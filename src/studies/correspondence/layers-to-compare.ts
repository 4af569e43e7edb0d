import type { Deconvnet } from '../../deconvnet.js';
import { defaultLayers } from '../../mine/default-layers.js';
import { layerClass } from '../../mirrors/table.js';
import type { NetworkNode } from '../../network/network.js';
import { classOutputOf } from '../kit/class-scores.js';

/** Layers that only reorder or drop values, which are passed on the way from the scores to the features below them. */
const PASSING = /^(Flatten|Reshape|Permute|\w*Dropout\w*)$/;

/**
 * The layers that a correspondence compares if nobody names any: as in Table 1 of the paper, the last nonlinearity of a
 * convolution (layer 5 there), and the top features (layer 7 there). These are what the layer that makes the scores of the
 * classes reads; in a network without classes they are its first output.
 */
export function layersToCompare(deconvnet: Deconvnet): string[] {
  const top = topFeatures(deconvnet);
  const { nodes } = deconvnet.engine.network;
  const below = defaultLayers(deconvnet).layers.filter((name) => {
    const node = nodes.find((one) => one.name === name);
    return node !== undefined && node.index <= top.index;
  });
  return [...new Set([...below.slice(-1), top.name])];
}

/** The features from which the scores of the classes are made. */
function topFeatures(deconvnet: Deconvnet): NetworkNode {
  const { nodes, outputs } = deconvnet.engine.network;
  const output = classOutputOf(deconvnet);
  if (!output) return nodes[outputs[0]!]!;
  const belowOf = ({ inputs }: NetworkNode): NetworkNode | undefined =>
    inputs.length === 1 ? nodes[inputs[0]!] : undefined;
  let node: NetworkNode | undefined = output.node;
  while (node && !hasWeights(node)) node = belowOf(node);
  let features = node && belowOf(node);
  while (features && PASSING.test(features.className)) features = belowOf(features);
  // An input is not a feature: it is there if the network is one layer.
  return features && features.inputs.length > 0 ? features : output.node;
}

function hasWeights({ layer }: NetworkNode): boolean {
  const { isConvolution, isDense } = layerClass(layer);
  return isConvolution === true || isDense === true;
}
