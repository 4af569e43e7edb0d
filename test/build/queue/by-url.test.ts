import { statSync } from 'node:fs';
import { join } from 'node:path';
import { listPictures } from 'deconvnet/node';
import { expect, it } from 'vitest';
import { filesIn, pictureServer } from '../../support/picture-server.js';
import { Stage, shipped } from '../../support/queue/stage.js';

it('pictures by URL have the limits of the caller on every machine', { timeout: 180_000 }, async () => {
  const folder = join(shipped, 'pictures');
  const server = await pictureServer({ '*': filesIn(folder) });
  const files = (await listPictures(folder)).filter((_, i) => i % 10 === 0);
  const sizes = files.map(({ path }) => statSync(path).size).sort((a, b) => a - b);
  const mining = {
    images: files.map((file) => ({ ...file, path: server.url(`/${file.id}`) })),
    ...{ allowHosts: [server.host], fetch: { maxBytes: sizes[25]! } },
  };
  const stage = await Stage.set({ mining });
  stage.worker({ allowHosts: [server.host] });
  const { state, report } = await stage.mine();
  expect(report).toMatchObject({ images: sizes.filter((size) => size <= sizes[25]!).length, setAside: [] });
  expect(state).toBe(await stage.expected());
});
