import type { Deconvnet } from '../../deconvnet.js';
import { defaultLayers } from '../../mine/default-layers.js';
import { classOutputOf } from '../kit/class-scores.js';
import { featuresBelowClasses } from '../kit/features-below-classes.js';

/**
 * The layers that a correspondence compares if nobody names any: as in Table 1 of the paper, the last nonlinearity of a
 * convolution (layer 5 there), and the top features (layer 7 there). These are what the layer that makes the scores of the
 * classes reads; in a network without classes they are its first output.
 */
export function layersToCompare(deconvnet: Deconvnet): string[] {
  const { nodes, outputs } = deconvnet.engine.network;
  const top = featuresBelowClasses(deconvnet) ?? classOutputOf(deconvnet)?.node ?? nodes[outputs[0]!]!;
  const below = defaultLayers(deconvnet).layers.filter((name) => {
    const node = nodes.find((one) => one.name === name);
    return node !== undefined && node.index <= top.index;
  });
  return [...new Set([...below.slice(-1), top.name])];
}
