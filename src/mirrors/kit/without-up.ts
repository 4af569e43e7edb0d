import { DeconvnetError } from '../../errors/deconvnet-error.js';

/** The error for a mirror that has to compute a part of its layer on the way up, but has no `up`. */
export function withoutUp(layer: string): DeconvnetError {
  return new DeconvnetError(
    'invalid-mirror',
    `The mirror of layer '${layer}' needs a function 'up' that computes the layer below its activation function; wrap the built-in mirror ({ ...builtIn, down }) to keep it.`,
    { layer },
  );
}
