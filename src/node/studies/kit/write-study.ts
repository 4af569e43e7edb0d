import { join } from 'node:path';
import type { Deconvnet } from '../../../deconvnet.js';
import { checkCallback, checkSignal, checkValue } from '../../../errors/check-options.js';
import type { StudyProgress } from '../../../studies/kit/study-options.js';
import { checkPath } from '../../check-path.js';
import { StudyFolder } from './study-folder.js';
import { renderStudyPage, type StudyCover } from './study-page.js';
import { type StudyCost, type StudyPlan, workOf } from './study-plan.js';
import { UnfinishedStudy } from './unfinished-study.js';

/** Where to write a study, and what its page says. */
export interface WriteStudyOptions {
  /** The folder, which is made if it is missing. An older page of the same study in it is replaced. */
  readonly out: string;
  /** The page's heading; by default the study's name and the model's. */
  readonly title?: string;
  /** The command that made the page, for its foot. */
  readonly command?: string;
  /** The versions of the software that made it, by name, for the foot of the page. */
  readonly versions?: Readonly<Record<string, string>>;
  /** The day, for the foot of the page. It is left out by default, so that equal input gives an equal page. */
  readonly date?: Date;
  /** Called once, before the work begins. The work waits for the promise that it returns. */
  readonly onCost?: (cost: StudyCost) => void | Promise<void>;
  /** Called when images have been run through the network. */
  readonly onProgress?: (progress: Required<StudyProgress>) => void;
  /**
   * Stops the study. Then no page is written. The parts that are finished stay in the folder `unfinished`, and the same
   * call goes on from there.
   */
  readonly signal?: AbortSignal;
}

/** The keys of `WriteStudyOptions`. */
export const WRITE_STUDY_KEYS = [
  'out',
  'title',
  'command',
  'versions',
  'date',
  'onCost',
  'onProgress',
  'signal',
] as const;

/** @throws DeconvnetError `invalid-option`. */
function checkWriteStudy(what: string, { out, title, onCost, onProgress, signal }: WriteStudyOptions): void {
  checkPath(`${what} writes a folder`, out);
  checkValue(title === undefined || typeof title === 'string', 'title is the heading of the page', title);
  checkCallback('onCost', onCost);
  checkCallback('onProgress', onProgress);
  checkSignal(signal);
}

/** A study that was written. */
export interface WrittenStudy {
  /** The path of the page. */
  readonly index: string;
  /** What was found in this network, in a sentence or two, as the page says it. */
  readonly summary: string;
  /** Some pictures and plots of the page. */
  readonly cover: readonly StudyCover[];
}

/**
 * Runs the parts of a study that an earlier run has not finished, and writes the page.
 *
 * @param planned makes the plan, when the options that all studies have were checked
 * @param what the function that the user called, for messages: `writeOcclusion`
 * @throws DeconvnetError `write-failed`, `state-mismatch`, `state-unreadable`, and what the parts throw; the reason of the
 * signal if that was aborted.
 */
export async function writeStudy(
  planned: () => Promise<StudyPlan>,
  what: string,
  options: WriteStudyOptions,
): Promise<WrittenStudy> {
  checkWriteStudy(what, options);
  const plan = await planned();
  const { study, identity, parts } = plan;
  const { out, onCost, onProgress, signal } = options;
  signal?.throwIfAborted();
  const folder = await StudyFolder.open(out, study);
  const unfinished = await UnfinishedStudy.open(out, { study, ...identity });
  const records = new Map<string, unknown>();
  for (const part of parts) {
    const record = await unfinished.read(part);
    if (record !== undefined) records.set(part.key, record);
  }
  const missing = parts.filter(({ key }) => !records.has(key));
  const [work, rest] = [workOf(parts), workOf(missing)];
  const total = work.up + work.down;
  let done = total - rest.up - rest.down;
  const { up, down, atMost } = work;
  const { wholeUp, comparisons } = rest;
  const left = { up: wholeUp, down: rest.down, ...(comparisons > 0 && { comparisons }) };
  await onCost?.({ up, down, atMost, done, left });
  for (const part of missing) {
    signal?.throwIfAborted();
    const before = done;
    const tell = (now: number): void => onProgress?.({ done: Math.min(total, before + now), total });
    const record = await part.run({ folder, records, onProgress: tell, ...(signal && { signal }) });
    await unfinished.add(part, record);
    // A record is read back from its file when the run is stopped and goes on. It has to be the same value then.
    records.set(part.key, JSON.parse(JSON.stringify(record)));
    done += part.up + part.down;
    onProgress?.({ done, total });
  }
  const page = await plan.finish(folder, records);
  const index = await folder.write('index.html', renderStudyPage(plan, page));
  await unfinished.remove();
  return { index: join(out, index), summary: page.summary, cover: page.cover ?? [] };
}

/** The foot of a page: how it was made. */
export function madeWith(
  deconvnet: Deconvnet,
  { command, versions, date }: Pick<WriteStudyOptions, 'command' | 'versions' | 'date'>,
  facts: readonly (readonly [name: string, value: string])[],
): (readonly [name: string, value: string])[] {
  return [
    ...(command === undefined ? [] : [['Made with', command] as const]),
    ['Model', deconvnet.model.name],
    ['Input format', deconvnet.describeInput()],
    ...facts,
    ...(versions
      ? [
          [
            'Versions',
            Object.entries(versions)
              .map((pair) => pair.join(' '))
              .join(', '),
          ] as const,
        ]
      : []),
    ...(date ? [['Date', date.toISOString().slice(0, 10)] as const] : []),
  ];
}
