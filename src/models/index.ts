// Stage: after the core (`index.ts`). The entry `deconvnet/models` makes models fit to be loaded.
// In: the files of a model, from any version of Keras, or a model in memory.
// Out: a topology and weights that tfjs loads and computes as Keras does (`keras/keras3.ts`), a model that was loaded
// without initial weights and needless copies (`load-layers-model.ts`, `weights/`), or a model with random weights in its
// upper layers (`randomize-weights.ts`).

export { type FromKerasOptions, fromKeras } from './from-keras.js';
export { type Keras3Options, keras3 } from './keras/keras3.js';
export type { LoadOptions } from './keras/load-options.js';
export { loadLayersModel } from './load-layers-model.js';
export { type RandomizeOptions, randomizeWeights } from './randomize-weights.js';
