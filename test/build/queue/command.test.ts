import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { RedisServer } from '../../support/queue/redis-server.js';
import { tempFolder } from '../../support/temp-folder.js';
import { BIN, type Ended, said, start } from '../child.js';

const shipped = fileURLToPath(new URL('../../../examples/cifar10-zfnet/', import.meta.url));
const run = (...args: string[]): Promise<Ended> => start([BIN, ...args]).ended;

describe('the commands for a queue', { timeout: 300_000 }, () => {
  it('mine with workers, can be left and attached to, list and cancel runs, and never show a password', async () => {
    const server = await RedisServer.start(['--requirepass', 's3cret/']);
    const queue = `redis://:s3cret%2F@127.0.0.1:${server.port}`;
    const folder = await tempFolder();
    const model = join(folder, 'model');
    await cp(join(shipped, 'model'), model, { recursive: true });
    const share = join(folder, 'share');
    const mining = ['mine', model, join(shipped, 'pictures'), '--limit', '40', '--layers', 'conv2', '--maps', '4'];
    const onQueue = ['--queue', queue, '--share', share, '--lock', '2'];
    const out = join(folder, 'queue.state');

    const { child, ended } = start([BIN, ...mining, ...onQueue, '--parts', '3', '--out', out]);
    await said(child, 'is on the queue');
    child.kill('SIGINT');
    const left = await ended;
    expect(left.code).toBe(130);
    const [, id = ''] = /The run ([0-9a-f]{16}) goes on without this command/.exec(left.err) ?? [];
    expect(left.err).toContain(`--out ${out} --attach ${id}\n`);
    expect(left.err).toContain(`deconvnet runs --queue redis://127.0.0.1:${server.port} --cancel ${id}\n`);
    expect((await run('runs', '--queue', queue)).out).toMatch(new RegExp(`${id} +mining .* 40 +3 +3 +0 +0 +0 +open`));

    // A worker may read only what it was started for.
    const stranger = await run('work', ...onQueue, '--allow', share, '--until-idle');
    expect(stranger.err).toMatch(/does not join the run .*This worker may not read .*model.*--allow FOLDER/);
    const worker = ['work', ...onQueue, '--allow', folder, '--allow', shipped, '--until-idle', '--workers', '0'];
    const [attached, worked] = await Promise.all([
      run(...mining, ...onQueue, '--out', out, '--attach', id),
      run(...worker),
    ]);
    expect(attached).toMatchObject({ code: 0, out: expect.stringContaining('40 pictures, 4 feature maps of conv2') });
    expect(worked).toMatchObject({
      code: 0,
      out: '3 parts done\n',
      err: expect.stringMatching(/^This worker, \S+-\d+-[0-9a-f]{6}, waits for runs\. Ctrl-C stops it\.\n/),
    });
    expect(await run(...mining, '--out', join(folder, 'one.state'))).toMatchObject({ code: 0 });
    expect(Buffer.compare(await readFile(out), await readFile(join(folder, 'one.state')))).toBe(0);

    // Another one is cancelled. What it has in the shared folder stays there.
    const second = start([BIN, ...mining, '--top', '2', ...onQueue, '--out', join(folder, 'second.state')]);
    await said(second.child, 'is on the queue');
    const open = (await run('runs', '--queue', queue)).out.split('\n').find((line) => line.includes('open'))!;
    const other = open.slice(0, 16);
    expect(await run('runs', '--queue', queue, '--cancel', other)).toMatchObject({
      code: 0,
      out: `The run ${other} was cancelled.\n`,
    });
    const cancelled = await second.ended;
    expect(cancelled).toMatchObject({ code: 2, err: expect.stringContaining('it was cancelled') });
    expect(await readdir(share)).toContain(other);
    const unknown = await run('runs', '--queue', queue, '--cancel', other);
    expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining(`There is no run ${other}`) });
    expect(unknown.err).not.toContain('attach');
    // Of a run that has ended, the queue has only the record.
    expect((await run('runs', '--queue', queue)).out).toMatch(new RegExp(`${id} +mining .* 40 +3 +- +- +- +- +ended`));
    expect(await run('runs', '--queue', queue, '--cancel', id)).toMatchObject({
      code: 0,
      out: `The run ${id} had ended already, and its record was removed.\n`,
    });

    for (const { out: text, err } of [left, stranger, attached, worked, cancelled]) {
      expect(text + err).not.toContain('s3cret');
    }
  });

  it('refuse options that do not fit together, before anything is done', async () => {
    const mine = ['mine', 'model', 'pictures', '--out', 'x.state'];
    expect(await run(...mine, '--parts', '3')).toMatchObject({ code: 2, err: expect.stringMatching(/--queue URL/) });
    const both = await run(...mine, '--queue', 'redis://127.0.0.1:1', '--workers', '2');
    expect(both).toMatchObject({ code: 2, err: expect.stringMatching(/--workers says how one machine works/) });
    const wrong = await run('runs', '--queue', 'me:s3cret@host');
    expect(wrong).toMatchObject({ code: 2, err: expect.stringMatching(/not an address/) });
    expect(wrong.err).not.toContain('s3cret');
    const nowhere = await run('work', '--queue', 'redis://127.0.0.1:1', '--allow', '/nowhere');
    expect(nowhere).toMatchObject({ code: 2, err: expect.stringMatching(/\/nowhere \(folders\) does not exist/) });
    const nobody = await run('work', '--queue', 'redis://127.0.0.1:1');
    expect(nobody).toMatchObject({ code: 4, err: expect.stringMatching(/redis:\/\/127\.0\.0\.1:1 does not answer/) });
  });
});
