import { DeconvnetError } from '../../errors/deconvnet-error.js';

/** The error for a mirror that stands in for a part of its layer on the way up, and cannot compute it. */
export function withoutUp(layer: string): DeconvnetError {
  return new DeconvnetError(
    'invalid-mirror',
    `The mirror of layer '${layer}' needs a function 'up' that computes the layer below its activation function; wrap the built-in mirror ({ ...builtIn, down }) to keep it.`,
    { layer },
  );
}
