import { io } from '@tensorflow/tfjs-core';
import type { ConfigEntry } from './config-entry.js';
import { isKeras3 } from './is-keras3.js';
import { type WeightOwner, weightOwners } from './weight-owners.js';

/** The weights of a model in memory: what they are, and their bytes one after the other. */
export interface SavedWeights {
  readonly specs: readonly io.WeightsManifestEntry[];
  readonly data: io.WeightData;
}

const BYTES: Readonly<Record<string, number>> = {
  bool: 1,
  uint8: 1,
  uint16: 2,
  float16: 2,
  int64: 8,
  uint64: 8,
  float64: 8,
};

/**
 * Weights that Keras 3 wrote, under the names that TensorFlow.js looks for; the states of random generators are left
 * out. A name that nothing is known of stays, and the bytes are not copied where all are kept.
 *
 * @param topology as it was saved, before its repair
 */
export function repairWeights(topology: ConfigEntry, { specs, data }: SavedWeights): SavedWeights {
  if (!isKeras3(topology)) return { specs, data };
  const owners = weightOwners(topology);
  const kept: io.WeightsManifestEntry[] = [];
  const ranges: [from: number, to: number][] = [];
  let offset = 0;
  for (const spec of specs) {
    const from = offset;
    offset += spec.shape.reduce((product, size) => product * size, BYTES[spec.quantization?.dtype ?? spec.dtype] ?? 4);
    if (spec.name.split('/').some((part) => part.startsWith('seed_generator'))) continue;
    kept.push({ ...spec, name: repairedName(spec.name, owners) });
    ranges.push([from, offset]);
  }
  if (kept.length === specs.length) return { specs: kept, data };
  const all = new io.CompositeArrayBuffer(data);
  return { specs: kept, data: ranges.map(([from, to]) => all.slice(from, to)) };
}

function repairedName(name: string, owners: readonly WeightOwner[]): string {
  const parts = name.split('/').map((part) => part.replace(/^_/, ''));
  const last = parts.pop()!;
  const isNative = parts.at(-1) === 'vars';
  // Weights of recurrent layers belong to their cells.
  const way = parts.filter(
    (part) => !['layers', 'vars', 'layer_checkpoint_dependencies'].includes(part) && !isCell(part),
  );
  const isNumber = /^\d+$/.test(last);
  const found = isNative ? owners.find(({ numbered }) => isSame(numbered, way)) : ownerNamed(way, owners);
  const weight = found && (isNumber ? weightNames(found.entry)[Number(last)] : alias(found.entry, last));
  return weight === undefined ? name : `${found!.scope}/${weight}`;
}

/** Depending on how a model was built, its path begins with the names of models around it, or not. */
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
  return class_name === 'DepthwiseConv2D' && weight === 'kernel' ? 'depthwise_kernel' : weight;
}

/** The names of a layer's weights, in their order. */
function weightNames({ class_name, config }: ConfigEntry): string[] {
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
      return named(['kernel', true], ['recurrent_kernel', true], bias);
    default:
      return named(['kernel', true], bias);
  }
}
