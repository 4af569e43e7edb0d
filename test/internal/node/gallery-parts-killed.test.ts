import { type ChildProcess, spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import seedrandom from 'seedrandom';
import { describe, expect, inject, it } from 'vitest';
import { filesIn } from '../../support/files-in.js';
import type { PartJob } from '../../support/gallery/part-process.js';
import { sheetsIn } from '../../support/gallery/parts-gallery.js';
import { tempFolder } from '../../support/temp-folder.js';

const PROGRAM = fileURLToPath(new URL('../../support/gallery/part-process.mjs', import.meta.url));

/** A process that does some jobs. */
interface Run {
  readonly child: ChildProcess;
  /** Resolves when it has done so many steps, or has ended. */
  steps(count: number): Promise<void>;
  /** How it ended, and the last line that it wrote. */
  readonly ended: Promise<{ readonly code: number | null; readonly last: string; readonly err: string }>;
}

function start(out: string, jobs: readonly PartJob[]): Run {
  const env = { ...process.env, NODE_OPTIONS: '' };
  const child = spawn(process.execPath, [PROGRAM, out, JSON.stringify(jobs)], { env });
  let [text, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  child.stderr.setEncoding('utf8').on('data', (more: string) => {
    err += more;
  });
  const ended = new Promise<Awaited<Run['ended']>>((resolve) => {
    child.on('close', (code) => resolve({ code, last: text.trimEnd().split('\n').at(-1) ?? '', err }));
  });
  const steps = async (count: number): Promise<void> => {
    while (child.exitCode === null && child.signalCode === null && text.split('step').length <= count) await wait(2);
  };
  return { child, steps, ended };
}

/** How many parts there are, how many processes work at once, and how often these are killed. */
const rounds = [
  { processes: 1, parts: 1, kills: 6 },
  { processes: 2, parts: 3, kills: 6 },
  { processes: 3, parts: 5, kills: 10 },
];

// `npm run test:queue` kills workers that draw a gallery, too.
describe.runIf(inject('long'))('parts of a gallery that several processes do', { timeout: 1_800_000 }, () => {
  it.each(rounds)('that are killed give the bytes of one process: %o', async ({ processes, parts, kills }) => {
    const folder = await tempFolder();
    const out = join(folder, 'gallery');
    const single = start(join(folder, 'whole'), [{ stage: 'write' }]).ended;
    const random = seedrandom(`parts ${processes}`);
    for (const stage of ['project', 'draw'] as const) {
      // Each process does all parts, so that all of them meet in each part.
      const jobs = (): PartJob[] =>
        Array.from({ length: parts }, (_, index) => ({ job: { stage, index, count: parts }, place: random() }))
          .sort((a, b) => a.place - b.place)
          .map(({ job }) => job);
      for (let killed = 0; killed < kills; killed++) {
        await Promise.all(
          Array.from({ length: processes }, async () => {
            const { child, steps, ended } = start(out, jobs());
            await steps(1 + Math.floor(random() * 6));
            await wait(random() * 40);
            child.kill('SIGKILL');
            const { code, err } = await ended;
            // It was killed, or had done everything before.
            expect([0, null], err).toContain(code);
          }),
        );
      }
      const ends = await Promise.all(Array.from({ length: processes }, () => start(out, jobs()).ended));
      for (const { code, err } of ends) expect(code, err).toBe(0);
    }
    expect((await readdir(out)).sort()).toEqual(['data', 'sprites', 'unfinished']);
    const sheets = await sheetsIn(out);
    const { code, last, err } = await start(out, [{ stage: 'write' }]).ended;
    expect(code, err).toBe(0);
    expect(JSON.parse(last)).toEqual({ projected: 0, thumbnails: 10 });
    expect(await sheetsIn(out)).toEqual(sheets);
    expect((await readdir(out)).sort()).toEqual(['data', 'index.html', 'sprites']);
    expect(JSON.parse((await single).last)).toEqual({ projected: 10, thumbnails: 10 });
    const whole = await filesIn(join(folder, 'whole'));
    expect(whole.size).toBeGreaterThan(12);
    const files = await filesIn(out);
    expect([...files.keys()]).toEqual([...whole.keys()]);
    // A message with the bytes of pictures would be very long.
    for (const [name, bytes] of whole) expect(files.get(name) === bytes, name).toBe(true);
  });
});
