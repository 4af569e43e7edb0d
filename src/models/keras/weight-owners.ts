import { type ConfigEntry, isConfigEntry, isModelEntry, layersOf, nameOf } from './config-entry.js';

/** A layer with weights, as Keras 3 and TensorFlow.js name it. */
export interface WeightOwner {
  readonly entry: ConfigEntry;
  /** What tfjs puts before the names of its weights: nested models do not count. */
  readonly scope: string;
  /** The names on the way to it, from the outermost model's layers on. */
  readonly names: readonly string[];
  /** The way to it in the native format, which numbers layers by class and knows no names. */
  readonly numbered: readonly string[];
}

/** All layers of a topology of Keras 3 that can have weights, innermost ones in the place of what holds them. */
export function weightOwners(
  model: ConfigEntry,
  names: readonly string[] = [],
  path: readonly string[] = [],
): WeightOwner[] {
  const counts = new Map<string, number>();
  return layersOf(model).flatMap((layer) => {
    const snake = snakeCase(layer.class_name);
    const count = counts.get(snake) ?? 0;
    counts.set(snake, count + 1);
    const name = nameOf(layer);
    const below = [
      [...names, name],
      [...path, count === 0 ? snake : `${snake}_${count}`],
    ] as const;
    if (isModelEntry(layer)) return weightOwners(layer, ...below);
    return isConfigEntry(layer.config.layer)
      ? wrapped(layer, layer.config.layer, ...below)
      : [owner(layer, name, ...below)];
  });
}

/** The one or two layers that a wrapper makes of the one it holds. */
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

/** As Keras makes names of classes: BatchNormalization, batch_normalization; Conv2D, conv2d; PReLU, p_re_lu. */
function snakeCase(className: string): string {
  return className
    .replace(/\W/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
