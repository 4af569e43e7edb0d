import { engine, tidy, type Variable } from '@tensorflow/tfjs-core';
import { type LayersModel, models } from '@tensorflow/tfjs-layers';
import { type ConfigEntry, replaceTraining, ZEROS } from './topology.js';

/** A weight that a topology has a place for. */
export interface WeightPlace {
  /** As saved weights are named. */
  readonly name: string;
  /** As Keras 3 names it, by its number in its layer. */
  readonly numberedName: string;
  readonly shape: readonly number[];
}

/**
 * Builds a topology once with weights of zeros, to see which weights it has places for, and throws it away.
 *
 * tfjs keeps the weights of a model that it cannot finish, so nothing is loaded before it is known to fit; what a
 * failed build leaves behind is freed here.
 */
export async function placesForWeights(topology: ConfigEntry): Promise<WeightPlace[]> {
  const light = replaceTraining(topology, (role) => (role === 'initializer' ? ZEROS : null));
  const before = new Set(registeredVariables());
  let building: Promise<LayersModel> | undefined;
  // The model is built before the call returns, so that all that is new is its own.
  tidy(() => {
    building = models.modelFromJSON({ modelTopology: light } as unknown as Parameters<typeof models.modelFromJSON>[0]);
  });
  const made = registeredVariables().filter((variable) => !before.has(variable));
  try {
    const model = await building!;
    return model.layers.flatMap(({ weights }) =>
      weights.map(({ name, originalName, shape }, i) => ({
        name: originalName,
        numberedName: `${name.split('/').slice(0, -1).join('/')}/${i}`,
        shape: shape as readonly number[],
      })),
    );
  } finally {
    for (const variable of made) variable.dispose();
  }
}

function registeredVariables(): Variable[] {
  return Object.values(engine().registeredVariables);
}
