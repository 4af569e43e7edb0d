import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { PatchMiner } from 'deconvnet';
import { listPictures, mineImages, readPictures, useBackend, writeGallery } from 'deconvnet/node';
import { type DrawnOnQueue, type DrawOnQueueOptions, drawOnQueue } from 'deconvnet/queue';
import { describe, expect, inject, it } from 'vitest';
import { filesIn } from '../../support/files-in.js';
import { LOCK, poll, Stage } from '../../support/queue/stage.js';

/** How often a worker is killed. */
const KILLS = inject('long') ? 10 : 3;
const PAGE = { title: 'A gallery', command: 'deconvnet gallery', tile: 32 } as const;

/** What was mined, the files of the gallery that one process makes of it, and the pictures. */
interface Alone {
  readonly miner: PatchMiner;
  readonly files: ReadonlyMap<string, unknown>;
}

let alone: Alone | undefined;

/** Mines and draws in this process, once. */
async function drawAlone({ mining, folder }: Stage): Promise<Alone> {
  if (alone) return alone;
  await useBackend('wasm');
  const { miner } = await mineImages({ ...mining, workers: 0, maxBytes: 0 });
  const listed = new Map((await listPictures(mining.images as string)).map((file) => [file.id, file]));
  const source = async (id: string) => {
    for await (const { image } of readPictures([listed.get(id)!], miner.deconvnet)) return image;
    throw new Error(`There is no picture ${id}.`);
  };
  const out = join(folder, 'whole');
  await writeGallery(miner, { ...PAGE, out, source });
  alone = { miner, files: await filesIn(out) };
  return alone;
}

/** A stage whose server keeps what it has, and what one process makes. */
async function set(): Promise<
  Alone & { readonly stage: Stage; draw(out: string, options?: Partial<DrawOnQueueOptions>): Promise<DrawnOnQueue> }
> {
  const limit = inject('long') ? 200 : 60;
  const stage = await Stage.set({ redis: ['--appendonly', 'yes', '--appendfsync', 'always'], mining: { limit } });
  const { miner, files } = await drawAlone(stage);
  const { model, images } = stage.mining;
  return {
    ...{ stage, miner, files },
    draw: (out, options = {}) =>
      drawOnQueue(miner, {
        ...{ ...PAGE, ...LOCK, queue: stage.server.url, share: stage.share, model, images, parts: 5, retryDelay: 100 },
        ...{ out: join(stage.folder, out), ...options },
      }),
  };
}

describe('a gallery on a queue', { timeout: 900_000 }, () => {
  it('is the same to the byte as that of one process, although workers are killed and the server is restarted', async () => {
    const { stage, files, draw } = await set();
    const drawn = draw('killed');
    const workers = [stage.worker(), stage.worker()];
    for (let kill = 0; kill < KILLS; kill++) {
      const victim = workers[kill % 2]!;
      await victim.until(({ what }) => what === 'begun' || what === 'left');
      await wait(Math.random() * 500);
      victim.killAll('SIGKILL');
      await victim.ended;
      workers[kill % 2] = stage.worker();
      if (kill !== 1) continue;
      await stage.server.stop();
      await stage.server.start();
    }
    const { maps, sheets, unread } = await drawn;
    expect({ maps, unread }).toEqual({ maps: 8, unread: 0 });
    expect(sheets).toBeGreaterThan(1);
    const out = join(stage.folder, 'killed');
    expect(await filesIn(out)).toEqual(files);
    expect(await readdir(out)).not.toContain('unfinished');
  });

  it('was drawn by the workers, and is there for everybody who waits for it', async () => {
    const { stage, draw } = await set();
    const worker = stage.worker();
    const begun: string[] = [];
    const onBegin = ({ id, parts }: { readonly id: string; readonly parts: number }): void => {
      begun.push(`${id} ${parts}`);
    };
    const title = 'Another title';
    const both = await Promise.all([draw('one', { title, onBegin }), draw('two', { title, onBegin })]);
    expect(new Set(begun).size).toBe(1);
    expect(both[0].id).toBe(both[1].id);
    expect(await filesIn(join(stage.folder, 'one'))).toEqual(await filesIn(join(stage.folder, 'two')));
    // Five parts project, and as many parts draw as there are sheets, at most five.
    const parts = Number(begun[0]!.split(' ')[1]);
    expect(parts).toBeGreaterThan(5);
    expect(worker.lines.filter(({ what }) => what === 'done')).toHaveLength(parts);
  });

  it('is not hindered by a worker without the pictures, which says so and leaves', async () => {
    const { stage, files, draw } = await set();
    const stranger = stage.worker({ folders: [stage.folder] });
    const warnings: string[] = [];
    const drawn = draw('three', { onWarning: ({ message }) => warnings.push(message) });
    await stranger.until(({ what }) => what === 'refused');
    await poll(() => warnings.length > 0);
    expect(warnings[0]).toMatch(
      /does not join the run\. None of the \d+ pictures of part \d can be used on this machine/,
    );
    stage.worker();
    await drawn;
    expect(await filesIn(join(stage.folder, 'three'))).toEqual(files);
  });
});
