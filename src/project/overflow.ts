import { DeconvnetError } from '../errors/deconvnet-error.js';
import type { NetworkNode } from '../network/network.js';

/**
 * The error for a convnet whose values became NaN or Infinity on the way up.
 *
 * @param found the first activation that was seen to be so, if it is known which one
 */
export function overflowed(
  { name }: NetworkNode,
  found?: { readonly featureMap: number; readonly activation: number },
): DeconvnetError {
  const what = found
    ? `Feature map ${found.featureMap} of layer '${name}' is ${found.activation}`
    : `Layer '${name}' puts out NaN or Infinity`;
  return new DeconvnetError(
    'not-finite',
    `${what}: the convnet overflowed on an image. Check how the pixels of the image were scaled.`,
    { layer: name },
  );
}

/** The error for a signal that became NaN or Infinity on the way down, from activations that were finite. */
export function overflowedBelow({ name }: NetworkNode): DeconvnetError {
  return new DeconvnetError(
    'not-finite',
    `A projection of layer '${name}' overflowed on its way down: weights or pixels are too large for 32-bit floats. Check how the pixels were scaled.`,
    { layer: name },
  );
}
