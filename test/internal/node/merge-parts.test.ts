import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Deconvnet } from 'deconvnet';
import { listPictures, loadModel, mineImages } from 'deconvnet/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { chunkSettings } from '../../../src/node/mine/mine-images.js';
import { runIdentity } from '../../../src/node/mine/run-identity.js';
import { PartMerger, readMerged } from '../../../src/node/queue/merge-parts.js';
import { RunFolder } from '../../../src/node/queue/run-folder.js';
import { WorkAhead } from '../../../src/node/queue/work-ahead.js';
import { use } from '../../support/backends.js';
import { dataSet, dispose, fingerprint } from '../../support/mining/mining.js';

/** Mines the parts of a run into its folder, and returns what merges them. */
async function minedParts(parts: number) {
  const { folder: above, model, images } = await dataSet(6);
  const folder = new RunFolder(join(above, 'run'));
  const options = { model, input: 'unit', k: 3, images: await listPictures(images) } as const;
  const whole = fingerprint((await mineImages(options)).miner);
  for (let part = 1; part <= parts; part++) {
    const path = join(above, `${part}.checkpoint`);
    const files = options.images.filter((_, i) => i % parts === part - 1);
    dispose((await mineImages({ ...options, images: files, checkpoint: { path } })).miner);
    await folder.commit(part, path);
  }
  const deconvnet = new Deconvnet(await loadModel(model), { input: 'unit' });
  const settings = chunkSettings(options, deconvnet);
  const identity = await runIdentity(deconvnet, [], settings);
  const merger = () => new PartMerger({ deconvnet, folder, identity, settings: settings.miner });
  return { folder, merger, whole, merged: async () => fingerprint((await readMerged(folder, deconvnet)).miner) };
}

/** The signal of somebody who never stops. */
const NOBODY = new AbortController().signal;

describe('merging the results of parts', () => {
  beforeAll(() => use('cpu'));
  const never = new AbortController().signal;

  it('gives the same whether some were merged before the others were there, or all at the end', async () => {
    const { folder, merger, whole, merged } = await minedParts(3);
    const one = merger();
    const late = folder.resultOf(2);
    const bytes = await readFile(late);
    await rm(late);
    await one.ahead(never);
    await writeFile(late, bytes);
    // What was merged is not read again.
    await rm(folder.resultOf(1));
    await Promise.all([one.ahead(never), one.finish(3, NOBODY)]);
    expect(await merged()).toBe(whole);
  });

  it('says at the end which results are damaged or missing, and keeps the others', async () => {
    const { folder, merger } = await minedParts(3);
    const one = merger();
    const bytes = await readFile(folder.resultOf(1));
    await writeFile(folder.resultOf(1), bytes.subarray(1));
    await rm(folder.resultOf(3));
    await one.ahead(never);
    await expect(one.finish(3, NOBODY)).rejects.toMatchObject({
      code: 'part-failed',
      message: expect.stringMatching(/part 1: .*; part 3: it is missing/),
    });
    expect(await readdir(dirname(folder.resultOf(1)))).toEqual(['000002.result']);
    // It is there again, but the third part is not.
    await writeFile(folder.resultOf(1), bytes);
    await expect(one.finish(3, NOBODY)).rejects.toThrow(/merged\. part 3: it is missing$/);
    expect(await folder.isFinished()).toBe(false);
  });

  it('stops ahead of the end when it is told to', async () => {
    const { folder, merger } = await minedParts(2);
    const one = merger();
    await one.ahead(AbortSignal.abort());
    await rm(folder.resultOf(1));
    await expect(one.finish(2, NOBODY)).rejects.toThrow(/part 1: it is missing/);
  });
});

describe('working ahead', () => {
  it('begins when there is more, one time after the other, and hides errors', async () => {
    const ends: (() => void)[] = [];
    const work = new WorkAhead(
      () => new Promise((_, reject) => ends.push(() => reject(new Error('this one fails later, too')))),
    );
    work.look(0);
    expect(ends).toHaveLength(0);
    work.look(1);
    work.look(2);
    expect(ends).toHaveLength(1);
    ends[0]!();
    await work.stop();
    work.look(1);
    expect(ends).toHaveLength(1);
    work.look(2);
    expect(ends).toHaveLength(2);
    ends[1]!();
    await work.stop();
  });

  it('tells the work to stop, and waits for it', async () => {
    let stopped = false;
    const work = new WorkAhead(async (signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      stopped = true;
    });
    work.look(1);
    await work.stop();
    expect(stopped).toBe(true);
  });
});
