import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesIn } from '../../support/files-in.js';
import { withPictures } from '../../support/models/weights-alone.js';
import { RedisServer } from '../../support/queue/redis-server.js';
import { tempFolder } from '../../support/temp-folder.js';
import { BIN, type Ended, start } from '../child.js';

const run = (...args: string[]): Promise<Ended> => start([BIN, ...args]).ended;

describe('a file of weights alone, on a queue', { timeout: 300_000 }, () => {
  it('is read with its topology by workers that have both elsewhere', async () => {
    const { url } = await RedisServer.start([]);
    const { folder, weights, topology, images } = await withPictures();
    const other = await tempFolder();
    await cp(folder, other, { recursive: true });
    const share = await tempFolder();
    const onQueue = ['--queue', url, '--share', share, '--lock', '1'];
    const own = ['--topology', topology, '--input', 'raw', '--layers', 'base/stem', '--rule', 'guided'];
    const out = (name: string): string => join(folder, name);

    const begun = start([BIN, 'mine', weights, images, ...own, ...onQueue, '--out', out('queue.state')]).ended;
    const work = ['work', ...onQueue, '--until-idle', '--workers', '1'];
    // This machine has the weights and the pictures, and not the topology.
    const maps = ['weights', 'images'].flatMap((name) => ['--map', `${out(name)}=${join(other, name)}`]);
    expect((await run(...work, ...maps, '--allow', share)).err).toMatch(
      /does not join the run .*may not read .*topologies\/nested\.json.*--map THERE=HERE/,
    );
    const place = ['--map', `${folder}=${other}`, '--allow', share];
    const [worked, mined] = await Promise.all([run(...work, ...place), begun]);
    expect(mined).toMatchObject({ code: 0 });
    expect(worked.err).toMatch(/Joined the run/);
    const alone = ['mine', weights, images, ...own, '--workers', '0', '--out', out('alone.state')];
    expect(await run(...alone)).toMatchObject({ code: 0 });
    expect(await readFile(out('queue.state'))).toEqual(await readFile(out('alone.state')));

    const gallery = ['gallery', weights, images, ...own, '--from', out('alone.state'), '--title', 'x'];
    const [drawn] = await Promise.all([run(...gallery, ...onQueue, '--out', out('on-queue')), run(...work, ...place)]);
    expect(drawn).toMatchObject({ code: 0 });
    expect(await run(...gallery, '--workers', '0', '--out', out('by-one'))).toMatchObject({ code: 0 });
    const sprites = async (name: string) => filesIn(join(out(name), 'sprites'));
    expect(await sprites('on-queue')).toEqual(await sprites('by-one'));
  });
});
