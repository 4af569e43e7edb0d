import { existsSync, symlinkSync } from 'node:fs';
import { copyFile, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { DeconvnetError } from 'deconvnet';
import { type MineImagesOptions, useBackend } from 'deconvnet/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { type DataSet, dataSet, dispose, fingerprint, mine, noisePng } from '../support/mining.js';
import { filesOf, savedModel, smallModel } from '../support/saved-model.js';
import { writeFiles } from '../support/temp-folder.js';

beforeAll(() => useBackend('cpu'));

/** A checkpoint after each chunk. */
const at = ({ folder }: DataSet): { path: string; every: number } => ({
  path: join(folder, 'run.checkpoint'),
  every: 0,
});

/** Mines until some pictures are done, and is stopped there. */
async function stopped(set: DataSet, pictures: number, options: Partial<MineImagesOptions> = {}): Promise<void> {
  const stop = new AbortController();
  const run = mine(set, {
    checkpoint: at(set),
    signal: stop.signal,
    onProgress: ({ done }) => {
      if (done >= pictures) stop.abort(new Error('enough'));
    },
    ...(options as object),
  });
  await expect(run).rejects.toThrow('enough');
}

const resumed = (set: DataSet, options: object = {}) => mine(set, { checkpoint: at(set), resume: true, ...options });

describe('a run with a checkpoint', () => {
  it('that is stopped goes on where it was, to the same bytes', async () => {
    const set = await dataSet(17, { pictures: { 'dog/bad.png': 'text' } });
    const expected = await mine(set);
    for (const pictures of [0, 4, 12]) {
      await stopped(set, pictures);
      const seen: number[] = [];
      const { miner, report } = await resumed(set, {
        chunk: 3,
        onProgress: ({ done }: { done: number }) => seen.push(done),
      });
      expect(report).toEqual({ ...expected.report, resumed: pictures });
      expect(seen[0]).toBe(pictures);
      expect(seen.at(-1)).toBe(18);
      expect(Buffer.compare(miner.save(), expected.miner.save())).toBe(0);
      dispose(miner);
      for (const name of await readdir(set.folder)) if (name.startsWith('run.')) await rm(join(set.folder, name));
    }
    dispose(expected.miner);
  });

  it('that is stopped again and again comes to its end, and then mines nothing more', async () => {
    const set = await dataSet(12);
    const expected = fingerprint((await mine(set)).miner);
    await stopped(set, 4);
    for (const pictures of [4, 8]) await stopped(set, pictures, { resume: true, batchSize: pictures });
    expect(fingerprint((await resumed(set)).miner)).toBe(expected);
    let calls = 0;
    const { miner, report } = await resumed(set, { onProgress: () => calls++ });
    expect([calls, report.resumed, report.images]).toEqual([0, 12, 12]);
    expect(fingerprint(miner)).toBe(expected);
  });

  it('begins at the start where there is none, and never writes over one unasked', async () => {
    const set = await dataSet(3);
    dispose((await resumed(set)).miner);
    await expect(mine(set, { checkpoint: at(set) })).rejects.toMatchObject({
      code: 'invalid-option',
      message: expect.stringMatching(/There is a checkpoint .*run\.checkpoint already.*resume/),
    });
    await rm(at(set).path);
    // The one before it is something to lose, too.
    await expect(mine(set, { checkpoint: at(set) })).rejects.toMatchObject({ code: 'invalid-option' });
  });

  it('stops before it mines where there can be none', async () => {
    const set = await dataSet(3);
    let calls = 0;
    const checkpoint = { path: join(set.folder, 'no such folder/run.checkpoint') };
    await expect(mine(set, { checkpoint, onProgress: () => calls++ })).rejects.toMatchObject({
      code: 'write-failed',
      message: expect.stringContaining('no such folder/run.checkpoint'),
    });
    expect(calls).toBe(0);
  });

  it('keeps what it was stopped for: a bad picture is not read again', async () => {
    const set = await dataSet(6, { pictures: { 'cat/000.png': 'text' } });
    await stopped(set, 4);
    await writeFiles(set.images, { 'cat/000.png': await noisePng(1) });
    const { miner, report } = await resumed(set);
    expect(report.skipped.map(({ id }) => id)).toEqual(['cat/000.png']);
    dispose(miner);
  });
});

describe('a checkpoint of another run', () => {
  const weights = async (set: DataSet): Promise<object> => {
    const saved = await savedModel(smallModel());
    saved.weights[0]! ^= 1;
    await writeFiles(set.model, filesOf(saved));
    return {};
  };
  const names = async ({ images }: DataSet): Promise<object> => {
    await rename(join(images, 'cat'), join(images, 'owl'));
    return {};
  };
  const others: readonly (readonly [string, (set: DataSet) => object | Promise<object>, RegExp])[] = [
    ['weights', weights, /model: .*SHA-256 \w+ there, .*SHA-256 \w+ here\./],
    ['k', () => ({ k: 4 }), /run\. k: 3 there, 4 here\./],
    ['patches of a picture', () => ({ perImage: 2 }), /perImage: 1 there, 2 here/],
    ['layers', () => ({ layers: ['conv1'] }), /layers: .*conv2 .* there, conv1 .* here/],
    ['feature maps', () => ({ featureMaps: { conv1: [1] } }), /feature maps 1 of 4/],
    ['an input format', () => ({ input: 'tf' }), /input format: .*0\.0039.* there, .*0\.0078.* here/],
    ['a fit', () => ({ input: { scale: 1 / 255, fit: 'stretch' } }), /input format: .*crop.* there, .*stretch.* here/],
    ['bytes to keep', () => ({ maxBytes: 0 }), /maxBytes: 268435456 there, 0 here/],
    ['a limit on pixels', () => ({ maxPixels: 1000 }), /maxPixels/],
    ['a limit', () => ({ limit: 5 }), /listing: 6 pictures, SHA-256 \w+ there, 5 pictures/],
    ['a shard', () => ({ shard: { index: 1, count: 2 } }), /listing: 6 pictures,.* there, 3 pictures/],
    ['a backend', () => ({ backend: 'wasm' }), /backend: cpu there, wasm here/],
    ['names', names, /listing: 6 pictures/],
  ];
  it.each(others)('(%s) is refused, saying what differs', async (_, change, words) => {
    const set = await dataSet(6);
    await stopped(set, 4);
    const before = await readFile(at(set).path);
    const options = await change(set);
    const tensors = tf.memory().numTensors;
    await expect(resumed(set, options)).rejects.toMatchObject({
      code: 'state-mismatch',
      message: expect.stringMatching(words),
    });
    if (!('backend' in options)) expect(tf.memory().numTensors).toBe(tensors);
    await useBackend('cpu');
    // It stays good for its own run.
    expect(Buffer.compare(await readFile(at(set).path), before)).toBe(0);
  });

  it('may have moved: paths make no difference', async () => {
    const set = await dataSet(6);
    const expected = fingerprint((await mine(set)).miner);
    await stopped(set, 4);
    const moved = { ...set, model: join(set.folder, 'model 2'), images: join(set.folder, 'images 2') };
    await rename(set.model, moved.model);
    await rename(set.images, moved.images);
    expect(fingerprint((await resumed(moved)).miner)).toBe(expected);
  });
});

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

  it('is told where the one before is damaged too, or missing', async () => {
    const set = await dataSet(6);
    await stopped(set, 4);
    const { path } = at(set);
    await writeFile(path, 'x');
    await copyFile(path, `${path}.prev`);
    await expect(resumed(set)).rejects.toMatchObject({
      code: 'state-unreadable',
      message: expect.stringMatching(/No checkpoint can be read.*run\.checkpoint: .*prev: .*from the start/),
    });
    await rm(`${path}.prev`);
    await expect(resumed(set)).rejects.toMatchObject({ message: expect.stringContaining('.prev: there is none') });
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

// A device that is always full, in place of the draft: writing fails as on a full disk, with ENOSPC.
describe.skipIf(!existsSync('/dev/full'))('a full disk', () => {
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
        message: expect.stringMatching(/run\.checkpoint cannot be written: ENOSPC.*stays good/),
      });
    }
    await rm(`${path}.part`);
    const { miner, report } = await resumed(set);
    expect(report.resumed).toBeLessThan(8);
    expect(fingerprint(miner)).toBe(expected);
  });
});
