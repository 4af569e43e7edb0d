import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listPictures, type MineImagesOptions, type MiningProgress, mineImages, useBackend } from 'deconvnet/node';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type DataSet, dataSet, dispose, fingerprint, flatPng, mine } from '../support/mining/mining.js';
import { filesOf, savedModel, smallModel } from '../support/models/saved-model.js';
import { writeFiles } from '../support/temp-folder.js';
import { resultOf, startRun } from './child.js';

beforeAll(() => useBackend('wasm'));
afterEach(() => void vi.unstubAllEnvs());

const setup = fileURLToPath(new URL('fuse.mjs', import.meta.url));
const FATAL = 'cat/fatal.png';

/** A data set with one picture at which a layer of the model does something to its worker. */
async function withFuse(count: number, fuse: object): Promise<DataSet> {
  const set = await dataSet(count, { pictures: { [FATAL]: await flatPng('#7b0000') } });
  const saved = await savedModel(smallModel());
  const { layers } = saved.json.modelTopology.config;
  const { batch_input_shape, ...conv } = layers[0]!.config;
  layers[0] = { ...layers[0]!, config: conv };
  const config = { name: 'fuse', batch_input_shape, dtype: 'float32', trainable: false, red: 0x7b, ...fuse };
  layers.unshift({ class_name: 'Fuse', config });
  await writeFiles(set.model, filesOf(saved));
  return set;
}

/** Mines all but the fatal picture, in this thread. */
async function withoutFatal(set: DataSet): Promise<string> {
  const files = (await listPictures(set.images)).filter(({ id }) => id !== FATAL);
  return fingerprint((await mine(set, { setup, images: files })).miner);
}

describe('workers', { timeout: 180_000 }, () => {
  it('find what one thread finds, to the byte', async () => {
    const set = await dataSet(23, { pictures: { 'dog/bad.png': 'text' } });
    const alone = await mine(set);
    const expected = fingerprint(alone.miner);
    for (const workers of [1, 2]) {
      const seen: MiningProgress[] = [];
      const { miner, report } = await mine(set, { workers, onProgress: (progress) => seen.push(progress) });
      expect(report).toEqual(alone.report);
      expect(fingerprint(miner)).toBe(expected);
      expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).sort((a, b) => a - b));
      expect(seen.at(-1)).toMatchObject({ done: 24, total: 24, images: 23, skipped: 1, setAside: 0 });
    }
  });

  it.each(['exits', 'throws'])('a picture at which a worker %s is set aside, and all others are mined', async (how) => {
    const set = await withFuse(13, { how });
    const expected = await withoutFatal(set);
    const { miner, report } = await mine(set, { setup, workers: 2, chunk: 6 });
    expect(report.images).toBe(13);
    expect(report.setAside).toEqual([
      { id: FATAL, code: 'worker-failed', reason: expect.stringMatching(/made a worker end 2 times: .*(7|blown)/) },
    ]);
    expect(fingerprint(miner)).toBe(expected);
  });

  it('a worker that ends once costs nothing but time', async () => {
    const set = await withFuse(9, { how: 'exits', marker: 'unset' });
    const marker = join(set.folder, 'tripped');
    const again = await withFuse(0, { how: 'exits', marker });
    const { miner, report } = await mine({ ...set, model: again.model }, { setup, workers: 2, chunk: 6 });
    expect(existsSync(marker)).toBe(true);
    expect(report).toMatchObject({ images: 10, setAside: [] });
    const { miner: expected } = await mine({ ...set, model: again.model }, { setup });
    expect(fingerprint(miner)).toBe(fingerprint(expected));
  });

  it('a picture for which a worker takes all memory is set aside', async () => {
    const set = await withFuse(5, { how: 'takes all memory' });
    const expected = await withoutFatal(set);
    const options: MineImagesOptions = { model: set.model, images: set.images, input: 'unit', k: 3, chunk: 4 };
    const { ended } = startRun({ ...options, setup, workers: 1 }, ['--max-old-space-size=96']);
    const { state, report } = resultOf(await ended);
    expect(report.setAside).toMatchObject([{ id: FATAL, reason: expect.stringContaining('out of memory') }]);
    expect(state).toBe(expected);
  });

  it('that do not start are an error, and not pictures set aside', async () => {
    const set = await withFuse(3, { how: 'exits' });
    vi.stubEnv('FUSE_AT_START', 'yes');
    await expect(mine(set, { setup, workers: 2 })).rejects.toMatchObject({
      code: 'worker-failed',
      message: expect.stringMatching(/ended while it opened the network .*use fewer/),
    });
  });

  it('say what is wrong with the network, as this thread would', async () => {
    const set = await dataSet(3);
    const { miner } = await mine(set);
    const { deconvnet } = miner;
    await expect(
      mineImages({ deconvnet, model: join(set.folder, 'gone'), images: set.images, workers: 1, input: 'unit' }),
    ).rejects.toMatchObject({ code: 'model-not-found' });
    // Another way of making input than that of the Deconvnet would mix values that do not compare.
    await expect(
      mineImages({ deconvnet, model: set.model, images: set.images, workers: 1, input: 'tf' }),
    ).rejects.toMatchObject({ code: 'state-mismatch' });
    dispose(miner);
  });

  it('end when the run is stopped, and the run goes on with any number of them', async () => {
    const set = await dataSet(25);
    const expected = fingerprint((await mine(set)).miner);
    const checkpoint = { path: join(set.folder, 'run.checkpoint'), every: 0 };
    const stop = new AbortController();
    const onProgress = ({ done }: MiningProgress): void => {
      if (done >= 8) stop.abort(new Error('enough'));
    };
    const stopped = mine(set, { workers: 2, chunk: 2, checkpoint, onProgress, signal: stop.signal });
    await expect(stopped).rejects.toThrow('enough');
    const { miner, report } = await mine(set, { workers: 1, checkpoint, resume: true });
    expect(report.resumed).toBeGreaterThanOrEqual(8);
    expect(report.images).toBe(25);
    expect(fingerprint(miner)).toBe(expected);
  });

  it('leave nothing that keeps a process alive', async () => {
    const set = await dataSet(5);
    const { ended } = startRun({ model: set.model, images: set.images, input: 'unit', workers: 2 });
    expect(await ended).toMatchObject({ code: 0, signal: null, err: '' });
  });
});
