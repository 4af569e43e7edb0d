import type { MirrorSet } from '../../mirrors/mirror-set.js';
import { isRectifyStep } from '../../mirrors/rectify/rectify.js';
import type { NetworkNode } from '../../network/network.js';

/** The function from an output of a softmax layer to a probability: the output of a logSoftmax is its logarithm. */
export function probabilityOf(mirrors: MirrorSet, node: NetworkNode): (output: number) => number {
  const last = mirrors.find(node)?.at(-1);
  return last && isRectifyStep(last) && last.activation.name === 'logSoftmax' ? Math.exp : (output) => output;
}
