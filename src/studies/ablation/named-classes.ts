import type { Deconvnet } from '../../deconvnet.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { type ClassOutput, classOutputOf } from '../kit/class-scores.js';

/** The output with scores of classes that have names. */
export interface NamedClasses extends ClassOutput {
  readonly labels: readonly string[];
}

/** @throws DeconvnetError `unsupported-option` if the network has no classes, or if they have no names. */
export function namedClasses(deconvnet: Deconvnet): NamedClasses {
  const output = classOutputOf(deconvnet);
  if (output?.labels) return { ...output, labels: output.labels };
  throw new DeconvnetError(
    'unsupported-option',
    output
      ? `ablation counts right answers, and the ${output.head.classes} classes of the network have no names.`
      : 'ablation counts right answers, and no output of the network has a score for each class.',
    output && { advice: { about: 'give-labels', text: 'Give the Deconvnet their names as labels.' } },
  );
}

/** The error if no picture has a class of the network. */
export function noKnownPictures(strangers: number, labels: readonly string[]): DeconvnetError {
  if (strangers === 0)
    return new DeconvnetError('empty-source', 'The source of images is empty: there is nothing to count.');
  return new DeconvnetError(
    'invalid-option',
    `None of ${strangers} pictures has a label that is a class of the network. Its classes are ${labels.slice(0, 10).join(', ')}${labels.length > 10 ? ' ...' : ''}. A picture is labelled by the name of its folder.`,
  );
}
