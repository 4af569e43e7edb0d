import { serialization } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../errors.js';
import { checkOptions } from './check-options.js';
import { type ConfigEntry, isConfigEntry, isRecord } from './config-entry.js';
import { registerClass } from './register-class.js';

/** Layers that act in training alone, and that tfjs-layers does not have under that name. */
const TRAINING_ONLY = /^(ActivityRegularization|Random(Flip|Rotation|Zoom|Translation|Contrast|Brightness)|Identity)$/;

/** Whether tfjs-layers can make an object of a class. */
const isRegistered = (className: string): boolean =>
  Object.hasOwn(serialization.SerializationMap.getMap().classNameMap, className);

/**
 * A layer of Keras 3 in the words of Keras 2: class, options and types; without what is inside it or around it.
 *
 * @throws DeconvnetError `unsupported-layer` for a class that nobody registered, `unsupported-option` where TensorFlow.js would compute something else.
 */
export function repairLayer(layer: ConfigEntry, subject: string): ConfigEntry {
  const { class_name, config } = renamed(layer, subject);
  // tfjs trips over options that are there and undefined; which ones there are depends on the version of Keras.
  return { class_name, config: Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)) };
}

function renamed({ class_name, config }: ConfigEntry, subject: string): ConfigEntry {
  checkOptions({ class_name, config }, subject);
  const { batch_shape, dtype, optional: _, ragged: _ragged, quantization_config: _quantization, ...options } = config;
  const repaired: Record<string, unknown> = Object.fromEntries(
    Object.entries(options).map(([key, value]) => [
      key,
      repairOption(key, value, String(config.name ?? class_name), subject),
    ]),
  );
  repaired.dtype = repairDtype(dtype, class_name === 'InputLayer');
  if (batch_shape !== undefined) repaired.batch_input_shape = batch_shape;
  const { name } = config;
  if (TRAINING_ONLY.test(class_name)) {
    return { class_name: 'Activation', config: { name, dtype: 'float32', activation: 'linear' } };
  }
  switch (class_name) {
    case 'BatchNormalization':
      return { class_name, config: { ...repaired, axis: [config.axis].flat()[0] } };
    case 'LeakyReLU':
      return { class_name, config: { name, dtype: 'float32', alpha: config.negative_slope ?? config.alpha } };
    case 'ReLU':
      return config.negative_slope
        ? { class_name: 'LeakyReLU', config: { name, dtype: 'float32', alpha: config.negative_slope } }
        : { class_name, config: { name, dtype: 'float32', max_value: config.max_value } };
    case 'SpatialDropout2D':
    case 'SpatialDropout3D':
      return { class_name: 'Dropout', config: { name, dtype: 'float32', rate: config.rate } };
    default:
      if (!isRegistered(class_name)) throw unknownClass(class_name, String(name ?? class_name), subject);
      return { class_name, config: repaired };
  }
}

function repairOption(key: string, value: unknown, layer: string, subject: string): unknown {
  const role = /_(initializer|regularizer|constraint)$/.exec(key)?.[1];
  if (role && isConfigEntry(value)) return repairTraining(role, value);
  if (/(^|_)activation$/.test(key)) return repairActivation(value, layer, subject);
  // NumPy arrays and scalars.
  if (isRecord(value) && value.class_name === '__numpy__' && isRecord(value.config)) return value.config.value;
  return value;
}

/** What only training needs: dropped where tfjs-layers does not have it. */
function repairTraining(role: string, { class_name, config }: ConfigEntry): ConfigEntry | null {
  if (class_name === 'L1' || class_name === 'L2') {
    return { class_name: 'L1L2', config: { l1: config.l1 ?? 0, l2: config.l2 ?? 0 } };
  }
  if (isRegistered(class_name)) return { class_name, config };
  return role === 'initializer' ? { class_name: 'Zeros', config: {} } : null;
}

/** The name of an activation function, as tfjs-layers has it. */
function repairActivation(value: unknown, layer: string, subject: string): unknown {
  if (value === null || value === undefined) return value;
  const said = isRecord(value) ? (value.class_name === 'function' ? value.config : value.class_name) : value;
  const activation = said === 'silu' ? 'swish' : String(said);
  const camelCased = activation.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  // The two hard sigmoids are different functions: slope 1/6 in Keras 3, 1/5 in TensorFlow.js.
  if (isRegistered(camelCased) && activation !== 'hard_sigmoid') return activation;
  throw new DeconvnetError(
    'unsupported-option',
    `Layer '${layer}' of ${subject} has the activation function '${activation}', which TensorFlow.js ${activation === 'hard_sigmoid' ? 'computes with another slope than Keras 3' : 'does not have'}. Leave it off the layer, put a layer of its own after it (LeakyReLU, PReLU, ELU ... or a registered class), and convert again.`,
    { layer },
  );
}

function unknownClass(className: string, layer: string, subject: string): DeconvnetError {
  return new DeconvnetError(
    'unsupported-layer',
    `Layer '${layer}' of ${subject} is of the class ${className}, which TensorFlow.js does not have.`,
    { layer, advice: registerClass(className) },
  );
}

/** A type, or a policy with a type of weights: tfjs computes in float32. */
function repairDtype(dtype: unknown, isInput: boolean): string {
  const name = isRecord(dtype) && isRecord(dtype.config) ? dtype.config.name : dtype;
  if (!isInput || typeof name !== 'string') return 'float32';
  if (/^u?int/.test(name)) return 'int32';
  return name === 'bool' || name === 'string' ? name : 'float32';
}
