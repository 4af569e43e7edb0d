import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listPictures, mineImages, useBackend } from 'deconvnet/node';
import { beforeAll, expect, it } from 'vitest';
import { dispose, fingerprint } from '../support/mining/mining.js';
import { filesIn, pictureServer } from '../support/picture-server.js';
import { tempFolder, writeFiles } from '../support/temp-folder.js';

beforeAll(() => useBackend('wasm'));

const example = fileURLToPath(new URL('../../examples/cifar10-zfnet', import.meta.url));

it('workers find in pictures by URL what one thread finds in the folder', { timeout: 180_000 }, async () => {
  const folder = join(example, 'pictures');
  const server = await pictureServer({ '*': filesIn(folder) });
  const run = { model: join(example, 'model'), k: 3 };
  const files = (await listPictures(folder)).filter((_, i) => i % 5 === 0);
  const alone = await mineImages({ ...run, images: files, workers: 0 });
  const allowHosts = [server.host];
  const byUrl = files.map((file) => ({ ...file, path: server.url(`/${file.id}`) }));
  const { miner, report } = await mineImages({ ...run, images: byUrl, allowHosts, workers: 2 });
  expect(report).toEqual({ images: 100, skipped: [], setAside: [], resumed: 0 });
  expect(server.asked).toHaveLength(100);
  // A list of URLs has the URLs as ids. They have the same order as the ids of the folder, so nothing else is different.
  const lists = await tempFolder();
  await writeFiles(lists, { 'list.txt': byUrl.map(({ path, label }) => `${path}\t${label}`).join('\n') });
  const listed = await mineImages({ ...run, images: join(lists, 'list.txt'), allowHosts, workers: 2 });
  const [layer] = miner.layers as [string];
  for (const featureMap of miner.minedMaps(layer)) {
    const named = listed.miner.top(layer, featureMap);
    const local = alone.miner.top(layer, featureMap);
    expect(named.map((patch) => ({ ...patch, id: patch.id.slice(server.url('/').length) }))).toEqual(local);
  }
  dispose(listed.miner);
  expect(fingerprint(miner)).toBe(fingerprint(alone.miner));
});
