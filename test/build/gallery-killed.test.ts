import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import seedrandom from 'seedrandom';
import { describe, expect, inject, it } from 'vitest';
import { filesIn } from '../support/files-in.js';
import { tempFolder } from '../support/temp-folder.js';
import { BIN, type Ended, said, start } from './child.js';
import { countKept, keptPictures } from './kept-pictures.js';

const shipped = fileURLToPath(new URL('../../examples/cifar10-zfnet/', import.meta.url));

/** What a gallery does, one after the other, in the words in which it says so. */
const STAGES = [' pictures, ', 'Mining pictures', 'Projecting patches', 'Reading pictures', 'Drawing feature maps'];

/** When to kill a run: once it has said what it does, and has projected more pictures, some time later. */
interface Moment {
  readonly stage: string;
  readonly pictures: number;
  readonly milliseconds: number;
}

/** The command that makes a gallery, with some number of workers. */
function command(folder: string): { readonly out: string; start(workers: number): ReturnType<typeof start> } {
  const out = join(folder, 'gallery');
  const args = [
    ...['gallery', join(shipped, 'model'), join(shipped, 'pictures'), '--out', out, '--rule', 'deconvnet'],
    ...['--layers', 'conv2,conv4', '--maps', '6', '--top', '3', '--limit', inject('long') ? '100' : '40'],
    ...['--checkpoint', join(folder, 'mining.checkpoint'), '--every', '0', '--resume'],
  ];
  return { out, start: (workers) => start([BIN, ...args, '--workers', String(workers)]) };
}

/** Waits for the moment to kill a run. */
async function reached(child: ChildProcess, out: string, { stage, pictures, milliseconds }: Moment): Promise<void> {
  const before = await countKept(out);
  await said(child, stage);
  if (stage.startsWith('Projecting')) {
    // A run that has all pictures, or has come to its end, does not project more.
    while (child.exitCode === null && (await countKept(out)) < before + pictures) await wait(5);
  }
  await wait(milliseconds);
}

/** Expects that a run has not projected pictures again that were kept before it. */
async function expectGoneOn(
  { err }: Ended,
  out: string,
  before: Awaited<ReturnType<typeof keptPictures>>,
): Promise<void> {
  const [line, from = '0'] = /^Projecting patches: \d+(?:, from (\d+) on)?$/m.exec(err) ?? [];
  const kept = [...before.values()].reduce((sum, { patches }) => sum + patches, 0);
  if (line !== undefined) expect(Number(from), err).toBe(kept);
  // What was projected is removed when the page is complete.
  if (existsSync(join(out, 'index.html'))) return;
  const after = await keptPictures(out);
  for (const [path, { identity }] of before) expect(after.get(path)?.identity, path).toBe(identity);
}

/** In `npm test`, one gallery is killed in each of its long stages. In a long run, several are killed in every stage. */
const rounds = inject('long')
  ? [[0], [2], [0, 2]].map((workers, seed) => ({
      ...{ seed, workers },
      stages: Array.from({ length: 25 }, (_, i) => STAGES[(2 * i + seed) % STAGES.length]!),
    }))
  : [{ seed: 0, workers: [0, 2], stages: ['Mining pictures', 'Projecting patches', 'Drawing feature maps'] }];

describe('a gallery that is killed', { timeout: 1_800_000 }, () => {
  it.each(rounds)(
    'at random moments, and started again until it ends, has the same bytes, and projects no picture twice (round $seed, workers $workers)',
    async ({ seed, workers, stages }) => {
      const random = seedrandom(`gallery ${seed}`);
      const folder = await tempFolder();
      const { out, start } = command(folder);
      expect(await start(0).ended).toMatchObject({ code: 0 });
      const whole = await filesIn(out);
      expect(whole.size).toBeGreaterThan(8);
      // The page names its command, so all runs write to the same path.
      await rename(out, join(folder, 'whole'));

      let [killed, runs, tries] = [0, 0, 0];
      let before = await keptPictures(out);
      while (killed < stages.length) {
        const stage = stages[killed]!;
        const { child, ended } = start(workers[runs++ % workers.length]!);
        const moment = { stage, pictures: Math.floor(random() * 12), milliseconds: (random() * 600) / ++tries };
        await Promise.race([reached(child, out, moment), ended]);
        child.kill('SIGKILL');
        const end = await ended;
        await expectGoneOn(end, out, before);
        if (end.signal === 'SIGKILL') {
          [killed, tries] = [killed + 1, 0];
        } else {
          // It ended before the moment came. So another one begins, and is killed a little earlier.
          expect(end).toMatchObject({ code: 0 });
          expect(await filesIn(out)).toEqual(whole);
          await rm(out, { recursive: true });
        }
        before = await keptPictures(out);
      }

      const end = await start(workers[0]!).ended;
      expect(end).toMatchObject({ code: 0 });
      await expectGoneOn(end, out, before);
      expect((await readdir(out)).sort()).toEqual(['data', 'index.html', 'sprites']);
      expect(await filesIn(out)).toEqual(whole);
      expect(await readdir(folder)).toEqual(expect.not.arrayContaining([expect.stringContaining('checkpoint')]));
    },
  );
});
