import type { Tensor } from '@tensorflow/tfjs-core';
import { describeValue } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { keepsMaps, ofMapIn } from './kit/one-map.js';
import type { Mirror } from './mirror.js';
import { rectifyMirrors } from './rectify/rectify.js';
import type { RectifyMirror, Roles } from './roles.js';

/**
 * A user's mirror whose functions check what they return, and name the layer and the function in the error. Without
 * this check a missing tensor or a Promise would cause an error later, in a place that does not show its origin.
 *
 * @param wayOut - The advice to give if the value is not a mirror.
 * @throws DeconvnetError `invalid-mirror` if the value is not a mirror.
 */
export function guardedMirror(mirror: Mirror, layer: string, wayOut: string): Mirror {
  hush(mirror);
  if (typeof mirror?.down !== 'function') {
    throw failure(layer, `has no function 'down': it is ${described(mirror)}. ${wayOut}`);
  }
  const { kind, sign, window, gates, recordsLieOn } = mirror;
  const check = (isRight: boolean, name: keyof Mirror, expected: string): void => {
    if (!isRight) throw failure(layer, `has a '${name}' that is ${described(mirror[name])}; it must be ${expected}.`);
  };
  for (const name of ['prepare', 'up', 'record'] as const) {
    check(mirror[name] === undefined || typeof mirror[name] === 'function', name, 'a function, or left out');
  }
  check(
    isReach(window),
    'window',
    "'pointwise' or { size, stride, padding }, or left out if an output reads everything below",
  );
  check(gates === undefined || Array.isArray(gates), 'gates', 'a list of indices of inputs, or left out');
  check(recordsLieOn === undefined || Array.isArray(recordsLieOn), 'recordsLieOn', 'a list, or left out');
  // A built-in mirror that was not changed needs no guard, and a copy would no longer be known to keep or choose maps.
  if (keepsMaps(mirror) || ofMapIn(mirror)) return mirror;
  const tensors = (made: unknown, what: string): Tensor[] => {
    if (Array.isArray(made) && made.every(isTensor)) return made;
    throw wrongReturn(layer, what, 'a list of tensors', made);
  };
  return {
    ...mirror,
    ...(kind !== undefined && { kind }),
    ...(sign !== undefined && { sign }),
    ...(window !== undefined && { window }),
    ...(gates !== undefined && { gates }),
    ...(recordsLieOn !== undefined && { recordsLieOn }),
    ...(mirror.prepare && { prepare: (built) => tensors(mirror.prepare!(built), 'prepare') }),
    ...(mirror.up && { up: (inputs, at) => tensorMade(mirror.up!(inputs, at), layer, 'up') }),
    ...(mirror.record && { record: (up) => tensors(mirror.record!(up), 'record') }),
    down(signal, at) {
      const made: unknown = mirror.down(signal, at);
      return Array.isArray(made) ? tensors(made, 'down') : tensorMade(made, layer, 'down');
    },
  };
}

/** The roles for one layer. The mirrors that they make are checked. */
export function guardedRoles({ unpool, rectify, filter }: Roles, name: string): Roles {
  const guarded = (role: string, mirror: Mirror): Mirror =>
    guardedMirror(
      mirror,
      name,
      `Give the built-in mirror that the role '${role}' is called with, or { ...builtIn, down }.`,
    );
  return {
    unpool: (layer, builtIn) => guarded('unpool', unpool(layer, builtIn)),
    rectify: guardedRectify(rectify, name),
    filter: (layer, builtIn) => guarded('filter', filter(layer, builtIn)),
  };
}

function guardedRectify(rectify: RectifyMirror, layer: string): RectifyMirror {
  if (Object.values(rectifyMirrors).includes(rectify)) return rectify;
  const guarded: RectifyMirror = (signal, at) => tensorMade(rectify(signal, at), layer, 'rectify');
  return Object.assign(guarded, rectify);
}

function tensorMade(made: unknown, layer: string, what: string): Tensor {
  if (isTensor(made)) return made;
  throw wrongReturn(layer, what, what === 'down' ? 'a tensor for each input' : 'a tensor', made);
}

function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && 'dataId' in value;
}

function isReach(window: unknown): boolean {
  if (window === undefined || window === 'pointwise') return true;
  const { size, stride, padding } = (window ?? {}) as Record<string, unknown>;
  return (
    Array.isArray(size) &&
    Array.isArray(stride) &&
    (padding === 'same' || padding === 'valid' || Array.isArray(padding))
  );
}

/** Handles the failure of a Promise that nobody awaits, which would otherwise end the process. */
function hush(value: unknown): void {
  if (typeof (value as PromiseLike<unknown> | undefined)?.then !== 'function') return;
  (value as PromiseLike<unknown>).then(undefined, () => undefined);
}

/** Describes a value. A Promise is described without the advice to await it, because a mirror cannot await. */
function described(value: unknown): string {
  return describeValue(value, 'a Promise');
}

function wrongReturn(layer: string, what: string, expected: string, made: unknown): DeconvnetError {
  const parts = Array.isArray(made) ? made : [];
  for (const one of [made, ...parts]) hush(one);
  const at = parts.findIndex((one) => !isTensor(one));
  const got = at < 0 ? described(made) : `a list with ${described(parts[at])}`;
  return failure(layer, `must return ${expected} from '${what}', and must not be async; it returned ${got}.`);
}

function failure(layer: string, what: string): DeconvnetError {
  return new DeconvnetError('invalid-mirror', `The mirror of layer '${layer}' ${what}`, { layer });
}
