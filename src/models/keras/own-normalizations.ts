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
  /** Of a BatchNormalization: its axis, and the number of axes of its input. */
  readonly axis?: number;
  readonly inputSpec?: readonly { readonly ndim?: number }[];
}

/** The class that takes the place of BatchNormalization. */
const OWN = 'KerasBatchNormalization';

/**
 * A topology in which each BatchNormalization that tfjs does not compute is one of this library. tfjs throws if the input
 * has more than four axes. It computes wrong values on most backends if the layer's axis is not the last one. Only a model
 * that was built tells how many axes an input has.
 *
 * @param topology a repaired one
 * @param model what tfjs built from it
 * @returns the given topology if none of its layers has to be replaced
 */
export function withOwnNormalizations(topology: ConfigEntry, model: LayersModel): ConfigEntry {
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
  if (entry.class_name !== 'BatchNormalization' || !isWrong(built) || !addedClass(OWN)) return entry;
  registerAdded(OWN);
  return { ...entry, class_name: OWN };
}

/** Whether tfjs does not compute what a BatchNormalization states. */
function isWrong({ axis = -1, inputSpec }: Built): boolean {
  const rank = inputSpec?.[0]?.ndim;
  return rank !== undefined && (rank > 4 || (axis < 0 ? axis + rank : axis) !== rank - 1);
}
