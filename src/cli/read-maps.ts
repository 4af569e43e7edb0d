import { InvalidArgumentError } from 'commander';
import type { Deconvnet } from 'deconvnet';
import type { Library } from './load-library.js';

/** Which feature maps to mine: the first ones of every layer, or given ones of some layers. */
export interface MapChoice {
  readonly first?: number;
  readonly byLayer: Readonly<Record<string, readonly number[]>>;
}

/** The largest number of feature maps that a range may contain. A larger one is probably a typing mistake. */
const LONGEST = 100_000;

/** Parses `--maps`, which can be repeated: a number, or `conv3=0-31,64`. */
export function mapChoice(text: string, former: MapChoice = { byLayer: {} }): MapChoice {
  if (/^[1-9]\d*$/.test(text)) return { ...former, first: Number(text) };
  const at = text.lastIndexOf('=');
  const ranges = text.slice(at + 1).split(',');
  if (at < 1 || !ranges.every((range) => /^\d+(-\d+)?$/.test(range))) {
    throw new InvalidArgumentError(
      'It must be a whole number of at least 1, or feature maps of a layer: conv3=0-31,64.',
    );
  }
  const maps = ranges.flatMap((range) => {
    const [from, to = from] = range.split('-').map(Number) as [number, number?];
    if (to < from || to - from > LONGEST)
      throw new InvalidArgumentError(`The range ${range} runs backwards or is too long.`);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
  const layer = text.slice(0, at);
  return { ...former, byLayer: { ...former.byLayer, [layer]: [...(former.byLayer[layer] ?? []), ...maps] } };
}

/** The choice in the form that the library takes. */
export function featureMapsOf(
  { PatchMiner }: Library,
  deconvnet: Deconvnet,
  layers: readonly string[] | undefined,
  { first, byLayer }: MapChoice,
): Record<string, readonly number[]> {
  if (first === undefined) return { ...byLayer };
  const miner = new PatchMiner(deconvnet, { ...(layers && { layers }) });
  const firstOnes = miner.layers.map((layer) => {
    const count = Math.min(first, miner.featureMaps(layer));
    return [layer, Array.from({ length: count }, (_, map) => map)] as const;
  });
  return { ...Object.fromEntries(firstOnes), ...byLayer };
}
