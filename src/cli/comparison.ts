import { type Command, Option } from 'commander';
import type { Deconvnet, DeconvnetError, PatchMiner } from 'deconvnet';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';
import type { Library } from './load-library.js';
import { openNetwork } from './open-network.js';
import type { ModelOptions } from './options.js';

/** The options that say what a gallery is compared with. */
export interface CompareOptions {
  readonly compare?: string;
  readonly compareModel?: string;
  readonly compareRule?: ModelOptions['rule'];
  readonly compareTitle?: string;
}

/** What a gallery is compared with. */
export interface Comparison {
  readonly miner: PatchMiner;
  /** What it is, as a heading. */
  readonly title: string;
}

/** Adds the options that say what a gallery is compared with. */
export function addCompareOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--compare <state>',
        'another state of layers with the same names; each enlarged feature map is shown beside the one of this state',
      ),
    )
    .addOption(
      new Option(
        '--compare-model <model>',
        'the model that this state was mined with: another checkpoint, for example, or random weights (default: the same model); a file of weights alone has the topology beside it, or else that of --topology',
      ),
    )
    .addOption(
      new Option('--compare-rule <name>', 'the rule for its projections (default: as --rule)').choices([
        'deconvnet',
        'guided',
        'gradient',
      ]),
    )
    .addOption(new Option('--compare-title <text>', 'what it is, as a heading (default: what is different)'));
}

/** Checks that nothing says how to compare if nothing is compared. */
export function requireComparison({ compare, compareModel, compareRule, compareTitle }: CompareOptions): void {
  if (compare !== undefined) return;
  const options = { '--compare-model': compareModel, '--compare-rule': compareRule, '--compare-title': compareTitle };
  const idle = Object.entries(options).find(([, value]) => value !== undefined);
  if (idle === undefined) return;
  throw new CliError(
    EXIT.usage,
    `${idle[0]} says how to compare, but nothing is compared. Give a state with --compare STATE, or leave it out.`,
  );
}

/** Opens the state that a gallery is compared with. Undefined if nothing is compared. */
export async function openComparison(
  library: Library,
  model: string,
  given: ModelOptions & CompareOptions,
): Promise<Comparison | undefined> {
  const { compare, compareModel, compareRule, compareTitle, rule = 'deconvnet' } = given;
  if (compare === undefined) return undefined;
  const other = await openOther(library, model, { ...given, rule: compareRule ?? rule });
  const changed = [
    compareModel === undefined ? undefined : `the model ${compareModel}`,
    compareRule === undefined || compareRule === rule ? undefined : `the rule ${compareRule}`,
  ].filter((text) => text !== undefined);
  const title = compareTitle ?? (changed.length > 0 ? changed.join(' and ') : `the state ${compare}`);
  return { miner: await library.readState(compare, other), title };
}

/** Opens the network to compare with. Another checkpoint may have the same topology. */
async function openOther(
  library: Library,
  model: string,
  { compareModel, topology, ...given }: ModelOptions & CompareOptions,
): Promise<Deconvnet> {
  const shared = { ...given, ...(topology !== undefined && { topology }) };
  if (compareModel === undefined) return openNetwork(library, model, shared);
  return openNetwork(library, compareModel, given).catch((error: unknown) => {
    const isAlone = (error as DeconvnetError).advice?.about === 'give-topology';
    if (isAlone && topology !== undefined) return openNetwork(library, compareModel, shared);
    throw error;
  });
}
