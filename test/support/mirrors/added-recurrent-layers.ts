import fc from 'fast-check';
import { addedLayer } from './added-layer.js';
import { added } from './added-value-layers.js';
import { between } from './drawn-cases.js';
import { type LayerClasses, layerCase } from './layer-case.js';

const STEPS = [[5, 3]];
const nonlinear = { linear: false };
const gru = (options: object): unknown => addedLayer('KerasGRU', { units: 3, ...options });

/** The recurrent layers that this library adds. */
export const ADDED_RECURRENT_LAYERS: LayerClasses = {
  KerasGRU: added(
    'KerasGRU',
    [
      layerCase(() => gru({}), STEPS, nonlinear),
      layerCase(() => gru({ returnSequences: true, goBackwards: true, useBias: false }), STEPS, nonlinear),
    ],
    // Of a single step tfjs has no gradient.
    fc.tuple(between(2, 4), between(1, 4)).map((shape): number[] => shape),
    () =>
      fc.record({
        units: between(1, 3),
        useBias: fc.boolean(),
        activation: fc.constantFrom('tanh', 'relu'),
        recurrentActivation: fc.constantFrom('sigmoid', 'hardSigmoid'),
        returnSequences: fc.boolean(),
        goBackwards: fc.boolean(),
      }),
    false,
  ),
};
