import { checkKeys } from '../errors/check-options.js';
import { checkLayer } from '../network/check-layer.js';
import type { Layer } from '../network/layer-access.js';
import type { Mirror } from './mirror.js';
import { fused } from './rectify/fused.js';
import { isRectifyStep } from './rectify/rectify.js';
import { type RuleOptions, resolveRule } from './rules.js';
import { builtInMirror as stepsOf, unsupportedLayer } from './table.js';

/**
 * The mirror that a layer has unless you give another one. Wrap it in a mirror of your own.
 *
 * @param layer a layer of tfjs-layers. It must be built (be part of a model) before the mirror is used
 * @param options the rule whose mirror you want; `deconvnet` by default
 * @throws DeconvnetError `unsupported-layer` if the class has no mirror, `invalid-option` for a wrong rule.
 * @example A mirror that also reports the shape of every signal:
 * ```ts
 * import { builtInMirror, type MirrorFactory } from 'deconvnet';
 *
 * export const reporting: MirrorFactory = (layer) => {
 *   const mirror = builtInMirror(layer);
 *   return {
 *     ...mirror,
 *     down(signal, at) {
 *       console.log(layer.name, signal.shape);
 *       return mirror.down(signal, at);
 *     },
 *   };
 * };
 * ```
 */
export function builtInMirror(layer: Layer, options: RuleOptions = {}): Mirror {
  checkLayer('builtInMirror', layer);
  checkKeys('builtInMirror', options, ['rule', 'unpool', 'rectify', 'filter']);
  const steps = stepsOf(layer, resolveRule(options));
  if (!steps) throw unsupportedLayer(layer, layer.name);
  const [first, second] = steps;
  return second && isRectifyStep(second) ? fused(first!, second) : first!;
}
