export { keras3 } from '../keras3/keras3.js';
export { type RandomizeOptions, randomizeWeights } from '../randomize-weights.js';
