import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { KeptStatistics } from '../map-statistics.js';
import { minedMaps } from '../miner-basis.js';
import type { PatchEntry } from '../pixels/patch-entry.js';
import { compareRanked } from '../top-list.js';
import type { KeptLayer, KeptState } from './miner-state.js';

/** The number of digits of the sum of 2^53 times the largest float32, in units of 2^-149, and one sign. */
const LONGEST_SUM = 101;

/**
 * Checks that a state, which may have been changed since, has the shape that `PatchMiner.toJSON` writes, and that no list
 * is longer, or in another order, than a miner would write it.
 *
 * @throws DeconvnetError `state-unreadable`.
 */
export function checkKept(state: KeptState): void {
  const { k, perImage, images, layers, inputShape } = state;
  if (![k, perImage].every((count) => isCount(count) && count > 0) || !isCount(images)) {
    throw unreadable('k, perImage or images are missing');
  }
  if (!Array.isArray(layers) || !Array.isArray(inputShape)) throw unreadable('layers or inputShape are missing');
  for (const layer of layers as readonly (KeptLayer | null)[]) checkLayer(layer, state);
}

/** The error for a saved state that cannot be read. */
export function unreadable(why: string): DeconvnetError {
  return new DeconvnetError('state-unreadable', `This miner state cannot be read: ${why}.`);
}

function checkLayer(layer: KeptLayer | null, { k, perImage, images }: KeptState): void {
  const { name, featureMaps, selected, rankedBy, maps, statistics, floors } = layer ?? {};
  const bad = (why: string): DeconvnetError => unreadable(`layer '${name}' ${why}`);
  if (typeof name !== 'string' || !['output', 'logit', 'input'].includes(rankedBy as string) || !isCount(featureMaps)) {
    throw bad('lacks its name, its number of feature maps or what they are ranked by');
  }
  if (selected !== null && !isSelection(selected, featureMaps)) {
    throw bad(`should list which of its ${featureMaps} feature maps are mined, in rising order`);
  }
  const mined = minedMaps({ featureMaps, selected }).length;
  for (const lists of [maps, statistics, ...(floors === undefined ? [] : [floors])]) {
    if (!Array.isArray(lists) || lists.length !== mined)
      throw bad(`should have a list for each of ${mined} feature maps`);
  }
  for (const entries of maps!) {
    if (!Array.isArray(entries) || entries.length > k) throw bad(`should list at most ${k} patches per feature map`);
    const wrong = entries.find((entry) => !isEntry(entry));
    if (wrong !== undefined) throw bad(`has an entry ${JSON.stringify(wrong)?.slice(0, 120)}`);
    if (entries.some((entry, i) => i > 0 && compareRanked(entries[i - 1]!, entry) >= 0)) {
      throw bad('lists patches that are not in order');
    }
    const ofImage = (id: string): number => entries.filter((entry) => entry.id === id).length;
    if (entries.some(({ id }) => ofImage(id) > perImage))
      throw bad(`lists more than ${perImage} patches from one image`);
  }
  if (!statistics!.every((one) => isStatistics(one, images))) throw bad('has statistics that images cannot give');
  const above = maps!.findIndex(([first], place) => first && !(first.activation <= statistics![place]!.maximum!));
  if (above >= 0) throw bad('has a patch that is stronger than the maximum of its statistics');
  if (floors && !floors.every((floor) => floor === null || isFloat32(floor)))
    throw bad('has floors that are not numbers');
}

function isEntry(entry: PatchEntry | null): boolean {
  const { id, label, activation, probability, output, position, receptiveField } = entry ?? {};
  return (
    typeof id === 'string' &&
    (label === undefined || typeof label === 'string') &&
    isFloat32(activation) &&
    [probability, output].every((one) => one === undefined || Number.isFinite(one)) &&
    Array.isArray(position) &&
    position.every(isCount) &&
    areWhole(receptiveField?.start) &&
    areWhole(receptiveField?.size) &&
    receptiveField!.start.length === receptiveField!.size.length
  );
}

function isStatistics(statistics: KeptStatistics | null, images: number): boolean {
  const { sum, fired, maximum } = statistics ?? {};
  return (
    typeof sum === 'string' &&
    sum.length <= LONGEST_SUM &&
    /^(0|-?[1-9]\d*)$/.test(sum) &&
    isCount(fired) &&
    fired <= images &&
    (images === 0 ? maximum === null && sum === '0' : isFloat32(maximum) && maximum > 0 === fired > 0)
  );
}

function isSelection(selected: unknown, featureMaps: number): selected is readonly number[] {
  return (
    Array.isArray(selected) &&
    selected.length > 0 &&
    selected.every((map, i) => isCount(map) && map < featureMaps && (i === 0 || map > selected[i - 1]))
  );
}

function isFloat32(value: unknown): value is number {
  return Number.isFinite(value) && Math.fround(value as number) === value;
}

function areWhole(value: unknown): boolean {
  return Array.isArray(value) && value.every(Number.isSafeInteger);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
