import { join } from 'node:path';
import { listPictures, readPicture, useBackend } from 'deconvnet/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { hostileFolder, LINKED, NAMES, UNREADABLE, UNUSUAL } from '../../support/mining/hostile-folder.js';
import { dataSet, dispose, mine } from '../../support/mining/mining.js';

beforeAll(() => useBackend('cpu'));

describe('a folder of hostile files', () => {
  it('is mined for all that can be read, and the rest is named with the reason', async () => {
    const { model, folder } = await dataSet(0);
    const images = await hostileFolder();
    const { miner, report } = await mine({ model, images, folder }, { chunk: 3, k: 100 });
    expect(report.images).toBe(NAMES.length + UNUSUAL.length);
    expect(report.setAside).toEqual([]);
    expect(report.skipped.map(({ id }) => id).sort()).toEqual([...UNREADABLE].sort());
    for (const { id, reason } of report.skipped) expect(reason).toContain(join(images, id));
    const bomb = report.skipped.find(({ id }) => id === 'bomb.png');
    expect(bomb?.reason).toContain('more than 268402689 pixels.');
    const seen = miner.minedMaps('conv1').flatMap((map) => miner.top('conv1', map).map(({ id }) => id));
    for (const id of seen) expect([...NAMES, ...UNUSUAL]).toContain(id);
    for (const id of NAMES) expect(seen).toContain(id);
    dispose(miner);
  });

  it('is left through links only where that is asked for, and never in circles', async () => {
    const { model, folder } = await dataSet(0);
    const images = await hostileFolder();
    const inside = (await listPictures(images)).map(({ id }) => id);
    const all = (await listPictures(images, { followLinks: true })).map(({ id }) => id);
    expect(all.filter((id) => !inside.includes(id)).sort()).toEqual([...LINKED].sort());
    const { miner, report } = await mine({ model, images, folder }, { followLinks: true });
    expect(report.images).toBe(NAMES.length + UNUSUAL.length + LINKED.length);
    dispose(miner);
  });

  it('has a limit on pixels that can be moved', async () => {
    const images = await hostileFolder();
    const size = { width: 8, height: 8 };
    await expect(readPicture(join(images, 'deep.png'), { ...size, maxPixels: 63 })).rejects.toMatchObject({
      code: 'picture-unreadable',
      message: expect.stringContaining('more than 63 pixels.'),
    });
    expect((await readPicture(join(images, 'deep.png'), { ...size, maxPixels: 64 })).width).toBe(8);
    const bomb = await readPicture(join(images, 'bomb.png'), { ...size, maxPixels: 20_000 ** 2 });
    expect([...bomb.data.subarray(0, 4)]).toEqual([0, 0, 0, 255]);
  });
});
