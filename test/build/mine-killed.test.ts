import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type MineImagesOptions, useBackend } from 'deconvnet/node';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { dataSet } from '../support/mining/mining.js';
import { tempFolder } from '../support/temp-folder.js';
import { BIN, type Ended, resultOf, said, start, startRun } from './child.js';

const shipped = fileURLToPath(new URL('../../examples/cifar10-zfnet/', import.meta.url));

/** How often one run is killed before it may end. Every third run has workers. */
const KILLS = inject('long') ? 10 : 3;
/** How many pictures are mined in shards. */
const SHARDED = inject('long') ? 60 : 24;
const rounds = Array.from({ length: inject('long') ? 30 : 1 }, (_, round) => round);

beforeAll(() => useBackend('cpu'));

describe('a run that is killed', () => {
  it.each(rounds)('at random moments ends with the same bytes (round %i)', { timeout: 240_000 }, async () => {
    const { folder, model } = await dataSet(0);
    const options: MineImagesOptions = { model, images: join(shipped, 'pictures'), input: 'unit', chunk: 5 };
    const expected = resultOf(await startRun({ ...options, chunk: 64 }).ended);
    const checkpoint = { path: join(folder, 'run.checkpoint'), every: 0 };
    const moments: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      // A moment is a number of chunks that are done, or a time after the start.
      const { child, ended } = startRun({ ...options, checkpoint, resume: true, workers: kill % 3 === 2 ? 2 : 0 });
      // The first run mines some chunks, so that there is something to go on from.
      const chunks = Math.floor(Math.random() * 6) + (kill === 0 ? 3 : 0);
      const delay = Math.random() * 30;
      for (let seen = 0; seen < chunks; seen++) await Promise.race([once(child, 'message'), ended]);
      while (kill === 0 && !existsSync(checkpoint.path)) await Promise.race([once(child, 'message'), ended]);
      if (chunks === 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * 1000));
      await new Promise((resolve) => setTimeout(resolve, delay));
      child.kill('SIGKILL');
      const { signal } = await ended;
      moments.push(`${chunks} chunks and ${delay.toFixed(1)} ms (${signal})`);
    }
    const killed = moments.filter((moment) => moment.includes('SIGKILL')).length;
    const files = (await readdir(folder)).filter((name) => name.startsWith('run.'));
    const { state, report } = resultOf(await startRun({ ...options, checkpoint, resume: true }).ended);
    expect(state, moments.join(', ')).toBe(expected.state);
    expect({ ...report, resumed: 0 }).toEqual(expected.report);
    expect(killed).toBe(KILLS);
    expect(report.resumed).toBeGreaterThan(0);
    // At most the checkpoint, the one before it, and a draft are left.
    expect(files.filter((name) => !/^run\.checkpoint(\.prev|\.part)?$/.test(name))).toEqual([]);
  });
});

describe('the command', { timeout: 240_000 }, () => {
  const run = (...args: string[]): Promise<Ended> => start([BIN, ...args]).ended;

  it('that is interrupted says how to go on, and goes on', async () => {
    const { folder, model } = await dataSet(0);
    const out = join(folder, "it's all.state");
    const args = ['mine', model, join(shipped, 'pictures'), '--input', 'unit', '--every', '0', '--workers', '1'];
    const whole = join(folder, 'whole.state');
    expect(await run(...args, '--out', whole)).toMatchObject({ code: 0 });

    const { child, ended } = start([BIN, ...args, '--out', out]);
    await said(child, 'Mining pictures');
    child.kill('SIGINT');
    const interrupted = await ended;
    expect(interrupted).toMatchObject({ code: 130, out: '' });
    const command = interrupted.err.split('\n').find((line) => line.startsWith('  deconvnet mine'));
    expect(command).toMatch(/ --out '.*it'\\''s all\.state' --resume$/);
    expect(await readdir(folder)).toContain("it's all.state.checkpoint");

    const again = await run(...args, '--out', out, '--resume');
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('500 pictures') });
    expect(Buffer.compare(await readFile(out), await readFile(whole))).toBe(0);
    expect((await readdir(folder)).filter((name) => name.includes('checkpoint'))).toEqual([]);
  });

  it('gives the same for shards, merged in any order', async () => {
    const folder = await tempFolder();
    await cp(join(shipped, 'model'), join(folder, 'model'), { recursive: true });
    const model = join(folder, 'model');
    const mine = (name: string, ...more: string[]): Promise<Ended> =>
      run(
        'mine',
        model,
        join(shipped, 'pictures'),
        '--limit',
        String(SHARDED),
        '--layers',
        'conv2,conv5',
        '--maps',
        'conv2=0-9,20',
        '--maps',
        'conv5=0-7',
        ...more,
        '--out',
        join(folder, name),
      );
    expect(await mine('whole.state', '--workers', '2')).toMatchObject({ code: 0 });
    for (const i of [1, 2, 3]) expect(await mine(`${i}.state`, '--shard', `${i}/3`)).toMatchObject({ code: 0 });
    const whole = await readFile(join(folder, 'whole.state'));
    for (const order of inject('long')
      ? [
          [1, 2, 3],
          [3, 1, 2],
        ]
      : [[3, 1, 2]]) {
      const out = join(folder, `merged-${order.join('')}.state`);
      const said = await run('merge', model, ...order.map((i) => join(folder, `${i}.state`)), '--out', out);
      expect(said).toMatchObject({ code: 0, out: `${out}: ${SHARDED} pictures, of 3 states\n` });
      expect(Buffer.compare(await readFile(out), whole)).toBe(0);
    }
    const twice = await run(
      'merge',
      model,
      join(folder, '1.state'),
      join(folder, '1.state'),
      '--out',
      join(folder, 'x'),
    );
    expect(twice).toMatchObject({ code: 2, err: expect.stringContaining('are the same') });

    const gallery = await run(
      'gallery',
      model,
      '--from',
      join(folder, 'whole.state'),
      '--out',
      join(folder, 'gallery'),
    );
    expect(gallery).toMatchObject({ code: 0 });
    const data = await readdir(join(folder, 'gallery/data'));
    const layers = await Promise.all(data.map((name) => readFile(join(folder, 'gallery/data', name), 'utf8')));
    expect(layers.join('')).toContain('0–9, 20 were mined.');
    expect(await readFile(join(folder, 'gallery/index.html'), 'utf8')).toContain(`${SHARDED} pictures`);
  });
});
