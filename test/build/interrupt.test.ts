import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { useBackend } from 'deconvnet/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { type DataSet, dataSet } from '../support/mining/mining.js';
import { filesOf, savedModel, smallModel } from '../support/models/saved-model.js';
import { writeFiles } from '../support/temp-folder.js';
import { BIN, said, start } from './child.js';

const block = fileURLToPath(new URL('block.mjs', import.meta.url));
const pictures = fileURLToPath(new URL('../../examples/cifar10-zfnet/pictures', import.meta.url));

beforeAll(() => useBackend('cpu'));

/** A model with a layer that never ends to build: where it is loaded, or in workers alone. */
async function blocking(inWorkers: boolean): Promise<DataSet> {
  const set = await dataSet(3);
  const saved = await savedModel(smallModel());
  saved.json.modelTopology.config.layers.push({ class_name: 'Block', config: { name: 'block', inWorkers } });
  await writeFiles(set.model, filesOf(saved));
  return set;
}

describe('a command that is interrupted', { timeout: 120_000 }, () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('by %s ends at once while a model loads for ever', async (signal) => {
    const { model } = await blocking(false);
    const { child, ended } = start(['--import', block, BIN, 'layers', model]);
    await once(child.stderr!, 'data');
    child.kill(signal);
    expect(await ended).toMatchObject({ signal, code: null, err: 'blocked\n' });
  });

  it('does not wait for workers that load for ever, and keeps what there is', async () => {
    const { folder, model, images } = await blocking(true);
    const out = join(folder, 'x.state');
    const args = ['mine', model, images, '--input', 'unit', '--workers', '1', '--fallback', 'gradient', '--out', out];
    const { child, ended } = start(['--import', block, BIN, ...args]);
    await said(child, 'blocked');
    child.kill('SIGINT');
    expect(await ended).toMatchObject({
      code: 130,
      err: expect.stringMatching(/\nblocked\n.*Go on with:.* --resume/s),
    });
    expect(await readdir(folder)).toContain('x.state.checkpoint');
  });

  it('by SIGTERM saves what it has mined, and says how to go on', async () => {
    const { folder, model } = await dataSet(0);
    const out = join(folder, 'x.state');
    const { child, ended } = start([BIN, 'mine', model, pictures, '--input', 'unit', '--every', '0', '--out', out]);
    await said(child, 'Mining pictures');
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 143, out: '', err: expect.stringMatching(/Go on with:.* --resume/s) });
    expect(await readdir(folder)).toContain('x.state.checkpoint');
  });

  it('ends at once if there is nothing to save', async () => {
    const { model } = await dataSet(0);
    const args = ['check', model, pictures, '--input', 'unit', '--limit', '500'];
    const { child, ended } = start([BIN, ...args, '--labels', 'cat,dog,horse']);
    await once(child.stdout!, 'data');
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ signal: 'SIGINT', code: null });
  });
});
