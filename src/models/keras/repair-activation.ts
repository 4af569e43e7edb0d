import { camelCase } from '../camel-case.js';
import { addedActivation, registerActivation } from '../layers/added-activations.js';
import { type ConfigEntry, isConfigEntry, isRecord, isRegistered, nameOf } from './config-entry.js';
import { layerError, type RepairScope } from './repair-scope.js';

type Config = ConfigEntry['config'];

/** By class of layers that are used as activation functions: the equal function of TensorFlow.js, if there is one. */
const LAYERS: Readonly<Record<string, (config: Config) => string | undefined>> = {
  ReLU: ({ max_value: ceiling, negative_slope: slope, threshold }) =>
    slope || threshold ? undefined : ceiling == null ? 'relu' : ceiling === 6 ? 'relu6' : undefined,
  ELU: ({ alpha }) => (alpha == null || alpha === 1 ? 'elu' : undefined),
  Softmax: ({ axis }) => (axis == null || axis === -1 ? 'softmax' : undefined),
  LeakyReLU: () => undefined,
  ThresholdedReLU: () => undefined,
};

/**
 * Splits a layer whose activation function is itself a layer into two layers. TensorFlow.js would lose the options of the
 * activation.
 *
 * @param layers all layers of the model; the second layer gets a name that none of them has
 * @returns the two layers, or only the given layer if there is nothing to split
 */
export function splitActivation(
  entry: ConfigEntry,
  layers: readonly ConfigEntry[],
): readonly [ConfigEntry, ConfigEntry?] {
  const { activation } = entry.config;
  if (!isConfigEntry(activation) || !Object.hasOwn(LAYERS, activation.class_name)) return [entry];
  // A recurrent layer applies the function at every step, so it cannot be moved behind the layer.
  if ('recurrent_activation' in entry.config || /RNN/.test(entry.class_name)) return [entry];
  if (LAYERS[activation.class_name]!(activation.config) !== undefined) return [entry];
  let name = `${nameOf(entry)}_activation`;
  while (layers.some((layer) => nameOf(layer) === name)) name += '_1';
  return [
    { ...entry, config: { ...entry.config, activation: 'linear' } },
    { class_name: activation.class_name, config: { ...activation.config, name } },
  ];
}

/**
 * The name that TensorFlow.js has for an activation function. The value may be a name, an object with a name in it, or a
 * layer.
 *
 * @throws DeconvnetError `unsupported-option` if TensorFlow.js has no such function.
 */
export function repairActivation(value: unknown, layer: ConfigEntry, scope: RepairScope): unknown {
  if (value === null || value === undefined) return value;
  const [name, config] =
    isRecord(value) && value.class_name !== 'function' ? [value.class_name, value.config] : [value];
  const called = isRecord(name) ? name.config : name;
  // Functions of TensorFlow Addons have the package before their names. Those with other names are known by them below.
  const said = typeof called === 'string' ? called.replace(/^Addons>(?!gelu$)/, '') : called;
  const asLayer = typeof said === 'string' && Object.hasOwn(LAYERS, said) ? LAYERS[said] : undefined;
  const known = asLayer ? asLayer(isRecord(config) ? config : {}) : said === 'silu' ? 'swish' : said;
  // The two hard sigmoids are different functions: slope 1/6 in Keras 3, 1/5 in Keras 2 and in TensorFlow.js.
  const word = known === 'hard_sigmoid' && scope.keras3 ? 'hard_sigmoid_keras3' : known;
  const added = typeof word === 'string' && !asLayer ? addedActivation(word) : undefined;
  if (added !== undefined) {
    registerActivation(added);
    return added;
  }
  if (typeof known === 'string' && isRegistered(camelCase(known))) {
    // A class that the user has registered keeps its options.
    return isConfigEntry(value) && !asLayer && value.class_name !== 'function' ? value : known;
  }
  const options = Object.entries(isRecord(config) ? config : {}).filter(
    ([key, option]) => !['name', 'trainable', 'dtype'].includes(key) && option !== null,
  );
  const withOptions = options.map(([key, option]) => `${key}=${JSON.stringify(option)}`).join(', ');
  throw layerError(
    scope,
    layer,
    'unsupported-option',
    `has the activation function '${typeof said === 'string' ? said : JSON.stringify(said)}'${withOptions && ` with ${withOptions}`}, which TensorFlow.js does not have. Remove it from the layer, put a separate layer after it instead (LeakyReLU, PReLU, ELU ... or a layer class of your own), and save the model again.`,
  );
}
