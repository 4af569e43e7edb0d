import { InvalidArgumentError } from 'commander';
import type { Deconvnet, PatchMiner } from 'deconvnet';
import { numberList } from '../node/gallery/wording.js';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';
import type { Library } from './load-library.js';

/** Which feature maps to mine. What is said of one layer counts more than what is said of every layer. */
export interface MapChoice {
  /** How many of every layer, counted from the first. */
  readonly first?: number;
  /** Which of every layer, as far as it has them. */
  readonly every?: readonly number[];
  readonly byLayer: Readonly<Record<string, readonly number[]>>;
}

/** The largest number of feature maps that a range may contain. A larger one is probably a typing mistake. */
const LONGEST = 100_000;

/** Parses `--maps`, which can be repeated: a number, ranges such as `0-7`, or ranges of one layer, `conv3=0-31,64`. */
export function mapChoice(text: string, former: MapChoice = { byLayer: {} }): MapChoice {
  const { byLayer } = former;
  if (/^[1-9]\d*$/.test(text)) return { byLayer, first: Number(text) };
  const at = text.lastIndexOf('=');
  const maps = at === 0 ? undefined : mapsIn(text.slice(at + 1));
  if (!maps) {
    throw new InvalidArgumentError(
      'It must be a whole number of at least 1, ranges such as 0-7, or feature maps of a layer: conv3=0-31,64.',
    );
  }
  if (at < 0) return { byLayer, every: maps };
  const layer = text.slice(0, at);
  return { ...former, byLayer: { ...byLayer, [layer]: [...(byLayer[layer] ?? []), ...maps] } };
}

/**
 * Parses numbers and ranges of feature maps, `0-31,64`; undefined if the text is something else.
 *
 * @throws InvalidArgumentError for a range that runs backwards or is too long.
 */
export function mapsIn(text: string): number[] | undefined {
  const ranges = text.split(',');
  if (!ranges.every((range) => /^\d+(-\d+)?$/.test(range))) return undefined;
  return ranges.flatMap((range) => {
    const [from, to = from] = range.split('-').map(Number) as [number, number?];
    if (to < from || to - from > LONGEST)
      throw new InvalidArgumentError(`The range ${range} runs backwards or is too long.`);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}

/**
 * The choice in the form that the library takes.
 *
 * @throws CliError if feature maps are chosen for every layer, and a layer has none of them.
 */
export function featureMapsOf(
  { PatchMiner }: Library,
  deconvnet: Deconvnet,
  layers: readonly string[] | undefined,
  { first, every, byLayer }: MapChoice,
): Record<string, readonly number[]> {
  if (first === undefined && every === undefined) return { ...byLayer };
  const miner = new PatchMiner(deconvnet, { ...(layers && { layers }) });
  const ofEach = miner.layers.map((layer) => {
    const count = miner.featureMaps(layer);
    if (!every) return [layer, Array.from({ length: Math.min(first!, count) }, (_, map) => map)] as const;
    return [layer, Object.hasOwn(byLayer, layer) ? [] : everyIn(layer, count, every)] as const;
  });
  return { ...Object.fromEntries(ofEach), ...byLayer };
}

/**
 * The feature maps of a state to show, by layer.
 *
 * @throws CliError for a layer that is not shown, or for feature maps that the state does not have.
 */
export function mapsOfState(
  miner: PatchMiner,
  layers: readonly string[] | undefined,
  { first, every, byLayer }: MapChoice,
): Record<string, readonly number[]> {
  const shown = (layers ?? miner.layers).map((name) => miner.layerNamed(name));
  const named = new Map(Object.entries(byLayer).map(([name, maps]) => [miner.layerNamed(name), maps]));
  const hidden = [...named.keys()].find((layer) => !shown.includes(layer));
  if (hidden !== undefined) {
    throw new CliError(EXIT.usage, `--maps names layer '${hidden}', which --layers leaves out.`);
  }
  return Object.fromEntries(
    shown.map((layer) => {
      const mined = miner.minedMaps(layer);
      const asked = named.get(layer) ?? (every && everyIn(layer, miner.featureMaps(layer), every));
      if (!asked) return [layer, mined.slice(0, first)];
      const missing = asked.filter((map) => !mined.includes(map)).sort((a, b) => a - b);
      if (missing.length > 0) {
        throw new CliError(
          EXIT.usage,
          `The state does not have feature maps ${numberList(missing)} of layer '${layer}' (--maps). It has ${numberList(mined)}. Choose some of these, or mine the others.`,
        );
      }
      return [layer, mined.filter((map) => asked.includes(map))];
    }),
  );
}

function everyIn(layer: string, count: number, every: readonly number[]): number[] {
  const maps = every.filter((map) => map < count);
  if (maps.length > 0) return maps;
  throw new CliError(
    EXIT.usage,
    `--maps chooses no feature map of layer '${layer}', which has ${count}, numbered from 0. Choose smaller numbers, or name the other layers with --layers.`,
  );
}
