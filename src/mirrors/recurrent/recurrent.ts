import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { Layer } from '../../network/layer-access.js';
import { titleOf } from '../../network/layer-options.js';
import type { Mirror } from '../mirror.js';
import { pullbackOf } from './gradient.js';

/** Recurrent layers: the gradient, since the paper has no mirror for them. */
export function recurrent(layer: Layer): Mirror {
  if (layer.stateful) {
    throw new DeconvnetError(
      'unsupported-option',
      `${titleOf(layer)} is stateful: every call changes its state, and so would a projection. Build the model again with stateful: false.`,
      { layer: layer.name },
    );
  }
  return { ...pullbackOf(layer), kind: 'gradient' };
}
