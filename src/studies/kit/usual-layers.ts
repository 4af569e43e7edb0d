import type { Deconvnet } from '../../deconvnet.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { defaultLayers } from '../../mine/default-layers.js';

/**
 * The layers of `defaultLayers`, from which a study chooses if none is named.
 *
 * @param option the option that names layers, for the message
 * @throws DeconvnetError `unsupported-option` if there are none.
 */
export function usualLayers(deconvnet: Deconvnet, option: 'layer' | 'layers'): readonly [string, ...string[]] {
  const [first, ...others] = defaultLayers(deconvnet).layers;
  if (first !== undefined) return [first, ...others];
  throw new DeconvnetError(
    'unsupported-option',
    `A study chooses among the convolutions and dense layers, and the network has none that can be projected. Name ${option === 'layer' ? 'another layer' : 'other layers'} with the option ${option}.`,
  );
}
