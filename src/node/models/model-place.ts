import { resolve } from 'node:path';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { checkPath } from '../check-path.js';

/** Where a model is. */
export interface ModelPlace {
  /** The path of the model: a `.keras` or `.h5` file of Keras, a model.json, or the folder or zip file that contains it. */
  readonly model: string;
  /**
   * The path of the file with the topology, if the model is a file of weights alone. By default it is looked for beside the
   * weights: `NAME.json` for `NAME.weights.h5` and `NAME.h5`.
   */
  readonly topology?: string;
}

/**
 * Checks the option `topology` where it stands beside `model`.
 *
 * @throws DeconvnetError `invalid-option`.
 */
export function checkTopology({ model, topology }: { readonly model?: unknown; readonly topology?: unknown }): void {
  if (topology === undefined) return;
  checkPath('topology is a file with a topology', topology);
  if (typeof model === 'string') return;
  throw new DeconvnetError(
    'invalid-option',
    'topology belongs to a file of weights, and there is none: give its path, { model: path }, or leave topology out.',
  );
}

/** The option `topology`, if it is given. */
export function topologyOption({ topology }: Pick<ModelPlace, 'topology'>): Pick<ModelPlace, 'topology'> {
  return topology === undefined ? {} : { topology };
}

/** The same with a path that other processes understand. */
export function resolvedTopology({ topology }: Pick<ModelPlace, 'topology'>): Pick<ModelPlace, 'topology'> {
  return topology === undefined ? {} : { topology: resolve(topology) };
}
