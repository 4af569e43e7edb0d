import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { Layer } from '../../network/layer-access.js';
import { titleOf } from '../../network/layer-options.js';
import type { Mirror } from '../mirror.js';
import { pullbackOf } from './gradient.js';

/**
 * Recurrent layers: the gradient, because the paper has no mirror for them.
 *
 * With `h[t] = f(x[t], h[t−1])` the signal of a step goes to the step's input and to the state before it: with
 * `s[t] = dy[t] + (∂h[t+1]/∂h[t])ᵀ s[t+1]` the signal at the input is `dx[t] = (∂h[t]/∂x[t])ᵀ s[t]`. This is
 * backpropagation through time.
 *
 * Source: Werbos, Backpropagation through time: what it does and how to do it (Proceedings of the IEEE, 1990).
 */
export function recurrent(layer: Layer): Mirror {
  if (layer.stateful) {
    throw new DeconvnetError(
      'unsupported-option',
      `${titleOf(layer)} is stateful: every call changes its state, so a projection would change it too. Build the model again with stateful: false.`,
      { layer: layer.name },
    );
  }
  return { ...pullbackOf(layer), kind: 'gradient' };
}
