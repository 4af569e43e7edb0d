import { dispose } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { BuiltModel } from '../keras/build-model.js';
import type { SavedWeight } from '../keras/repair-weights.js';
import { readWeights, type WeightPieces } from './read-weights.js';

/**
 * Gives a model that was built without values its weights. Those that are not saved get their initial values.
 *
 * @param subject the name of the model in messages
 * @throws DeconvnetError `model-unreadable`. The model is not disposed.
 */
export async function fillModel(
  subject: string,
  { model, weights: lazy }: BuiltModel,
  weights: readonly SavedWeight[],
  pieces: WeightPieces,
): Promise<LayersModel> {
  const values = await readWeights(subject, weights, pieces);
  try {
    // They are known to fit, except those that a model of which only a part was saved has no place for.
    model.loadWeights(values, false);
  } finally {
    dispose(values);
  }
  lazy.initialize();
  return model;
}
