import { addedActivation } from '../layers/added-activations.js';
import { isAdded } from '../layers/added-layers.js';
import { type ConfigEntry, isConfigEntry, isModelEntry, isRecord } from './config-entry.js';
import { isOwnClass, tfjsClass } from './own-class.js';

/** The modules of Keras, under all names that it has had. */
const KERAS = /^(keras|keras_core|tf_keras|tensorflow|builtins)(\.|$)/;

/** Packages whose layers compute what the layers of Keras that are called alike compute. */
const LIKE_KERAS = /^(Addons|keras_cv)>/;

/** The mark of a class of the author that nobody has registered. No class of Keras has it in its name. */
const MARK = '!';

/**
 * A topology in which no class of its author is called like one of Keras. Since Keras 2.12 a `.keras` file states the module
 * of each class, and a class that is not of Keras may still be called `Dense`. A class that the user has registered in
 * TensorFlow.js gets the name under which it is registered, with or without its package. Any other class gets a mark.
 */
export function withOwnNames(entry: ConfigEntry): ConfigEntry {
  const renamed = isModelEntry(entry) ? entry : { ...entry, class_name: nameOfClass(entry) };
  const config = Object.entries(entry.config).map(([key, value]) => [key, PARTS.test(key) ? ofPart(value) : value]);
  return { ...renamed, config: Object.fromEntries(config) };
}

/** The name of a class without its mark, if it has one. */
export function unmarked(className: string): string {
  return className.replace(MARK, '');
}

/** Whether a class belongs to the author of the network, and nobody has registered it. */
export function isMarked(className: string): boolean {
  return className.startsWith(MARK);
}

/** The options that contain layers, cells or activation functions. */
const PARTS = /^(layers?|cells?|(for|back)ward_layer|(recurrent_)?activation)$/;

function ofPart(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ofPart);
  if (isConfigEntry(value)) return withOwnNames(value);
  return isRecord(value) && value.class_name === 'function' ? withOwnFunction(value) : value;
}

/** What says where a class or a function comes from. */
interface Origin {
  readonly module?: unknown;
  readonly registered_name?: unknown;
}

function isForeign({ module }: Origin): boolean {
  return module !== undefined && !(typeof module === 'string' && KERAS.test(module));
}

function nameOfClass(entry: ConfigEntry & Origin): string {
  const { class_name: name, registered_name: registered = name } = entry;
  if (!isForeign(entry)) return name;
  const whole = typeof registered === 'string' ? registered : name;
  // Only of this class the package says how it computes.
  if (LIKE_KERAS.test(whole)) return name === 'StochasticDepth' ? whole : name;
  // A message with the whole name keeps a class of the author apart from that of Keras.
  const isTaken = tfjsClass(name) !== undefined || isAdded(name);
  return [whole, name].find(isOwnClass) ?? `${MARK}${isTaken && whole.includes('>') ? whole : name}`;
}

/** The activation functions of tfjs-layers, in the words of Keras. */
const FUNCTIONS =
  /^(elu|selu|relu6?|linear|(hard_|log_)?(sigmoid|softmax)|softplus|softsign|tanh|swish|silu|mish|gelu(_new)?)$/;

/** A function of the author that is called like one of Keras gets its whole name, which has the package in front. */
function withOwnFunction(value: Readonly<Record<string, unknown>>): unknown {
  const { config: name, registered_name: whole } = value;
  if (!isForeign(value) || typeof name !== 'string' || typeof whole !== 'string') return value;
  if (!whole.includes('>') || LIKE_KERAS.test(whole)) return value;
  return FUNCTIONS.test(name) || addedActivation(name) !== undefined ? { ...value, config: whole } : value;
}
