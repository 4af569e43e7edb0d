import type { LayersModel } from '@tensorflow/tfjs-layers';
import { addedClass, registerAdded } from '../layers/added-layers.js';
import { type ConfigEntry, isConfigEntry, isModelEntry, nameOf } from './config-entry.js';

/** A layer of tfjs that was built, and what it holds. */
interface Built {
  readonly name: string;
  /** The layers of a model. */
  readonly layers?: readonly Built[];
  /** The layer in a wrapper. */
  readonly layer?: Built;
  /** Its axis or axes, if it normalises. */
  readonly axis?: number | readonly number[];
  /** The number of axes of its input, if it states that. */
  readonly inputSpec?: readonly { readonly ndim?: number }[];
  /** Its applications. A layer in a wrapper has none. */
  readonly inboundNodes?: readonly { readonly inputShapes: readonly (readonly unknown[])[] }[];
}

/** For each class that tfjs does not compute for every input: the class that takes its place, and when it has to. */
const OWN: Readonly<Record<string, { readonly own: string; readonly isWrong: (built: Built) => boolean }>> = {
  BatchNormalization: {
    own: 'KerasBatchNormalization',
    isWrong: ({ axis = -1, inputSpec }) => {
      const rank = inputSpec?.[0]?.ndim;
      return rank !== undefined && (rank > 4 || !isLast(axis, rank));
    },
  },
  Softmax: {
    own: 'KerasSoftmax',
    isWrong: ({ axis = -1, inboundNodes = [] }) =>
      inboundNodes.length === 0
        ? !isLast(axis, Number.POSITIVE_INFINITY)
        : inboundNodes.some(({ inputShapes: [shape] }) => !isLast(axis, shape!.length)),
  },
};

/**
 * A topology in which each layer that tfjs does not compute for its input is one of this library. For a BatchNormalization
 * with more than four axes tfjs throws, and if the layer's axis is not the last one, it computes wrong values on most
 * backends. For a Softmax along another axis than the last it throws. Only a model that was built tells how many axes an
 * input has.
 *
 * @param topology a repaired one
 * @param model what tfjs built from it
 * @returns the given topology if none of its layers has to be replaced
 */
export function withOwnClasses(topology: ConfigEntry, model: LayersModel): ConfigEntry {
  return replaced(topology, model as unknown as Built);
}

function replaced(entry: ConfigEntry, built: Built | undefined): ConfigEntry {
  if (!built) return entry;
  if (isModelEntry(entry)) {
    const layers = entry.config.layers as readonly ConfigEntry[];
    const byName = new Map(built.layers?.map((layer) => [layer.name, layer]));
    const made = layers.map((layer) => replaced(layer, byName.get(nameOf(layer))));
    return made.every((layer, i) => layer === layers[i])
      ? entry
      : { ...entry, config: { ...entry.config, layers: made } };
  }
  const { layer } = entry.config;
  if (isConfigEntry(layer)) {
    const made = replaced(layer, built.layer);
    return made === layer ? entry : { ...entry, config: { ...entry.config, layer: made } };
  }
  const { own, isWrong } = (Object.hasOwn(OWN, entry.class_name) && OWN[entry.class_name]) || {};
  if (!own || !isWrong!(built) || !addedClass(own)) return entry;
  registerAdded(own);
  return { ...entry, class_name: own };
}

/** Whether a layer works along the last axis only. */
function isLast(axis: number | readonly number[], rank: number): boolean {
  return [axis].flat().join() === '-1' || [axis].flat().join() === `${rank - 1}`;
}
