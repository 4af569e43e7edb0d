import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesIn } from '../support/files-in.js';
import { withPictures } from '../support/models/weights-alone.js';
import { BIN, type Ended, start } from './child.js';

const run = (...args: string[]): Promise<Ended> => start([BIN, ...args]).ended;

describe('a file of weights alone, with --topology', { timeout: 180_000 }, () => {
  it('is read by worker threads, which mine and draw the same as one thread', async () => {
    const { folder, weights, topology, images } = await withPictures();
    const own = ['--topology', topology, '--input', 'raw', '--layers', 'base/stem'];
    const out = (name: string): string => join(folder, name);
    for (const workers of ['0', '2']) {
      const how = [...own, '--workers', workers];
      const state = out(`${workers}.state`);
      expect(await run('mine', weights, images, ...how, '--out', state)).toMatchObject({ code: 0 });
      // The pictures are projected again, because the state keeps no pixels.
      const bare = out(`${workers}-bare.state`);
      const keeping = ['--max-bytes', '0', '--out', bare];
      expect(await run('mine', weights, images, ...how, ...keeping)).toMatchObject({ code: 0 });
      const drawn = ['--from', bare, '--title', 'x', '--rule', 'guided', '--out', out(`gallery-${workers}`)];
      expect(await run('gallery', weights, images, ...how, ...drawn)).toMatchObject({ code: 0 });
    }
    expect(await readFile(out('2.state'))).toEqual(await readFile(out('0.state')));
    const sprites = async (name: string) => filesIn(join(out(name), 'sprites'));
    expect(await sprites('gallery-2')).toEqual(await sprites('gallery-0'));
  });
});
