import type * as Sending from '../../../src/project/down/send-down.js';
import type * as Ascending from '../../../src/project/up/ascend.js';
import type * as Comparing from '../../../src/studies/sanity/compare-projections.js';

/** How many images have gone up, through the whole network or a part of it, and how many signals down. */
export interface ImageCount {
  up: number;
  down: number;
  /** How often two projections were compared. */
  comparisons: number;
}

/** The module of the way up, which counts. */
export function countingUp(module: typeof Ascending, count: ImageCount): typeof Ascending {
  const ascend: typeof Ascending.ascend = (network, mirrors, inputs, options) => {
    count.up += inputs[0]!.shape[0]!;
    return module.ascend(network, mirrors, inputs, options);
  };
  return { ...module, ascend };
}

/** The module of the way down, which counts. */
export function countingDown(module: typeof Sending, count: ImageCount): typeof Sending {
  const sendDown: typeof Sending.sendDown = (engine, ascent, way) => {
    count.down += way.seeds.length;
    return module.sendDown(engine, ascent, way);
  };
  return { ...module, sendDown };
}

/** The module that compares projections, which counts. */
export function countingComparisons(module: typeof Comparing, count: ImageCount): typeof Comparing {
  const compareProjections: typeof Comparing.compareProjections = (one, other) => {
    count.comparisons++;
    return module.compareProjections(one, other);
  };
  return { ...module, compareProjections };
}
