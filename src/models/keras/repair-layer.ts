import { type ConfigEntry, isConfigEntry, isLayerClass, isRecord, nameOf } from './config-entry.js';
import { checkOptions, sayDifferences } from './ignored-options.js';
import { isBuiltIn, readOptions } from './option-forms.js';
import { registerClass } from './register-class.js';
import { repairActivation } from './repair-activation.js';
import { layerError, type RepairScope } from './repair-scope.js';
import { repairTraining, trainingRole } from './training-parts.js';

type Config = ConfigEntry['config'];

/** Layers that change pictures in training alone. TensorFlow.js lacks most of them, and runs the others at inference too. */
const TRAINING_ONLY =
  /^(ActivityRegularization|Random(Flip|Rotation|Zoom|Translation|Contrast|Brightness|Width|Height)|Identity)$/;

/**
 * A layer as TensorFlow.js reads it: class, options and types, without what is inside it or around it.
 *
 * @throws DeconvnetError `unsupported-layer` for a class that nobody registered; `unsupported-option` where TensorFlow.js
 * would compute something else; `model-unreadable` for options in a form that nobody wrote.
 */
export function repairLayer(saved: ConfigEntry, scope: RepairScope): ConfigEntry {
  const entry = { ...saved, class_name: withoutVersion(saved.class_name) };
  const { class_name } = entry;
  // A class of the user's own means by its options what it likes, even if Keras has one of that name.
  const isOwn = isLayerClass(class_name) && !isBuiltIn(class_name) && !RANDOM.includes(class_name);
  if (!isOwn && !scope.tfjs) {
    checkOptions(entry, scope);
    sayDifferences(entry, scope);
  }
  const options: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(entry.config)) {
    // tfjs trips over options that are there and undefined; which ones there are depends on the version of Keras.
    if (value === undefined || ['batch_shape', 'input_shape', 'quantization_config'].includes(key)) continue;
    options[key] = isOwn ? repairOwnOption(key, value) : repairOption(key, value, entry, scope);
  }
  const config = {
    ...readOptions({ class_name, config: { ...options, ...common(entry) } }, scope),
    dtype: repairDtype(entry.config.dtype, class_name === 'InputLayer'),
  };
  const instead = isOwn ? undefined : insteadOf(class_name, config);
  if (instead) return { class_name: instead[0], config: { ...common({ class_name, config }), ...instead[1] } };
  if (!isLayerClass(class_name)) throw unknownClass(class_name, nameOf(entry), scope);
  return { class_name, config };
}

/** Layers of tfjs-layers that are random at inference too, which is not what they are meant for. */
const RANDOM = ['RandomWidth', 'RandomHeight'];

/** A class with other options that computes the same, where TensorFlow.js ignores or lacks what a layer asks for. */
function insteadOf(className: string, config: Config): readonly [className: string, options: Config] | undefined {
  if (TRAINING_ONLY.test(className)) return ['Activation', { activation: 'linear' }];
  const { negative_slope: slope, alpha, threshold, max_value, rate } = config;
  switch (className) {
    case 'LeakyReLU':
      return ['LeakyReLU', { alpha: slope ?? alpha ?? 0.3 }];
    case 'ReLU':
      if (slope) return ['LeakyReLU', { alpha: slope }];
      // Keras cuts below the threshold, and at it.
      return threshold
        ? ['ThresholdedReLU', { theta: threshold }]
        : ['ReLU', max_value === undefined ? {} : { max_value }];
    case 'SpatialDropout2D':
    case 'SpatialDropout3D':
      return ['Dropout', { rate: rate ?? 0 }];
    default:
      return undefined;
  }
}

/** What every layer may say: its name, and the shape of its input if it is the first. */
function common({ class_name, config }: ConfigEntry): Config {
  const { name, batch_shape, batch_input_shape = batch_shape, input_shape, input_dim, input_length } = config;
  let shape = batch_input_shape;
  if (shape == null && Array.isArray(input_shape)) shape = [null, ...(input_shape as unknown[])];
  if (shape == null && class_name === 'Dense' && input_dim != null) shape = [null, input_dim];
  if (shape == null && class_name === 'Embedding') shape = [null, ...[input_length ?? null].flat()];
  return { ...(name !== undefined && { name }), ...(shape != null && { batch_input_shape: shape }) };
}

/** What Keras wraps in other objects than TensorFlow.js, in a class of the user's own: nothing is refused or dropped. */
function repairOwnOption(key: string, value: unknown): unknown {
  const role = trainingRole(key);
  return role && isConfigEntry(value) ? repairTraining(role, value) : value;
}

function repairOption(key: string, value: unknown, layer: ConfigEntry, scope: RepairScope): unknown {
  const role = trainingRole(key);
  if (role) return repairTraining(role, value);
  return /^(recurrent_)?activation$/.test(key) ? repairActivation(value, layer, scope) : value;
}

/** TensorFlow 1.13 to 2.0 wrote some classes with their version, such as BatchNormalizationV1. */
function withoutVersion(className: string): string {
  const bare = className.replace(/V[12]$/, '');
  return !isLayerClass(className) && isLayerClass(bare) ? bare : className;
}

function unknownClass(className: string, layer: string, scope: RepairScope): Error {
  return layerError(
    scope,
    layer === '' ? className : layer,
    'unsupported-layer',
    `is of the class ${className}, which TensorFlow.js does not have.`,
    registerClass(className),
  );
}

/** A type, or a policy with a type of weights: tfjs computes in float32. */
function repairDtype(dtype: unknown, isInput: boolean): string {
  const name = isRecord(dtype) && isRecord(dtype.config) ? dtype.config.name : dtype;
  if (!isInput || typeof name !== 'string') return 'float32';
  if (/^u?int/.test(name)) return 'int32';
  return name === 'bool' || name === 'string' ? name : 'float32';
}
