import { serialization, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { Activation } from '../../mirrors/rectify/activation.js';
import { camelCase } from '../camel-case.js';
import { ADDED_ACTIVATIONS } from './activations.js';

/** Other words of Keras and of TensorFlow Addons, by the word that they mean. A word that is not here means itself. */
const WORDS: Readonly<Record<string, string>> = {
  hard_swish: 'hard_silu',
  hardshrink: 'hard_shrink',
  hardtanh: 'hard_tanh',
  softshrink: 'soft_shrink',
  tanhshrink: 'tanh_shrink',
};

/**
 * The name under which tfjs finds an activation function of this library, in the words of a topology; undefined if the
 * library has none of that name, or if the user has registered one.
 */
export function addedActivation(word: string): string | undefined {
  const name = Object.hasOwn(WORDS, word) ? WORDS[word]! : word;
  const activation = ADDED_ACTIVATIONS.find((one) => one.name === camelCase(name));
  const registered = registeredUnder(camelCase(name));
  return activation && (!registered || 'deconvnetActivation' in registered.prototype) ? name : undefined;
}

/** Registers a function that `addedActivation` has named, so that tfjs can compute it. */
export function registerActivation(name: string): void {
  const activation = ADDED_ACTIVATIONS.find((one) => one.name === camelCase(name))!;
  if (!registeredUnder(activation.name)) serialization.registerClass(classOf(activation));
}

/** The class of tfjs for a function. An object of it says what the function is, as added layers do of their classes. */
function classOf(activation: Activation): serialization.SerializableConstructor<serialization.Serializable> {
  return class extends serialization.Serializable {
    static readonly className = activation.name;

    deconvnetActivation(): Activation {
      return activation;
    }

    apply(x: Tensor): Tensor {
      return tidy(() => activation.apply(x));
    }

    override getConfig(): serialization.ConfigDict {
      return {};
    }
  };
}

function registeredUnder(name: string): { readonly prototype: object } | undefined {
  const { classNameMap } = serialization.SerializationMap.getMap();
  return Object.hasOwn(classNameMap, name) ? classNameMap[name]![0] : undefined;
}
