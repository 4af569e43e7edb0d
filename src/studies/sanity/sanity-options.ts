import type { Deconvnet } from '../../deconvnet.js';
import { checkDeconvnet } from '../../errors/check-deconvnet.js';
import { checkValue, isCount } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { SourceItem } from '../../mine/image-source.js';
import { type Rule, type RuleName, resolveRule, ruleNames } from '../../mirrors/rules.js';
import { findNode, type NetworkNode } from '../../network/network.js';
import { rankMaps } from '../../project/seed/rank-maps.js';
import { checkFeatureMap } from '../../project/selection.js';
import { checkPicture } from '../kit/check-picture.js';
import { type PictureInput, readPictureInput } from '../kit/picture-input.js';
import { checkSeed, checkStudy, type StudyOptions } from '../kit/study-options.js';
import { usualLayers } from '../kit/usual-layers.js';
import type { Cell } from './sanity-projection.js';

/** By which rules is projected. */
export interface RulesOption extends StudyOptions {
  /** The rules, by name or as objects. Default: all of the library. */
  readonly rules?: readonly (RuleName | Rule)[];
}

/** What is projected. */
export interface CellsOption extends RulesOption {
  /** The name of the layer. Default: the last of `defaultLayers`. */
  readonly layer?: string;
  /**
   * How many feature maps, the strongest on the picture first; or a list of their numbers. A feature map that does not
   * fire on the picture is left out. Each is projected from its strongest position. Default: 4.
   */
  readonly maps?: number | readonly number[];
}

/** What is projected, and what random numbers follow from. */
export interface SanityOptions extends CellsOption {
  /** A whole number that decides all that is random. Default: 0. */
  readonly seed?: number;
}

/** How many feature maps are projected if nobody says. */
const MAPS = 4;

/**
 * Checks what all parts of the sanity check take.
 *
 * @param what the function, for messages
 * @returns the rules, each of which has another name
 * @throws DeconvnetError `invalid-option`, `disposed`, `inside-tidy`.
 */
export function checkSanity(
  what: string,
  deconvnet: Deconvnet,
  item: SourceItem,
  options: RulesOption & { readonly seed?: number },
): Rule[] {
  checkDeconvnet(what, deconvnet);
  deconvnet.engine.assertUsable();
  checkStudy(options);
  const { rules = ruleNames, seed = 0 } = options;
  checkSeed(seed);
  checkPicture(what, item);
  checkValue(Array.isArray(rules) && rules.length > 0, "rules is a list of rules, ['deconvnet', 'guided']", rules);
  const resolved = rules.map((rule) => resolveRule({ rule }));
  const names = resolved.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  checkValue(twice === undefined, 'Each of the rules has another name, because results are told apart by it', twice);
  return resolved;
}

/** What is projected from one picture. */
export interface Projected {
  /** The caller of `readProjected` disposes its tensor. */
  readonly picture: PictureInput;
  readonly node: NetworkNode;
  readonly cells: readonly Cell[];
}

/** Reads the picture, and finds the activations that are to be projected. */
export async function readProjected(
  what: string,
  deconvnet: Deconvnet,
  { id, image }: SourceItem,
  { layer, maps = MAPS }: CellsOption,
): Promise<Projected> {
  const { engine } = deconvnet;
  const node = findNode(engine.network, layer ?? usualLayers(deconvnet, 'layer').at(-1)!);
  const valid = isCount(maps, 1) || (Array.isArray(maps) && maps.length > 0);
  checkValue(valid, 'maps is how many feature maps are projected, 1 or more, or a list of their numbers', maps);
  const chosen = typeof maps === 'number' ? undefined : maps;
  for (const map of chosen ?? []) checkFeatureMap(node, map);
  const picture = await readPictureInput(what, deconvnet, image, id);
  try {
    const ranked = await rankMaps(engine, [picture.tensor], node);
    const firing = chosen ? ranked.filter(({ featureMap }) => chosen.includes(featureMap)) : ranked;
    const cells = firing.slice(0, typeof maps === 'number' ? maps : undefined);
    if (cells.length > 0) {
      return { picture, node, cells: cells.map(({ featureMap, position }) => ({ featureMap, position })) };
    }
    throw new DeconvnetError(
      'invalid-option',
      `${chosen ? `None of the chosen feature maps of layer '${node.name}' fires` : `No feature map of layer '${node.name}' fires`} on the picture '${id}', so there is nothing to project. Choose others, or another layer or picture.`,
      { layer: node.name },
    );
  } catch (error) {
    picture.tensor.dispose();
    throw error;
  }
}
