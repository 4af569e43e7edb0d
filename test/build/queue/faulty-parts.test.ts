import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listPictures } from 'deconvnet/node';
import { describe, expect, inject, it } from 'vitest';
import { flatPng } from '../../support/mining/mining.js';
import { poll, Stage } from '../../support/queue/stage.js';
import { writeFiles } from '../../support/temp-folder.js';

const FATAL = 'fatal.png';

/** A stage with pictures of its own, of which one ends what mines it if a worker has a fuse for it. */
async function withFatal(): Promise<Stage> {
  const stage = await Stage.set({ mining: { limit: 60 } });
  const { images, limit } = stage.mining;
  const listed = (await listPictures(images as string)).slice(0, limit);
  const copies: Record<string, Uint8Array> = { [FATAL]: await flatPng('#7b0000', 32) };
  for (const { id, path } of listed) copies[id] = await readFile(path);
  const folder = join(stage.folder, 'pictures');
  await writeFiles(folder, copies);
  stage.mining = { ...stage.mining, images: folder, limit: 61 };
  return stage;
}

describe('a picture', { timeout: 600_000 }, () => {
  it.each([
    { what: 'thread', how: 'ends a thread', workers: 1 },
    { what: 'process', how: 'ends a process', workers: 0 },
    ...(inject('long') ? [{ what: 'process', how: 'ends a process with threads', workers: 1 }] : []),
  ])('that $how is set aside after two times, and the workers go on', async ({ what, workers }) => {
    const stage = await withFatal();
    const players = [1, 2].map(() => stage.worker({ workers }, { env: { GATE_FUSE: what } }));
    const { state, report } = await stage.mine({ parts: 3 });
    expect(report).toMatchObject({
      images: 60,
      skipped: [],
      setAside: [
        {
          id: FATAL,
          code: 'worker-failed',
          reason: expect.stringMatching(/^The picture 'fatal.png' made a worker end 2 times: .*(7|SIGKILL)/),
        },
      ],
    });
    const files = (await listPictures(stage.mining.images as string)).filter(({ id }) => id !== FATAL);
    expect(state).toBe(await stage.expected({ images: files }));
    for (const player of players) expect(player.isAlive, player.text).toBe(true);
    // A thread that ends is not the end of its process.
    const said = players.flatMap(({ lines }) => lines.filter((line) => line.what === 'restarted'));
    if (what === 'thread') expect(said).toEqual([]);
    else expect(said.length).toBeGreaterThanOrEqual(2);
    expect(players.flatMap(({ lines }) => lines.filter((line) => line.what === 'failed'))).toEqual([]);
  });
});

describe('a part', { timeout: 600_000 }, () => {
  it('that fails for good fails the run with its name, and the same command does what is missing', async () => {
    const stage = await withFatal();
    // The last part has a picture at which the network fails.
    const first = stage.worker({ workers: 0 }, { env: { GATE_FUSE: 'error' } });
    await expect(stage.mine({ parts: 3 })).rejects.toMatchObject({
      code: 'part-failed',
      message: expect.stringMatching(
        /^The run \w{16} failed\. part 3 of 3: .*the fuse has blown.*\(worker .*results of the other parts are kept in .*start the run again/s,
      ),
    });
    expect(first.lines.filter(({ what }) => what === 'failed')).toHaveLength(2);
    expect(first.isAlive, first.text).toBe(true);
    first.kill('SIGTERM');
    await first.ended;
    expect(stage.files('.result').map((path) => path.slice(-8))).toEqual(['1.result', '2.result']);
    const before = stage.mined;
    const second = stage.worker();
    // The run is cut as it was, whatever is asked now.
    expect((await stage.mine({ parts: 7 })).state).toBe(await stage.expected());
    expect(stage.mined - before).toBe(21);
    expect(second.isAlive, second.text).toBe(true);
  });

  it.runIf(inject('long'))(
    'whose result was damaged is found before merging, and the same command mines it again',
    async () => {
      const stage = await Stage.set({ mining: { limit: 90 } });
      stage.gate({ holdAt: 60 });
      // Nobody merges meanwhile.
      const first = stage.coordinator({ parts: 3 });
      await first.until((line) => line.begun);
      first.kill('SIGKILL');
      const worker = stage.worker();
      await poll(() => stage.files('.result').length > 0);
      const [path] = stage.files('.result') as [string];
      const bytes = await readFile(path);
      bytes[bytes.length >> 1]! ^= 0xff;
      await writeFile(path, bytes);
      const failing = stage.mine({ parts: 3 }).catch((error: unknown) => error);
      stage.gate({});
      const part = Number(path.match(/(\d)\.result$/)![1]);
      expect(await failing).toMatchObject({
        code: 'part-failed',
        message: expect.stringContaining(`part ${part}: its checksum is wrong: it was cut off or changed`),
      });
      expect(stage.files('.result')).toHaveLength(2);
      const before = stage.mined;
      expect((await stage.mine({ parts: 3 })).state).toBe(await stage.expected());
      expect(stage.mined - before).toBe(30);
      expect(worker.isAlive, worker.text).toBe(true);
    },
  );

  it.runIf(inject('long'))('whose checkpoint was damaged is mined from its beginning', async () => {
    const stage = await Stage.set({ mining: { limit: 120 } });
    stage.gate({ holdAt: 100 });
    const mined = stage.mine({ parts: 1 });
    const first = stage.worker();
    await stage.untilMined(100);
    await poll(() => stage.saved > 0);
    first.killAll('SIGKILL');
    await first.ended;
    for (const path of stage.files('.checkpoint')) await writeFile(path, (await readFile(path)).subarray(0, 1000));
    for (const path of stage.files('.prev')) await rm(path);
    stage.gate({});
    stage.worker();
    expect((await mined).state).toBe(await stage.expected());
  });
});
