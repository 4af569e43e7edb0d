import { type ConfigEntry, isConfigEntry, isModelEntry, layersOf, nameOf } from './config-entry.js';
import { savedName } from './unique-names.js';

/** A layer with weights, and its names in Keras 3 and in TensorFlow.js. */
export interface WeightOwner {
  readonly entry: ConfigEntry;
  /** What tfjs puts before the names of its weights. Enclosing models are part of it only if another layer has the same name. */
  readonly scope: string;
  /** The names on the path to it, starting with a layer of the outermost model. */
  readonly names: readonly string[];
  /** The path to it in the native format of Keras 3, which numbers the layers of a class instead of naming them. */
  readonly numbered: readonly string[];
}

/** All layers of a Keras 3 topology that can have weights. Models and wrappers are replaced by the layers inside them. */
export function weightOwners(
  model: ConfigEntry,
  names: readonly string[] = [],
  path: readonly string[] = [],
): WeightOwner[] {
  const counts = new Map<string, number>();
  return layersOf(model).flatMap((layer) => {
    if (isOperation(layer)) return [];
    const snake = snakeCase(layer.class_name);
    const count = counts.get(snake) ?? 0;
    counts.set(snake, count + 1);
    const name = nameOf(layer);
    const below = [
      [...names, savedName(layer)],
      [...path, count === 0 ? snake : `${snake}_${count}`],
    ] as const;
    if (isModelEntry(layer)) return weightOwners(layer, ...below);
    return isConfigEntry(layer.config.layer)
      ? wrapped(layer, layer.config.layer, ...below)
      : [owner(layer, name, ...below)];
  });
}

/** The one or two layers that a wrapper makes from the layer inside it. */
function wrapped(
  wrapper: ConfigEntry,
  inner: ConfigEntry,
  names: readonly string[],
  path: readonly string[],
): WeightOwner[] {
  const name = nameOf(wrapper);
  if (isModelEntry(inner)) return weightOwners(inner, [...names, nameOf(inner)], [...path, 'layer']);
  if (wrapper.class_name !== 'Bidirectional')
    return [owner(inner, name, [...names, nameOf(inner)], [...path, 'layer'])];
  return ['forward', 'backward'].map((way) => {
    const copy = `${way}_${nameOf(inner).replace(/^forward_/, '')}`;
    return owner(inner, `${name}/${copy}`, [...names, copy], [...path, `${way}_layer`]);
  });
}

const owner = (
  entry: ConfigEntry,
  scope: string,
  names: readonly string[],
  numbered: readonly string[],
): WeightOwner => ({ entry, scope, names, numbered });

/** Whether an entry is an operation of Keras 3. It stands among the layers, has no weights and does not count as one. */
export function isOperation(entry: ConfigEntry): boolean {
  const { module } = entry as { readonly module?: unknown };
  return typeof module === 'string' && /^keras\.(src\.)?ops\b/.test(module);
}

/** The name that Keras makes from a class: BatchNormalization, batch_normalization; Conv2D, conv2d; PReLU, p_re_lu. */
export function snakeCase(className: string): string {
  return className
    .replace(/\W/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
