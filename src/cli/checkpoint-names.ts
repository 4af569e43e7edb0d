import { basename, dirname, resolve } from 'node:path';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';

/**
 * What the columns of checkpoints are called: the names that were given, or else those of the folders and files.
 *
 * @throws CliError if there are not as many names as checkpoints, or two are the same.
 */
export function checkpointNames(paths: readonly string[], given: readonly string[] | undefined): readonly string[] {
  if (given && given.length !== paths.length) {
    throw new CliError(
      EXIT.usage,
      `--names has ${given.length} names for ${paths.length} checkpoints. Give one for each, separated by commas.`,
    );
  }
  const names = given ?? paths.map(nameOf);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return names;
  throw new CliError(
    EXIT.usage,
    `Two checkpoints are called '${twice}'. Give every one a name of its own, with --names a,b,c.`,
  );
}

/** What checkpoints are called: by their folders and files, or by their paths if two of these are called the same. */
export function shortNames(paths: readonly string[]): readonly string[] {
  const names = paths.map(nameOf);
  return new Set(names).size === names.length ? names : paths;
}

/** `epoch-01` for `run/epoch-01`, `run/epoch-01/model.json` and `run/epoch-01.keras`. */
function nameOf(path: string): string {
  const whole = resolve(path);
  const name = basename(whole);
  return name === 'model.json' ? basename(dirname(whole)) : name.replace(/\.(keras|h5|hdf5|json|zip)$/i, '');
}
