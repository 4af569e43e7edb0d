import { checkValue, isCount } from '../../errors/check-options.js';
import { featureMapsOf, type NetworkNode } from '../../network/network.js';
import { checkFeatureMap } from '../../project/selection.js';

/** Which feature maps of a layer are set to zero. */
interface AblationChoice {
  readonly featureMaps?: readonly number[];
  readonly shares?: readonly number[];
  readonly draws?: number;
}

/**
 * Fills in the defaults of what is set to zero in one layer.
 *
 * @throws DeconvnetError `feature-map-out-of-range`, `invalid-option`.
 */
export function resolveAblations(
  node: NetworkNode,
  { featureMaps, shares = [0.25, 0.5, 0.75], draws = 5 }: AblationChoice,
): Required<AblationChoice> {
  const count = featureMapsOf(node);
  const maps = featureMaps ?? Array.from({ length: count }, (_, map) => map);
  checkValue(Array.isArray(maps), 'featureMaps is a list of numbers', maps);
  for (const map of maps) checkFeatureMap(node, map);
  const valid = Array.isArray(shares) && shares.every((share) => typeof share === 'number' && share > 0 && share < 1);
  checkValue(valid, 'shares is a list of numbers between 0 and 1', shares);
  checkValue(isCount(draws, 1), 'draws is how many draws there are for each share, 1 or more', draws);
  return { featureMaps: maps, shares, draws };
}
