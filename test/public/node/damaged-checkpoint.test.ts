import { existsSync, symlinkSync } from 'node:fs';
import { copyFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { DeconvnetError } from 'deconvnet';
import { useBackend } from 'deconvnet/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { at, resumed, stopped } from '../../support/mining/checkpoints.js';
import { dataSet, fingerprint, mine } from '../../support/mining/mining.js';

beforeAll(() => useBackend('cpu'));

describe('a damaged checkpoint', () => {
  const damages: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
    ['empty', () => Buffer.alloc(0)],
    ['cut off in its first word', (bytes) => bytes.subarray(0, 5)],
    ['cut off in its header', (bytes) => bytes.subarray(0, 200)],
    ['cut off by a byte', (bytes) => bytes.subarray(0, -1)],
    ['longer', (bytes) => Buffer.concat([bytes, Buffer.from('x')])],
    ...[0, 9, 13, 100, 0.5, 0.9, -1, -40].map((place): (typeof damages)[number] => [
      `changed at ${place}`,
      (bytes) => {
        const changed = Buffer.from(bytes);
        const index = place < 0 ? bytes.length + place : place < 1 ? Math.floor(bytes.length * place) : place;
        changed[index]! ^= 4;
        return changed;
      },
    ]),
  ];
  it.each(damages)('(%s) is never loaded: the one before is', async (_, damage) => {
    const set = await dataSet(12);
    const expected = fingerprint((await mine(set)).miner);
    await stopped(set, 8);
    const { path } = at(set);
    await writeFile(path, damage(await readFile(path)));
    const warnings: DeconvnetError[] = [];
    const { miner, report } = await resumed(set, { onWarning: (warning: DeconvnetError) => warnings.push(warning) });
    expect(warnings).toMatchObject([
      { code: 'state-unreadable', message: expect.stringMatching(/run\.checkpoint cannot be read.*\.damaged.*\.prev/) },
    ]);
    expect(report.resumed).toBeLessThan(12);
    expect(report.images).toBe(12);
    expect(fingerprint(miner)).toBe(expected);
    expect(existsSync(`${path}.damaged`)).toBe(true);
  });

  it('is an error if the one before is damaged too, or missing', async () => {
    const set = await dataSet(6);
    await stopped(set, 4);
    const { path } = at(set);
    await writeFile(path, 'x');
    await copyFile(path, `${path}.prev`);
    await expect(resumed(set)).rejects.toMatchObject({
      code: 'state-unreadable',
      message: expect.stringMatching(/No checkpoint can be read.*run\.checkpoint: .*prev: .*start again/),
    });
    await rm(`${path}.prev`);
    await expect(resumed(set)).rejects.toMatchObject({ message: expect.stringContaining('.prev: it does not exist') });
    expect(await readFile(path, 'utf8')).toBe('x');
  });

  it('that was lost between two names is the one before', async () => {
    const set = await dataSet(6);
    const expected = fingerprint((await mine(set)).miner);
    await stopped(set, 4);
    const { path } = at(set);
    // As a process leaves it that is killed when the former one has been renamed, and the new one has not.
    await rename(path, `${path}.prev`);
    await writeFile(`${path}.part`, 'half of the n');
    const warnings: unknown[] = [];
    const { miner } = await resumed(set, { onWarning: (warning: unknown) => warnings.push(warning) });
    expect(warnings).toEqual([]);
    expect(fingerprint(miner)).toBe(expected);
    expect(existsSync(`${path}.part`)).toBe(false);
  });
});

// A device that is always full, in place of the draft: writing fails as on a full disk, with ENOSPC. Only Linux has one.
describe.skipIf(!existsSync('/dev/full'))('a full disk', () => {
  it('is reported to the callback, whose own errors are not lost', async () => {
    const set = await dataSet(12);
    const { path } = at(set);
    const run = mine(set, {
      checkpoint: at(set),
      onWarning() {
        throw new Error('mine');
      },
      onProgress({ done }) {
        if (done === 4) symlinkSync('/dev/full', `${path}.part`);
      },
    });
    await expect(run).rejects.toThrow('mine');
  });

  it('costs a warning, and neither the run nor the checkpoint that was there', async () => {
    const set = await dataSet(12);
    const expected = fingerprint((await mine(set)).miner);
    const { path } = at(set);
    const warnings: DeconvnetError[] = [];
    const stop = new AbortController();
    const run = mine(set, {
      checkpoint: at(set),
      signal: stop.signal,
      onWarning(warning) {
        warnings.push(warning);
        symlinkSync('/dev/full', `${path}.part`);
      },
      onProgress({ done }) {
        if (done === 4) symlinkSync('/dev/full', `${path}.part`);
        if (done === 8) stop.abort(new Error('enough'));
      },
    });
    await expect(run).rejects.toThrow('enough');
    expect(warnings.length).toBeGreaterThan(0);
    for (const warning of warnings) {
      expect(warning).toMatchObject({
        code: 'write-failed',
        message: expect.stringMatching(/run\.checkpoint cannot be written: ENOSPC.*is still valid/),
      });
    }
    await rm(`${path}.part`);
    const { miner, report } = await resumed(set);
    expect(report.resumed).toBeLessThan(8);
    expect(fingerprint(miner)).toBe(expected);
  });
});
