import type { MirrorSet } from '../../mirrors/mirror-set.js';
import { isRectifyStep } from '../../mirrors/rectify/rectify.js';
import type { NetworkNode } from '../../network/network.js';

/** From the output of a softmax layer to a probability: a logSoftmax puts out its logarithm. */
export function probabilityOf(mirrors: MirrorSet, node: NetworkNode): (output: number) => number {
  const last = mirrors.find(node)?.at(-1);
  return last && isRectifyStep(last) && last.activation.name === 'logSoftmax' ? Math.exp : (output) => output;
}
