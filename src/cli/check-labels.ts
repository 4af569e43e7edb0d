import { counted } from '../errors/counted.js';
import { type Head, isUnit, namedHeads } from '../studies/kit/heads.js';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';

/** Checks that an output has as many classes as there are names. Otherwise the accuracies would be meaningless. */
export function checkLabels(heads: readonly Head[], labels: readonly string[]): void {
  const scored = heads.filter(({ classes }) => classes > 0);
  if (scored.length === 0 || namedHeads(heads, labels).length > 0) return;
  const counts =
    heads.length === 1
      ? `${scored[0]!.classes} ${isUnit(scored[0]!) ? 'classes (one output unit: p and 1 - p)' : 'outputs'}`
      : `outputs of ${scored.map(({ name, classes }) => `${classes} ('${name}')`).join(', ')}`;
  throw new CliError(
    EXIT.usage,
    `There ${labels.length === 1 ? 'is' : 'are'} ${counted(labels.length, 'class name')} and ${counts}. Give one name per class, in the order of the outputs (--labels).`,
  );
}
