import type { H5File } from '../h5/h5-file.js';
import { type ConfigEntry, isConfigEntry, isModelEntry, layersOf, nameOf } from '../keras/config-entry.js';
import { weightNames } from '../keras/repair-weights.js';
import { savedName } from '../keras/unique-names.js';
import { isOperation, snakeCase } from '../keras/weight-owners.js';
import type { NamedWeight } from './keras-file.js';
import { type NativeGroups, nativeGroups } from './native-groups.js';

/** Where a model has its layers: since Keras 3 and tf_keras 2.16; and in the `.keras` files of Keras 2.12 to 2.15. */
const CONTAINERS = ['layers', '_layer_checkpoint_dependencies'] as const;

/**
 * Finds the weights of a model in the form that Keras writes into `.keras` and `.weights.h5` files since Keras 2.12. A
 * layer is a group there, named after its class and numbered, and its weights are numbered too. Only groups of layers
 * that the topology has are read, so that links in a circle do no harm.
 *
 * @throws DeconvnetError `model-unreadable`.
 */
export function nativeWeights(file: H5File, topology: ConfigEntry): NamedWeight[] {
  return modelWeights(nativeGroups(file), '', topology);
}

/** Whether an HDF5 file has weights in this form. */
export function hasNativeWeights(file: H5File): boolean {
  const groups = nativeGroups(file);
  return CONTAINERS.some((container) => groups.kindOf(`/${container}`) === 'group');
}

function modelWeights(file: NativeGroups, group: string, model: ConfigEntry): NamedWeight[] {
  const container = CONTAINERS.find((name) => file.kindOf(`${group}/${name}`) === 'group');
  if (container === undefined) return [];
  const path = `${group}/${container}`;
  const names = file.namesIn(path);
  const groups = groupsOf(file, path, names, model, container === 'layers');
  const known = new Set(groups.values());
  // A layer that the topology does not have: its weights have no place, and the error will say so.
  const others = names.filter((name) => !known.has(name)).flatMap((name) => ownWeights(file, `${path}/${name}`));
  return [
    ...layersOf(model).flatMap((layer) => {
      const name = groups.get(layer);
      return name === undefined ? [] : layerWeights(file, `${path}/${name}`, layer);
    }),
    ...others.map((at) => ({ name: at.slice(1), weight: file.weight(at) })),
  ];
}

/** The group of each layer: by the layer's name, which Keras writes since 3.5; else by its class and number. */
function groupsOf(
  file: NativeGroups,
  path: string,
  names: readonly string[],
  model: ConfigEntry,
  numbered: boolean,
): Map<ConfigEntry, string> {
  const layers = layersOf(model).filter((layer) => !isOperation(layer));
  const groups = new Map<ConfigEntry, string>();
  const written = new Map(names.map((name) => [layerNameIn(file, `${path}/${name}`), name]));
  const counts = new Map<string, number>();
  for (const layer of layers) {
    const named = written.get(savedName(layer));
    const snake = snakeCase(layer.class_name);
    const count = counts.get(snake) ?? 0;
    counts.set(snake, count + 1);
    // Keras 2.12 to 2.15 counts layers with weights twice there, so only the order of the groups tells.
    const nth = numbered ? (count === 0 ? snake : `${snake}_${count}`) : ofClass(names, snake)[count];
    const name = named ?? nth;
    if (name !== undefined && names.includes(name)) groups.set(layer, name);
  }
  return groups;
}

/** The groups of a class, in the order of their numbers. */
function ofClass(names: readonly string[], snake: string): string[] {
  const number = (name: string): number => Number(name.slice(snake.length + 1));
  return names
    .filter((name) => name === snake || (name.startsWith(`${snake}_`) && Number.isInteger(number(name))))
    .sort((a, b) => number(a) - number(b));
}

function layerNameIn(file: NativeGroups, group: string): string | undefined {
  if (file.kindOf(`${group}/vars`) !== 'group') return undefined;
  const name = file.text(`${group}/vars`, 'name');
  return typeof name === 'string' ? name : undefined;
}

function layerWeights(file: NativeGroups, path: string, layer: ConfigEntry): NamedWeight[] {
  if (isModelEntry(layer)) return modelWeights(file, path, layer);
  const { layer: inner } = layer.config;
  const name = nameOf(layer);
  if (!isConfigEntry(inner)) return variables(file, path, layer, name);
  if (layer.class_name === 'Bidirectional') {
    return ['forward', 'backward'].flatMap((way) =>
      variables(file, `${path}/${way}_layer`, inner, `${name}/${way}_${nameOf(inner).replace(/^forward_/, '')}`),
    );
  }
  return isModelEntry(inner)
    ? modelWeights(file, `${path}/layer`, inner)
    : variables(file, `${path}/layer`, inner, name);
}

/** The weights of one layer, and of the cells in it, named in the order in which Keras numbers them. */
function variables(file: NativeGroups, path: string, layer: ConfigEntry, scope: string): NamedWeight[] {
  const stacked = cellGroups(layer).flatMap((cell) => ownWeights(file, `${path}/cell/cells/${cell}`));
  const paths = [...ownWeights(file, path), ...ownWeights(file, `${path}/cell`), ...stacked];
  const names = weightNames(layer);
  return paths.map((at, i) => ({ name: `${scope}/${names[i] ?? i}`, weight: file.weight(at) }));
}

/** The groups of the cells of a recurrent layer, in order. The cells of each class are numbered. */
function cellGroups({ config: { cell } }: ConfigEntry): string[] {
  const { cells } = isConfigEntry(cell) ? cell.config : {};
  const counts = new Map<string, number>();
  return (Array.isArray(cells) ? cells.filter(isConfigEntry) : []).map(({ class_name }) => {
    const snake = snakeCase(class_name);
    const count = counts.get(snake) ?? 0;
    counts.set(snake, count + 1);
    return count === 0 ? snake : `${snake}_${count}`;
  });
}

/** The paths of the variables in a group. HDF5 lists them as text: 10 comes before 2. */
function ownWeights(file: NativeGroups, group: string): string[] {
  return file
    .namesIn(`${group}/vars`)
    .sort((a, b) => Number(a) - Number(b))
    .map((name) => `${group}/vars/${name}`);
}
