import type { Deconvnet } from '../../deconvnet.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { NetworkNode } from '../../network/network.js';
import { type ClassOutput, classOutputOf } from '../kit/class-scores.js';
import { isUnit } from '../kit/heads.js';
import { PASSING } from '../kit/passing.js';
import { onlyPosition } from './sanity-projection.js';

/** The layer that has one logit for each class, and where they stand in it. */
export interface LogitLayer {
  readonly output: ClassOutput;
  readonly node: NetworkNode;
  readonly position: readonly number[];
}

/**
 * Finds the layer whose nonlinearity, if it has one, turns logits into the scores of classes: the layer of the class
 * output, or one below it if all layers between only pass on values.
 *
 * @param what the study, for messages
 * @throws DeconvnetError `unsupported-option` if the network has no classes, or if one logit serves two of them.
 */
export function logitLayer(what: string, deconvnet: Deconvnet): LogitLayer {
  const output = classOutputOf(deconvnet);
  const why = output
    ? `one logit of the network, that of '${output.head.name}', serves both classes`
    : 'no output of the network has a score for each class';
  if (!output || isUnit(output.head)) {
    throw new DeconvnetError(
      'unsupported-option',
      `${what} compares the logits of two or more classes, and ${why}. Leave it out for this network.`,
    );
  }
  const { nodes } = deconvnet.engine.network;
  const { classes } = output.head;
  let { node } = output;
  while (PASSING.test(node.className) && node.inputs.length === 1) {
    const below = nodes[node.inputs[0]!]!;
    if (!onlyPosition(below, classes)) break;
    node = below;
  }
  const position = onlyPosition(node, classes);
  if (position) return { output, node, position };
  throw new DeconvnetError(
    'unsupported-option',
    `${what} needs one feature map for each of the ${classes} classes, and the output '${node.name}' is shaped [${node.outputShape}]. Leave it out for this network.`,
    { layer: node.name },
  );
}
