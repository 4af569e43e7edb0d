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

/** A model in the form that TensorFlow.js loads. */
export interface RepairedModel {
  readonly topology: ConfigEntry;
  /** Undefined if the model was given without weights. */
  readonly weights: SavedWeights | undefined;
  /** Warnings for the user, in full sentences. */
  readonly warnings: readonly string[];
}

/** How a model is repaired. */
export interface RepairModelOptions {
  /** Whether every weight must have a place in the topology, and every place a weight; `true` by default. */
  readonly strict?: boolean;
  /** Whether the weights of an optimizer are kept, which only training needs; `true` by default. */
  readonly keepOptimizer?: boolean;
}

/**
 * Repairs a model that any version of Keras, or TensorFlow.js itself, wrote, so that TensorFlow.js can load it. Then it
 * checks that the model will load: it builds the topology once with weights of zeros, and compares the saved weights with
 * those that the topology needs.
 *
 * Without a backend the function skips this check, and TensorFlow.js then reports that the backend is missing.
 *
 * @param subject the name of the model in messages
 * @param read reads the weights; it is called after the topology was repaired
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
    // A part of the weights says nothing about how many the topology needs.
    const places = await build(subject, topology, strict ? values : undefined);
    if (specs) matchWeights(subject, places, specs, strict);
  }
  return { topology, weights, warnings };
}

async function build(subject: string, topology: ConfigEntry, saved: number | undefined): Promise<NamedShape[]> {
  try {
    return await placesForWeights(topology, saved);
  } catch (cause) {
    if (cause instanceof DeconvnetError) throw cause;
    for (const entry of allEntries(topology)) {
      const why = isModelEntry(entry) ? undefined : errorOfMaking(entry);
      if (!why) continue;
      throw new DeconvnetError(
        'model-unreadable',
        `Layer '${nameOf(entry)}' of ${subject}, a ${entry.class_name}, cannot be made from its options${whyNot(why)}. Convert or save the model again.`,
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

/** The message of TensorFlow.js as the end of a sentence; empty if it would not help a user. */
function whyNot(cause: unknown): string {
  if (cause instanceof RangeError && /call stack/.test(cause.message))
    return ': it is too deep for TensorFlow.js, which goes from layer to layer in recursion';
  // tfjs read a property of something that does not exist, or made an array of an impossible size.
  if (!(cause instanceof Error) || cause instanceof TypeError || cause instanceof RangeError) return '';
  const lines = cause.message.split('\n').map((line) => line.trim());
  return `: ${lines
    .filter((line) => line !== '')
    .join(' ')
    .replace(/\.$/, '')}`;
}
