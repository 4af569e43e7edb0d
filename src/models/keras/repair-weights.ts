import type { io } from '@tensorflow/tfjs-core';
import { addedWeights } from '../layers/added-layers.js';
import { allEntries, type ConfigEntry, isConfigEntry, isModelEntry, nameOf } from './config-entry.js';
import { isBuiltIn } from './option-forms.js';
import type { SavedTopology } from './read-topology.js';
import type { RepairedTopology } from './repair-topology.js';
import { spectralStateOf } from './unwrapped.js';
import { isOptimizerWeight } from './weight-bytes.js';
import { type WeightOwner, weightOwners } from './weight-owners.js';

/** A weight in a file. The bytes of all weights lie one after the other. */
export interface SavedWeight {
  /** Its description, with the name that TensorFlow.js looks for. */
  readonly spec: io.WeightsManifestEntry;
  /** Whether the model gets it. */
  readonly kept: boolean;
}

/**
 * Renames the weights of a model to the names that TensorFlow.js looks for. Not kept are the states of random generators,
 * the weights of layers that were left out and, if asked for, those of an optimizer. Names that do not belong to a known
 * layer stay as they are.
 *
 * @param saved the topology before its repair, from which the names of the weights follow
 */
export function repairWeights(
  { topology, keras3 }: SavedTopology,
  { topology: repaired, leftOut }: RepairedTopology,
  specs: readonly io.WeightsManifestEntry[],
  keepOptimizer: boolean,
): SavedWeight[] {
  const isSpectralState = spectralStateOf(topology);
  const owners = keras3 ? weightOwners(topology) : [];
  const gone = leftOut.flatMap(({ entry }) => [...allEntries(entry)]);
  const here = [...allEntries(repaired)];
  const isLeftOut = ownedBy(gone, here);
  const layerNames = new Set([...gone, ...here].filter((entry) => !isModelEntry(entry)).map(nameOf));
  return specs.map((spec) => {
    const bare = spec.name.replace(/:0$/, '');
    const name = nameInTopology(keras3 ? repairedName(bare, owners) : bare, layerNames);
    const kept =
      !isRandomState(name) && !isSpectralState(name) && !isLeftOut(name) && (keepOptimizer || !isOptimizerWeight(spec));
    return { spec: name === spec.name ? spec : { ...spec, name }, kept };
  });
}

/**
 * The name of a weight without what some conversions add to it: the name of the whole model at the front, or a number after
 * the name of the layer, which Keras adds when a model is loaded twice.
 */
function nameInTopology(name: string, layers: ReadonlySet<string>): string {
  const belongs = (way: string): boolean =>
    way.split('/').some((_, i, parts) => layers.has(parts.slice(0, i + 1).join('/')));
  if (belongs(name)) return name;
  const rest = name.slice(name.indexOf('/') + 1);
  if (rest.includes('/') && belongs(rest)) return rest;
  const unnumbered = name.replace(/_\d+\//, '/');
  return belongs(unnumbered) ? unnumbered : name;
}

/** Makes a function that tells whether a weight belongs to one of `layers`, and to none of `others`. */
function ownedBy(layers: readonly ConfigEntry[], others: readonly ConfigEntry[]): (weight: string) => boolean {
  const names = new Set(layers.map(nameOf));
  const otherNames = new Set(others.map(nameOf));
  return (weight) => {
    const way = weight.split('/').slice(0, -1);
    return way.some((part) => names.has(part)) && !way.some((part) => otherNames.has(part));
  };
}

/** Whether a weight is the state of a random generator, which layers that are random in training have. */
function isRandomState(name: string): boolean {
  return name.split('/').some((part) => part.startsWith('seed_generator') || part === 'StateVar');
}

function repairedName(name: string, owners: readonly WeightOwner[]): string {
  const parts = name.split('/').map((part) => part.replace(/^_/, ''));
  const last = parts.pop()!;
  const isNative = parts.at(-1) === 'vars';
  // Keras saves the weights of a recurrent layer under its cell; TensorFlow.js knows no cell there.
  const way = parts.filter(
    (part) => !['layers', 'vars', 'layer_checkpoint_dependencies'].includes(part) && !isCell(part),
  );
  const isNumber = /^\d+$/.test(last);
  const found = isNative ? owners.find(({ numbered }) => isSame(numbered, way)) : ownerNamed(way, owners);
  const weight = found && (isNumber ? (weightNames(found.entry)[Number(last)] ?? last) : alias(found.entry, last));
  return weight === undefined ? name : `${found!.scope}/${weight}`;
}

/** The layer at the end of a path. Depending on how a model was built, the path contains enclosing models or not. */
function ownerNamed(way: readonly string[], owners: readonly WeightOwner[]): WeightOwner | undefined {
  const above = owners.filter(({ names }) => isSame(names, way.slice(-names.length)));
  const longest = above.sort((a, b) => b.names.length - a.names.length)[0];
  if (longest) return longest;
  const below = owners.filter(({ names }) => isSame(names.slice(-way.length), way));
  return below.length === 1 ? below[0] : undefined;
}

function isCell(part: string): boolean {
  return /(^|_)cell(_\d+)?$/.test(part);
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.join('/') === b.join('/');
}

function alias({ class_name }: ConfigEntry, weight: string): string {
  return /^DepthwiseConv[12]D$/.test(class_name) && weight === 'kernel' ? 'depthwise_kernel' : weight;
}

/**
 * The names of a layer's weights, in the order in which Keras 3 numbers them. Empty for a class of the user, and for
 * several cells: the weights then go by their order.
 */
export function weightNames({ class_name, config }: ConfigEntry): string[] {
  const named = (...names: readonly (readonly [string, unknown])[]): string[] =>
    names.flatMap(([name, given]) => (given === false ? [] : [name]));
  const bias = ['bias', config.use_bias] as const;
  switch (class_name) {
    case 'BatchNormalization':
      return named(['gamma', config.scale], ['beta', config.center], ['moving_mean', true], ['moving_variance', true]);
    case 'LayerNormalization':
      return named(['gamma', config.scale], ['beta', config.center]);
    case 'DepthwiseConv2D':
      return named(['depthwise_kernel', true], bias);
    case 'SeparableConv2D':
      return named(['depthwise_kernel', true], ['pointwise_kernel', true], bias);
    case 'PReLU':
      return ['alpha'];
    case 'Embedding':
      return ['embeddings'];
    case 'SimpleRNN':
    case 'GRU':
    case 'LSTM':
    case 'ConvLSTM2D':
    case 'RNN':
      // Several cells have weights of the same names, so these go by their order.
      if (isConfigEntry(config.cell) && Array.isArray(config.cell.config.cells)) return [];
      return named(['kernel', true], ['recurrent_kernel', true], bias);
    default:
      return [...(addedWeights(class_name, config) ?? (isBuiltIn(class_name) ? named(['kernel', true], bias) : []))];
  }
}
