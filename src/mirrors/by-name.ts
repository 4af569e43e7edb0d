import { serialization } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { didYouMean } from '../errors/did-you-mean.js';
import type { Network, NetworkNode } from '../network/network.js';
import { isListed } from './table.js';

/**
 * Finds the nodes that each key of an option means. A key is one of these:
 *
 * - the name of a layer, for all applications of that layer. The name of the model that the layer is nested in may be
 *   left out if only one layer has the name;
 * - the name of one application of a layer, such as `conv1#2`;
 * - the name of a class, for all its layers, and for those of the class that Keras files have in its place: `KerasGRU`
 *   for `GRU`, `SubtractOperation` for `Subtract`. The whole name of that class is preferred.
 *
 * The value of an application is preferred to that of its layer, and the value of a layer to that of its class.
 *
 * @param option the name of the option, for messages
 * @param check checks one value, and the node that its key means if it does not mean a class
 * @throws DeconvnetError `invalid-option` for a key that means no layer, or two layers.
 */
export function byName<Value>(
  network: Network,
  option: string,
  values: Readonly<Record<string, Value>>,
  check: (key: string, value: Value, node: NetworkNode | undefined) => void,
): ReadonlyMap<NetworkNode, Value> {
  const exact = new Map<NetworkNode, Value>();
  const byLayer = new Map<NetworkNode, Value>();
  const byClass = new Map<NetworkNode, Value>();
  const byOrigin = new Map<NetworkNode, Value>();
  for (const [key, value] of Object.entries(values)) {
    const ofClass = network.nodes.filter(({ className }) => className === key);
    const node = nodeOf(network, option, key);
    if (!node && ofClass.length === 0 && !isClass(key)) throw unknownKey(network, option, key);
    check(key, value, node);
    for (const one of ofClass) byClass.set(one, value);
    for (const one of network.nodes)
      if ([`Keras${key}`, `${key}Operation`].includes(one.className)) byOrigin.set(one, value);
    if (!node) continue;
    exact.set(node, value);
    const applications = network.nodes.filter(({ layer }) => layer === node.layer);
    if (applications[0] === node) for (const one of applications) byLayer.set(one, value);
  }
  return new Map([...byOrigin, ...byClass, ...byLayer, ...exact]);
}

function nodeOf({ nodes, model }: Network, option: string, key: string): NetworkNode | undefined {
  const exact = nodes.find(({ name }) => name === key);
  if (exact) return exact;
  const suffixed = nodes.filter(({ name }) => name.endsWith(`/${key}`));
  const layers = new Set(suffixed.map(({ layer }) => layer));
  if (layers.size <= 1) return suffixed[0];
  throw new DeconvnetError(
    'invalid-option',
    `${option}: '${key}' means ${layers.size} layers of model '${model.name}': ${suffixed.map(({ name }) => name).join(', ')}. Give the whole name of one.`,
  );
}

/** Whether a class is in the built-in table or registered in TensorFlow.js, so that other networks may have it. */
function isClass(name: string): boolean {
  return isListed(name) || Object.hasOwn(serialization.SerializationMap.getMap().classNameMap, name);
}

function unknownKey({ nodes, model }: Network, option: string, key: string): DeconvnetError {
  const classes = [...new Set(nodes.map(({ className }) => className))];
  const names = nodes.map(({ name }) => name);
  const bare = names.map((name) => name.slice(name.lastIndexOf('/') + 1));
  return new DeconvnetError(
    'invalid-option',
    `${option}: '${key}' is neither a layer of model '${model.name}' nor a class of layers. ${didYouMean(key, [...names, ...bare, ...classes])}The classes of its layers: ${classes.join(', ')}. Register other classes of your own with tf.serialization.registerClass first.`,
  );
}
