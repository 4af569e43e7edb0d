import { serialization } from '@tensorflow/tfjs-core';
import { checkValue, describeValue, isPlainObject } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { didYouMean } from '../errors/did-you-mean.js';
import type { Network, NetworkNode } from '../network/network.js';
import type { MirrorFactory } from './mirror.js';
import { layerClass } from './table.js';

/** A user's mirrors, by the name of a layer or of a class. */
export type CustomMirrors = Readonly<Record<string, MirrorFactory>>;

/**
 * Finds the nodes that each key means. A key is one of these:
 *
 * - the name of a layer, for all applications of that layer. The name of the model that the layer is nested in may be
 *   left out if only one layer has the name;
 * - the name of one application of a layer, such as `conv1#2`;
 * - the name of a class, for all its layers.
 *
 * The mirror of an application is preferred to that of its layer, and the mirror of a layer to that of its class.
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
  const exact = new Map<NetworkNode, MirrorFactory>();
  const byLayer = new Map<NetworkNode, MirrorFactory>();
  const byClass = new Map<NetworkNode, MirrorFactory>();
  for (const [key, factory] of Object.entries(mirrors)) {
    const ofClass = network.nodes.filter(({ className }) => className === key);
    const node = nodeOf(network, key);
    if (!node && ofClass.length === 0 && !isClass(key)) throw unknownKey(network, key);
    if (typeof factory !== 'function') throw notAFactory(key, factory, node?.name);
    for (const one of ofClass) byClass.set(one, factory);
    if (!node) continue;
    exact.set(node, factory);
    const applications = network.nodes.filter(({ layer }) => layer === node.layer);
    if (applications[0] === node) for (const one of applications) byLayer.set(one, factory);
  }
  return new Map([...byClass, ...byLayer, ...exact]);
}

function nodeOf({ nodes, model }: Network, key: string): NetworkNode | undefined {
  const exact = nodes.find(({ name }) => name === key);
  if (exact) return exact;
  const suffixed = nodes.filter(({ name }) => name.endsWith(`/${key}`));
  const layers = new Set(suffixed.map(({ layer }) => layer));
  if (layers.size <= 1) return suffixed[0];
  throw new DeconvnetError(
    'invalid-option',
    `mirrors: '${key}' means ${layers.size} layers of model '${model.name}': ${suffixed.map(({ name }) => name).join(', ')}. Give the whole name of one.`,
  );
}

/** Whether a class is in the built-in table or registered in TensorFlow.js, so that other networks may have it. */
function isClass(name: string): boolean {
  return (
    layerClass(name).mirror !== undefined || Object.hasOwn(serialization.SerializationMap.getMap().classNameMap, name)
  );
}

function unknownKey({ nodes, model }: Network, key: string): DeconvnetError {
  const classes = [...new Set(nodes.map(({ className }) => className))];
  const names = nodes.map(({ name }) => name);
  const bare = names.map((name) => name.slice(name.lastIndexOf('/') + 1));
  return new DeconvnetError(
    'invalid-option',
    `mirrors: '${key}' is neither a layer of model '${model.name}' nor a class of layers. ${didYouMean(key, [...names, ...bare, ...classes])}The classes of its layers: ${classes.join(', ')}. Register other classes of your own with tf.serialization.registerClass first.`,
  );
}

function notAFactory(key: string, given: unknown, layer: string | undefined): DeconvnetError {
  return new DeconvnetError(
    'invalid-mirror',
    `mirrors: '${key}' must be a function (layer) => mirror; it is ${describeValue(given)}. If you have a mirror, give a function that returns it: { '${key}': () => mirror }.`,
    layer === undefined ? {} : { layer },
  );
}
