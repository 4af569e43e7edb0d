export { type RandomizeOptions, randomizeWeights } from '../randomize-weights.js';
export { keras3 } from './keras/keras3.js';
export type { LoadOptions } from './keras/load-options.js';
