import { checkValue, describeValue, isPlainObject } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import type { Network, NetworkNode } from '../network/network.js';
import { byName } from './by-name.js';
import type { MirrorFactory } from './mirror.js';

/** A user's mirrors, by the name of a layer or of a class. */
export type CustomMirrors = Readonly<Record<string, MirrorFactory>>;

/**
 * The user's mirror of each node that has one; see `byName`.
 *
 * @throws DeconvnetError `invalid-option` for a key that means no layer, or two layers; `invalid-mirror` for a value
 * that is not a function.
 */
export function customMirrors(network: Network, mirrors: CustomMirrors): ReadonlyMap<NetworkNode, MirrorFactory> {
  checkValue(
    isPlainObject(mirrors),
    'mirrors is an object of functions by layer name or class name, { MyLayer: (layer) => mirror }',
    mirrors,
  );
  return byName(network, 'mirrors', mirrors, (key, factory, node) => {
    if (typeof factory !== 'function') throw notAFactory(key, factory, node?.name);
  });
}

function notAFactory(key: string, given: unknown, layer: string | undefined): DeconvnetError {
  return new DeconvnetError(
    'invalid-mirror',
    `mirrors: '${key}' must be a function (layer) => mirror; it is ${describeValue(given)}. If you have a mirror, give a function that returns it: { '${key}': () => mirror }.`,
    layer === undefined ? {} : { layer },
  );
}
