import { engine } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { allEntries, type ConfigEntry, isModelEntry, nameOf } from './config-entry.js';
import { errorOfMaking } from './make-object.js';
import { matchWeights } from './match-weights.js';
import type { SavedTopology } from './read-topology.js';
import { repairTopology } from './repair-topology.js';
import { repairWeights, type SavedWeights } from './repair-weights.js';
import { isOptimizerWeight } from './weight-bytes.js';
import { type NamedShape, placesForWeights } from './weight-places.js';

/** A model that TensorFlow.js loads. */
export interface RepairedModel {
  readonly topology: ConfigEntry;
  /** Undefined where the model was given without weights. */
  readonly weights: SavedWeights | undefined;
  /** What a person should know of the model, in full sentences. */
  readonly warnings: readonly string[];
}

/** How a model is repaired. */
export interface RepairModelOptions {
  /** Whether every weight must have its place, and every place its weight; `true` by default. */
  readonly strict?: boolean;
  /** Whether the weights of an optimizer are kept, which only training needs; `true` by default. */
  readonly keepOptimizer?: boolean;
}

/**
 * Brings a model that any version of Keras, or TensorFlow.js itself, wrote into the one form that TensorFlow.js loads, and
 * sees that it will load: the topology is built once with weights of zeros, and the weights are compared with its places.
 *
 * Without a backend nothing is built, and TensorFlow.js will say that there is none.
 *
 * @param subject what messages call the model
 * @param read reads the weights; it is called once the topology is known to be whole
 * @throws DeconvnetError `model-unreadable`, `unsupported-layer`, `unsupported-option`, `weights-mismatch`.
 */
export async function repairModel(
  saved: SavedTopology,
  subject: string,
  read: () => Promise<SavedWeights | undefined>,
  { strict = true, keepOptimizer = true }: RepairModelOptions = {},
): Promise<RepairedModel> {
  const repaired = repairTopology(saved, subject);
  const { topology, warnings } = repaired;
  const given = await read();
  const weights = given && repairWeights(saved, repaired, given, keepOptimizer);
  if (engine().backendNames().length > 0) {
    await engine().ready();
    const specs = weights?.specs.filter((spec) => !isOptimizerWeight(spec));
    const values = specs?.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
    const places = await build(subject, topology, values);
    if (specs) matchWeights(subject, places, specs, strict);
  }
  return { topology, weights, warnings };
}

async function build(subject: string, topology: ConfigEntry, values: number | undefined): Promise<NamedShape[]> {
  try {
    return await placesForWeights(topology, values);
  } catch (cause) {
    if (cause instanceof DeconvnetError) throw cause;
    for (const entry of allEntries(topology)) {
      const why = isModelEntry(entry) ? undefined : errorOfMaking(entry);
      if (!why) continue;
      throw new DeconvnetError(
        'model-unreadable',
        `Layer '${nameOf(entry)}' of ${subject}, a ${entry.class_name}, cannot be made of its options${whyNot(why)}. Convert or save the model again.`,
        { layer: nameOf(entry), cause: why },
      );
    }
    throw new DeconvnetError(
      'model-unreadable',
      `The topology of ${subject} cannot be built${whyNot(cause)}. Convert or save the model again.`,
      { cause },
    );
  }
}

/** What TensorFlow.js says, as far as a person can make something of it. */
function whyNot(cause: unknown): string {
  if (cause instanceof RangeError && /call stack/.test(cause.message))
    return ': it is too deep for TensorFlow.js, which goes from layer to layer in recursion';
  // A slip of its own, where it expected something that is not there, or a size beyond what an array can have.
  if (!(cause instanceof Error) || cause instanceof TypeError || cause instanceof RangeError) return '';
  const lines = cause.message.split('\n').map((line) => line.trim());
  return `: ${lines
    .filter((line) => line !== '')
    .join(' ')
    .replace(/\.$/, '')}`;
}
