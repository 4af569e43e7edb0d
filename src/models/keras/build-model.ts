import { engine, tidy, type Variable } from '@tensorflow/tfjs-core';
import { type LayersModel, models } from '@tensorflow/tfjs-layers';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { buildLazily, type LazyWeights } from '../../network/lazy-weights.js';
import type { ConfigEntry } from './config-entry.js';
import { holdOnce } from './hold-once.js';
import type { NamedShape } from './match-weights.js';
import { restoreNames, withSafeNames } from './safe-names.js';

/** A model whose weights have no values yet. */
export interface BuiltModel {
  readonly model: LayersModel;
  readonly weights: LazyWeights;
  /** The weights that the model has. */
  readonly places: readonly NamedShape[];
  /** Disposes the model, and all that its layers made. */
  dispose(): void;
}

/**
 * Builds a topology without running initializers, which costs neither time nor memory for the weights.
 *
 * tfjs keeps the weights of a model that it cannot finish. What a failed build leaves behind is disposed here.
 *
 * @param subject the name of the model in messages
 * @param saved how many values the saved weights have; undefined if there are none, or only a part of them. The build stops if the topology needs
 * more than twice as many, because the weights that are missing may need more than there is memory
 * @throws DeconvnetError `weights-mismatch` for such a topology.
 */
export async function buildModel(
  subject: string,
  topology: ConfigEntry,
  saved: number | undefined,
): Promise<BuiltModel> {
  const before = new Set(registeredVariables());
  const safe = withSafeNames(topology);
  let building: Promise<LayersModel> | undefined;
  // The model is built before the call returns, so all new variables are its own.
  const weights = buildLazily(
    () =>
      tidy(() => {
        building = models.modelFromJSON({ modelTopology: safe } as unknown as ModelJson);
      }),
    boundOf(subject, saved),
  );
  const made = registeredVariables().filter((variable) => !before.has(variable));
  const dispose = (): void => {
    for (const variable of made) variable.dispose();
  };
  try {
    const model = await building!;
    if (safe !== topology) restoreNames(model);
    holdOnce(model);
    const places = model.layers.flatMap((layer) =>
      layer.weights.map(({ originalName, shape, dtype }) => ({
        name: originalName,
        shape: shape as readonly number[],
        dtype,
      })),
    );
    return { model, weights, places, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

type ModelJson = Parameters<typeof models.modelFromJSON>[0];

/** This many extra values fit into memory, so the build can finish, and the error can name the missing weights. */
const SLACK = 1e6;

/** How many values a topology without weights may need. TensorFlow.js draws them at random and keeps them in memory. */
const MOST_DRAWN = 1e9;

/** Counts the values of weights, and fails if there are too many. */
function boundOf(subject: string, saved: number | undefined): (shape: readonly number[]) => void {
  const bound = saved === undefined ? '4 GB of weights' : 'twice the weights that the model has';
  let left = saved === undefined ? MOST_DRAWN : 2 * saved + SLACK;
  return (shape) => {
    left -= shape.reduce((product, size) => product * size, 1);
    if (left >= 0) return;
    throw new DeconvnetError(
      'weights-mismatch',
      `The topology of ${subject} needs more than ${bound}, at a weight of shape [${shape}]. The topology and the weights must come from the same model: give the two that belong together, or save the model again.`,
    );
  };
}

function registeredVariables(): Variable[] {
  return Object.values(engine().registeredVariables);
}
