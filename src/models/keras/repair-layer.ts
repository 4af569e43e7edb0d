import { addedClass, isAdded, registerAdded } from '../layers/added-layers.js';
import { type ConfigEntry, isConfigEntry, isLayerClass, isRecord, nameOf } from './config-entry.js';
import { checkOptions } from './ignored-options.js';
import { insteadOf } from './instead-of.js';
import { isBuiltIn, readOptions } from './option-forms.js';
import { registerClass } from './register-class.js';
import { repairActivation } from './repair-activation.js';
import { layerError, type RepairScope } from './repair-scope.js';
import { repairTraining, trainingRole } from './training-parts.js';

type Config = ConfigEntry['config'];

/**
 * Repairs the class, the options and the types of one layer. Layers inside it, and its place in the graph, are repaired
 * elsewhere.
 *
 * @throws DeconvnetError `unsupported-layer` if the class is not registered; `unsupported-option` if TensorFlow.js would
 * compute something else than Keras; `model-unreadable` if an option is in a form that no version of Keras writes.
 */
export function repairLayer(saved: ConfigEntry, scope: RepairScope): ConfigEntry {
  const entry = { ...saved, class_name: addedClass(saved.class_name) ?? withoutVersion(saved.class_name) };
  const { class_name } = entry;
  // In a class of the user, options may mean anything, even if Keras has a class of the same name.
  const isOwn = isLayerClass(class_name) && !isOurs(class_name) && !RANDOM.includes(class_name);
  if (!isOwn && !scope.tfjs) checkOptions(entry, scope);
  const options: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(entry.config)) {
    // tfjs fails on options that exist and are undefined. The shapes are handled below; quantization_config is not needed.
    if (value === undefined || ['batch_shape', 'input_shape', 'quantization_config'].includes(key)) continue;
    // Keras 2 writes the training of a kernel that a separable convolution does not have, and tfjs refuses it.
    if (!isOwn && class_name === 'SeparableConv2D' && /^kernel_/.test(key) && trainingRole(key)) continue;
    options[key] = isOwn ? repairOwnOption(key, value) : repairOption(key, value, entry, scope);
  }
  const config = {
    ...readOptions({ class_name, config: { ...options, ...common(entry) } }, scope),
    dtype: repairDtype(entry.config.dtype, class_name === 'InputLayer'),
  };
  const instead = isOwn ? undefined : insteadOf(class_name, config, scope.tfjs);
  const repaired = instead
    ? { class_name: instead[0], config: { ...common({ class_name, config }), ...instead[1] } }
    : { class_name, config };
  const added = addedClass(repaired.class_name);
  if (added) registerAdded(added);
  if (!isLayerClass(repaired.class_name)) throw unknownClass(class_name, nameOf(entry), scope);
  return repaired;
}

/** Layers of tfjs-layers that, by mistake, are random at inference too. */
const RANDOM = ['RandomWidth', 'RandomHeight'];

/** Whether a class belongs to tfjs-layers or to this library. The user may have registered another class of that name. */
function isOurs(className: string): boolean {
  return isBuiltIn(className) && (!isAdded(className) || addedClass(className) !== undefined);
}

/** The options that every layer may have: its name and, for a first layer, the shape of its input. */
function common({ class_name, config }: ConfigEntry): Config {
  const { name, batch_shape, batch_input_shape = batch_shape, input_shape, input_dim, input_length } = config;
  let shape = batch_input_shape;
  if (shape == null && Array.isArray(input_shape)) shape = [null, ...(input_shape as unknown[])];
  if (shape == null && class_name === 'Dense' && input_dim != null) shape = [null, input_dim];
  if (shape == null && class_name === 'Embedding') shape = [null, ...[input_length ?? null].flat()];
  return { ...(name !== undefined && { name }), ...(shape != null && { batch_input_shape: shape }) };
}

/** Repairs an option of a class of the user: only initializers and the like, which Keras writes as other objects. */
function repairOwnOption(key: string, value: unknown): unknown {
  const role = trainingRole(key);
  return role && isConfigEntry(value) ? repairTraining(role, value) : value;
}

function repairOption(key: string, value: unknown, layer: ConfigEntry, scope: RepairScope): unknown {
  const role = trainingRole(key);
  if (role) return repairTraining(role, value);
  return /^(recurrent_)?activation$/.test(key) ? repairActivation(value, layer, scope) : value;
}

/** The name of a class without a version. TensorFlow 1.13 to 2.0 wrote names such as BatchNormalizationV1. */
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

/** The dtype of a layer. Keras writes a dtype or a policy that contains one. Layers of tfjs compute in float32. */
function repairDtype(dtype: unknown, isInput: boolean): string {
  const name = isRecord(dtype) && isRecord(dtype.config) ? dtype.config.name : dtype;
  if (!isInput || typeof name !== 'string') return 'float32';
  if (/^u?int/.test(name)) return 'int32';
  return name === 'bool' || name === 'string' ? name : 'float32';
}
