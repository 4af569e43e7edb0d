// `models/layers/` has the layers that Keras has and tfjs-layers lacks.
// In: the name of a class, from a topology.
// Out: a class of tfjs-layers that computes what Keras computes, and whose layers carry their mirrors. It is registered
// only if a topology names it. There is a file for each layer or family of layers; `added-layer.ts` is their base.

import { serialization } from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';
import * as adaptive from './adaptive-poolings.js';
import { KerasBatchNormalization } from './batch-normalization.js';
import * as convolutions from './convolutions.js';
import { CustomScaleLayer } from './custom-scale-layer.js';
import * as depthwise from './depthwise-convolutions.js';
import * as globalPoolings from './global-poolings.js';
import { KerasGRU, KerasGRUCell } from './gru.js';
import { LayerScale } from './layer-scale.js';
import { Normalization } from './normalization.js';
import { GroupNormalization, RMSNormalization, UnitNormalization } from './normalizations.js';
import { OPERATION_CLASSES } from './operations/operation-classes.js';
import { KerasPReLU } from './parametric-relu.js';
import * as placed from './placed-layers.js';
import * as poolings from './poolings.js';
import { KerasELU, KerasReLU } from './rectifiers.js';
import * as resizing from './resizing.js';
import { KerasSoftmax } from './softmax.js';
import * as transposed from './transposed-convolutions.js';

type AddedClass = serialization.SerializableConstructor<layers.Layer>;

/** A class that this library adds. */
interface Added {
  readonly made: AddedClass;
  /** The weights of a layer with these options, as a file names them, in the order in which Keras makes them. */
  readonly weights?: (config: Config) => readonly string[];
}

type Config = Readonly<Record<string, unknown>>;

/** Names of weights, without those that an option switches off. */
const named = (...names: readonly (readonly [name: string, option: unknown])[]): string[] =>
  names.flatMap(([name, option]) => (option === false ? [] : [name]));
const kernelAndBias = ({ use_bias }: Config): string[] => named(['kernel', true], ['bias', use_bias]);
const ofGates = ({ use_bias }: Config): string[] =>
  named(['kernel', true], ['recurrent_kernel', true], ['bias', use_bias]);
const depthwiseAndBias = ({ use_bias }: Config): string[] => named(['depthwise_kernel', true], ['bias', use_bias]);
const separable = ({ use_bias }: Config): string[] =>
  named(['depthwise_kernel', true], ['pointwise_kernel', true], ['bias', use_bias]);
const gammaAndBeta = ({ scale, center }: Config): string[] => named(['gamma', scale], ['beta', center]);

/** All classes of a family, whose weights have the same names. */
const each = (family: Readonly<Record<string, AddedClass>>, weights?: Added['weights']): Record<string, Added> =>
  Object.fromEntries(Object.values(family).map((made) => [made.className, { made, ...(weights && { weights }) }]));

/** All classes, by the name that a topology has for them. */
const ADDED: Readonly<Record<string, Added>> = {
  ...each(convolutions, kernelAndBias),
  ...each(transposed, kernelAndBias),
  DepthwiseConv1D: { made: depthwise.DepthwiseConv1D, weights: depthwiseAndBias },
  KerasDepthwiseConv2D: { made: depthwise.KerasDepthwiseConv2D, weights: depthwiseAndBias },
  SeparableConv1D: { made: depthwise.SeparableConv1D, weights: separable },
  KerasSeparableConv2D: { made: depthwise.KerasSeparableConv2D, weights: separable },
  ...each(adaptive),
  ...each(poolings),
  ...each(globalPoolings),
  ...each(placed),
  ...each(resizing),
  CustomScaleLayer: { made: CustomScaleLayer },
  KerasBatchNormalization: {
    made: KerasBatchNormalization,
    weights: (config) => [...gammaAndBeta(config), 'moving_mean', 'moving_variance'],
  },
  GroupNormalization: { made: GroupNormalization, weights: gammaAndBeta },
  Normalization: { made: Normalization, weights: ({ mean }) => (mean == null ? ['mean', 'variance', 'count'] : []) },
  RMSNormalization: { made: RMSNormalization, weights: () => ['scale'] },
  UnitNormalization: { made: UnitNormalization },
  KerasELU: { made: KerasELU },
  KerasPReLU: { made: KerasPReLU, weights: () => ['alpha'] },
  KerasReLU: { made: KerasReLU },
  KerasSoftmax: { made: KerasSoftmax },
  KerasGRU: { made: KerasGRU, weights: ofGates },
  KerasGRUCell: { made: KerasGRUCell, weights: ofGates },
  LayerScale: { made: LayerScale, weights: () => ['gamma'] },
  ...Object.fromEntries(Object.entries(OPERATION_CLASSES).map(([name, made]) => [name, { made }])),
};

/** The names of all classes that this library adds. */
export const addedNames: readonly string[] = Object.keys(ADDED);

/**
 * The name of a class of this library for a name in a topology; undefined if there is none, or if the user has registered
 * a class of that name. Keras writes the package before the name of a class that it does not export: `Custom>LayerScale`.
 */
export function addedClass(className: string): string | undefined {
  const name = isRegistered(className) ? className : className.slice(className.lastIndexOf('>') + 1);
  if (!Object.hasOwn(ADDED, name)) return undefined;
  return !isRegistered(name) || isOurs(name) ? name : undefined;
}

/** Whether this library has a class of that name, even if the user has registered another one. */
export function isAdded(className: string): boolean {
  return Object.hasOwn(ADDED, className);
}

/** Registers a class of this library, so that tfjs can make layers of it. */
export function registerAdded(name: string): void {
  if (!isRegistered(name)) serialization.registerClass(ADDED[name]!.made);
}

/** The names of a layer's weights, in the order in which Keras makes them; undefined if the class is not of this library. */
export function addedWeights(className: string, config: Config): readonly string[] | undefined {
  const name = className.slice(className.lastIndexOf('>') + 1);
  return Object.hasOwn(ADDED, name) ? (ADDED[name]!.weights?.(config) ?? []) : undefined;
}

function isRegistered(name: string): boolean {
  return Object.hasOwn(serialization.SerializationMap.getMap().classNameMap, name);
}

/** Whether the class that is registered is of this library. Another copy of it may have registered its own. */
function isOurs(name: string): boolean {
  const [made] = serialization.SerializationMap.getMap().classNameMap[name]!;
  return typeof (made.prototype as { deconvnetClass?: unknown }).deconvnetClass === 'function';
}
