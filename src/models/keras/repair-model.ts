import { engine, type io } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { type BuiltModel, buildModel } from './build-model.js';
import { allEntries, type ConfigEntry, isModelEntry, nameOf } from './config-entry.js';
import { errorOfMaking } from './make-object.js';
import { matchWeights } from './match-weights.js';
import { byOrder } from './name-by-order.js';
import { withOwnClasses } from './own-classes.js';
import type { SavedTopology } from './read-topology.js';
import { repairTopology } from './repair-topology.js';
import { repairWeights, type SavedWeight } from './repair-weights.js';
import { restoreSavedNames, withUniqueNames } from './unique-names.js';
import { isOptimizerWeight } from './weight-bytes.js';

/** A model in the form that TensorFlow.js loads. */
export interface RepairedModel {
  readonly topology: ConfigEntry;
  /** The descriptions of the weights; undefined if the model was given without weights. */
  readonly weights: readonly SavedWeight[] | undefined;
  /** Warnings for the user, in full sentences. */
  readonly warnings: readonly string[];
  /** The model, whose weights have no values yet. The caller fills or disposes it. Undefined without a backend. */
  readonly built: BuiltModel | undefined;
}

/** How a model is repaired. */
export interface RepairModelOptions {
  /** Whether every weight must have a place in the topology, and every place a weight. */
  readonly strict: boolean;
  /** Whether the weights of an optimizer are kept, which only training needs. */
  readonly keepOptimizer: boolean;
}

/**
 * Repairs a model that any version of Keras, or TensorFlow.js itself, wrote, so that TensorFlow.js can load it. Then it
 * checks that the model will load: it builds the topology, and compares the descriptions of the saved weights with the
 * weights that the topology needs. The values of the weights are not needed.
 *
 * Without a backend the function skips this check, and TensorFlow.js then reports that the backend is missing.
 *
 * @param subject the name of the model in messages
 * @param describe gives the descriptions of the weights, for a topology in which each layer has a name of its own; it is
 * called after the topology was repaired
 * @throws DeconvnetError `model-unreadable`, `unsupported-layer`, `unsupported-option`, `weights-mismatch`.
 */
export async function repairModel(
  saved: SavedTopology,
  subject: string,
  describe: (topology: ConfigEntry) => Promise<readonly io.WeightsManifestEntry[] | undefined>,
  { strict, keepOptimizer }: RepairModelOptions,
): Promise<RepairedModel> {
  const { topology: named, names } = withUniqueNames(saved.topology);
  const unique = { ...saved, topology: named };
  const repaired = repairTopology(unique, subject);
  const { warnings } = repaired;
  const given = await describe(named);
  let weights = given && repairWeights(unique, repaired, given, keepOptimizer);
  if (engine().backendNames().length === 0) return { topology: repaired.topology, weights, warnings, built: undefined };
  await engine().ready();
  const values =
    weights && ofModel(weights).reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
  // A part of the weights says nothing about how many the topology needs.
  const bound = strict ? values : undefined;
  let built = await build(subject, repaired.topology, bound);
  const topology = withOwnClasses(repaired.topology, built.model);
  if (topology !== repaired.topology) {
    built.dispose();
    built = await build(subject, topology, bound);
  }
  try {
    weights &&= byOrder(weights, built.model);
    if (weights) matchWeights(subject, built.places, ofModel(weights), strict);
  } catch (error) {
    built.dispose();
    throw error;
  }
  if (names.size > 0) restoreSavedNames(built.model, names);
  return { topology, weights, warnings, built };
}

/** The descriptions of the weights that the model itself gets. */
function ofModel(weights: readonly SavedWeight[]): io.WeightsManifestEntry[] {
  return weights.filter(({ spec, kept }) => kept && !isOptimizerWeight(spec)).map(({ spec }) => spec);
}

async function build(subject: string, topology: ConfigEntry, saved: number | undefined): Promise<BuiltModel> {
  try {
    return await buildModel(subject, topology, saved);
  } catch (cause) {
    if (cause instanceof DeconvnetError) throw cause;
    for (const entry of allEntries(topology)) {
      const why = isModelEntry(entry) ? undefined : errorOfMaking(entry);
      if (!why) continue;
      throw new DeconvnetError(
        'model-unreadable',
        `Layer '${nameOf(entry)}' of ${subject}, a ${entry.class_name}, cannot be made from its options${whyNot(why)}. Save the model again.`,
        { layer: nameOf(entry), cause: why },
      );
    }
    throw new DeconvnetError(
      'model-unreadable',
      `The topology of ${subject} cannot be built${whyNot(cause)}. Save the model again.`,
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
