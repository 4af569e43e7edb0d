import type { Deconvnet } from '../deconvnet.js';
import { checkDeconvnet } from '../errors/check-deconvnet.js';
import { checkCallback, checkKeys, checkSignal, checkValue, isPlainObject } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { findNode } from '../network/network.js';
import type { ModelInput } from '../project/read-input.js';
import { pictureDependence } from './picture-dependence.js';

/** Above this number the projections of a layer show more of the weights than of the picture. */
const LITTLE = 0.5;

/** How many layers have projections that depend little on the picture, by what `pictureDependence` measured. */
export function countLittleDependence(dependence: readonly number[]): number {
  return dependence.filter((one) => one > LITTLE).length;
}

/** Which rule suits a network, and why. */
export interface RuleChoice {
  /** `guided` if more than half of the layers are above 0.5, otherwise `deconvnet`. */
  readonly rule: 'deconvnet' | 'guided';
  /**
   * What `pictureDependence` measured under the rule `deconvnet`, by the full name of the layer: 1 if projections do not
   * depend on the picture. NaN if it could not be measured, because the projections were zero.
   */
  readonly dependence: Readonly<Record<string, number>>;
}

/** How a rule is chosen. */
export interface ChooseRuleOptions {
  /** Decides which feature maps and positions are drawn, as in `pictureDependence`. Default: 0. */
  readonly seed?: number;
  /**
   * What was measured before, by the name of the layer: the `dependence` of an earlier choice for the same network. These
   * layers count, too, and are not measured again. A program can thus add layers one at a time. Default: nothing.
   */
  readonly known?: Readonly<Record<string, number>>;
  /** Called before each layer that is not known. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Stops between two layers or positions. */
  readonly signal?: AbortSignal;
}

/**
 * Chooses the rule that suits a network, for a program whose user named none. Under the rule `deconvnet` the projections
 * of a network without max pooling show the weights alone, the same for each picture; `guided` makes them depend on the
 * picture (Springenberg et al., *Striving for Simplicity*, 2015, section 3.4).
 *
 * It measures `pictureDependence` for each layer. If it is above 0.5 in more than half of the layers, it chooses
 * `guided`. A layer with `dependsOnPicture: false` counts as 1 and costs nothing.
 *
 * @param deconvnet a Deconvnet with the rule `deconvnet`. If `guided` is chosen, make another one with that rule
 * @param images two or more images of the same shape, as `pictureDependence` takes them. Three or four are enough
 * @param layers the names of the layers that will be looked at
 * @throws DeconvnetError `invalid-option` if the Deconvnet has another rule or if there are no layers, and the codes of
 * `pictureDependence`; the reason of the signal if that was aborted.
 * @example
 * ```ts
 * import type { Tensor } from '@tensorflow/tfjs-core';
 * import { chooseRule, Deconvnet } from 'deconvnet';
 *
 * const suited = async (deconvnet: Deconvnet, images: Tensor[], layers: string[]) => {
 *   const { rule } = await chooseRule(deconvnet, images, layers);
 *   return rule === 'deconvnet' ? deconvnet : new Deconvnet(deconvnet.model, { rule });
 * };
 * ```
 */
export async function chooseRule(
  deconvnet: Deconvnet,
  images: readonly ModelInput[],
  layers: readonly string[],
  options: ChooseRuleOptions = {},
): Promise<RuleChoice> {
  checkDeconvnet('chooseRule', deconvnet);
  const { engine } = deconvnet;
  engine.assertUsable();
  checkKeys('chooseRule', options, ['seed', 'known', 'onProgress', 'signal']);
  const { known = {}, onProgress, signal, ...drawn } = options;
  checkCallback('onProgress', onProgress);
  checkSignal(signal);
  checkValue(Array.isArray(layers) && layers.length > 0, "layers is a list of names, ['conv1']", layers);
  const areNumbers = isPlainObject(known) && Object.values(known).every((one) => typeof one === 'number');
  checkValue(areNumbers, 'known is an object of numbers by the names of layers, { conv1: 0.1 }', known);
  if (engine.rule.name !== 'deconvnet') {
    throw new DeconvnetError(
      'invalid-option',
      `chooseRule measures projections under the rule 'deconvnet'; this Deconvnet has the rule '${engine.rule.name}'. Make one without the option rule.`,
    );
  }
  const dependence: Record<string, number> = {};
  for (const [name, measured] of Object.entries(known)) dependence[findNode(engine.network, name).name] = measured;
  const asked = new Set(layers.map((name) => findNode(engine.network, name)));
  const nodes = [...asked].filter(({ name }) => !Object.hasOwn(dependence, name));
  for (const [done, { name, index }] of nodes.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ done, total: nodes.length });
    dependence[name] = deconvnet.layers[index]!.dependsOnPicture
      ? await pictureDependence(deconvnet, images, { layer: name, ...drawn, ...(signal && { signal }) })
      : 1;
  }
  const measured = Object.values(dependence);
  return { rule: countLittleDependence(measured) > measured.length / 2 ? 'guided' : 'deconvnet', dependence };
}
