import { serialization } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { addedClass, isAdded } from '../layers/added-layers.js';
import { isLayerClass } from './config-entry.js';

/**
 * Whether a class is registered that belongs to the user, even if tfjs-layers or this library has one of the same name. In
 * such a class options may mean anything.
 */
export function isOwnClass(className: string): boolean {
  if (!isLayerClass(className)) return false;
  if (isAdded(className)) return addedClass(className) === undefined;
  const ofTfjs = tfjsClass(className);
  if (ofTfjs === undefined) return !MODELS.includes(className);
  // If another copy of tfjs-layers has registered its classes, these are not told apart from classes of the user.
  return registered(className) !== ofTfjs && registered('InputLayer') === tfjsClass('InputLayer');
}

/** Classes of tfjs-layers that no function of it makes from options. */
const MODELS = ['Model', 'Functional', 'Sequential'];

type Make = (options: object) => layers.Layer;

/** The functions that make layers, by the name of the class in small letters. */
const MAKERS: ReadonlyMap<string, Make> = new Map(
  Object.entries(layers).map(([name, make]) => [name.toLowerCase(), make as unknown as Make]),
);

/** The classes that were looked up before. */
const CLASSES = new Map<string, unknown>();

/** The class of tfjs-layers that has a name, whatever is registered under this name; undefined if there is none. */
export function tfjsClass(className: string): unknown {
  const make = MAKERS.get(className.toLowerCase());
  if (!make) return undefined;
  // tfjs-layers exports functions only: a layer tells its class. A layer that is not built has no tensors.
  if (!CLASSES.has(className)) CLASSES.set(className, make(anyOptions()).constructor);
  return CLASSES.get(className);
}

/** Options with which a layer of every class can be made. With a name, tfjs does not count the layer. */
function anyOptions(): object {
  const name = 'any';
  const cell = layers.simpleRNNCell({ name, units: 1 });
  return {
    ...{
      name,
      inputShape: [1],
      activation: 'linear',
      layer: layers.simpleRNN({ name, units: 1 }),
      cell,
      cells: [cell],
    },
    ...{ units: 1, filters: 1, kernelSize: 1, rate: 0, stddev: 1, axes: 1, scale: 1, factor: 0.5, n: 1 },
    ...{ height: 1, width: 1, cropping: [[0, 0], [0, 0]], targetShape: [1], dims: [1] }, // biome-ignore format: one line
    ...{ inputDim: 1, outputDim: 1, numTokens: 1 },
  };
}

function registered(className: string): unknown {
  return serialization.SerializationMap.getMap().classNameMap[className]?.[0];
}
