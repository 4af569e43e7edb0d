import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { Layer } from '../../network/layer-access.js';
import { titleOf } from '../../network/layer-options.js';

/**
 * The row of a class that no signal can pass on its way to the pixels. Layers below such a layer can be projected. A
 * selection above it gets an error with this reason.
 */
export function noPixels(reason: string): (layer: Layer) => never {
  return (layer) => {
    throw new DeconvnetError(
      'unsupported-layer',
      `Layer ${titleOf(layer)} has no mirror: ${reason}. Choose a layer below it.`,
      { layer: layer.name },
    );
  };
}
