export { type Keras3Options, keras3 } from './keras/keras3.js';
export type { LoadOptions } from './keras/load-options.js';
export { type RandomizeOptions, randomizeWeights } from './randomize-weights.js';
