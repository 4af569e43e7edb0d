import { DeconvnetError } from '../../errors/deconvnet-error.js';

/** A weight by its name and shape: one that a file contains, or one that a topology has a place for. */
export interface NamedShape {
  /** The name under which TensorFlow.js saves and looks for it: `layer/kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
}

/** How many weights of each kind an error names. */
const SHOWN = 3;

/**
 * Checks that each saved weight fits exactly one place of a topology, by name, shape and type.
 *
 * @param subject the name of the model in messages
 * @param strict whether a weight without a place, and a place without a weight, are errors
 * @throws DeconvnetError `weights-mismatch`, which names the first few weights of each kind that do not fit.
 */
export function matchWeights(
  subject: string,
  places: readonly NamedShape[],
  saved: readonly NamedShape[],
  strict: boolean,
): void {
  const open = new Map<string, NamedShape>();
  const twice: string[] = [];
  for (const place of places) {
    if (open.has(place.name)) twice.push(`'${place.name}'`);
    open.set(place.name, place);
  }
  const superfluous: string[] = [];
  const reshaped: string[] = [];
  const retyped: string[] = [];
  for (const { name, shape, dtype } of saved) {
    const key = open.has(name) ? name : withoutCell(name);
    const expected = open.get(key);
    if (!expected) superfluous.push(`'${name}' [${shape}]`);
    else if (String(expected.shape) !== String(shape))
      reshaped.push(`'${name}' is [${shape}] and should be [${expected.shape}]`);
    else if (expected.dtype !== dtype) retyped.push(`'${name}' is ${dtype} and should be ${expected.dtype}`);
    open.delete(key);
  }
  const missing = [...open.values()].map(({ name, shape }) => `'${name}' [${shape}]`);
  const faults = [
    list('Missing', strict ? missing : []),
    list('Superfluous', strict ? superfluous : []),
    list('Of another shape', reshaped),
    list('Of another type', retyped),
    list('Named twice by the topology', twice),
  ].filter((fault) => fault !== '');
  if (faults.length === 0) return;
  throw new DeconvnetError(
    'weights-mismatch',
    `The weights of ${subject} do not fit its topology, which has ${places.length}; the file has ${saved.length}. ${faults.join(' ')} The topology and the weights must come from the same model: give the two that belong together, or save the model again.`,
  );
}

function list(what: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  const more = items.length > SHOWN ? `, and ${items.length - SHOWN} more` : '';
  return `${what}: ${items.slice(0, SHOWN).join(', ')}${more}.`;
}

/** The name of a weight without that of its cell, which the weights of a recurrent layer contain since TensorFlow 2.2. */
function withoutCell(name: string): string {
  const parts = name.split('/');
  return [...parts.slice(0, -2), parts.at(-1)].join('/');
}
