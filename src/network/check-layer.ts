import { checkValue } from '../errors/check-options.js';
import type { Layer } from './layer-access.js';

/** @throws DeconvnetError `invalid-option` if the value is not a layer. */
export function checkLayer(what: string, layer: Layer): void {
  const { getClassName, getConfig, apply } = (layer ?? {}) as Partial<Layer>;
  const isLayer = [getClassName, getConfig, apply].every((method) => typeof method === 'function');
  checkValue(isLayer, `${what} takes a layer, as tf.layers and model.getLayer(name) give`, layer);
}
