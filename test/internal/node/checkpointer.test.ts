import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { Deconvnet, DeconvnetError, PatchMiner } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../src/node/mine/checkpoint-bytes.js';
import { CheckpointFile } from '../../../src/node/mine/checkpoint-file.js';
import { Checkpointer } from '../../../src/node/mine/checkpointer.js';
import type { ChunkMiner } from '../../../src/node/mine/chunk-miner.js';
import type { ChunkTask, LeftOut, MinedChunk } from '../../../src/node/mine/mine-chunk.js';
import { MiningRun } from '../../../src/node/mine/mining-run.js';
import { use } from '../../support/backends.js';
import { noiseTensor, smallConvnet } from '../../support/project/networks.js';
import { tempFolder } from '../../support/temp-folder.js';

const tick = (milliseconds = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('a checkpoint', () => {
  beforeAll(() => use('cpu'));

  /** Four pictures, of which the third cannot be read. */
  const files = ['p0', 'p1', 'p2', 'p3'].map((id) => ({ id, path: id }));

  function runOf(from: Checkpoint | undefined): { run: MiningRun; mine(task: ChunkTask): Promise<MinedChunk> } {
    const deconvnet = new Deconvnet(smallConvnet());
    const layers = [deconvnet.layers.find(({ className }) => className === 'Conv2D')!.name];
    const shape = deconvnet.layers[0]!.outputShape.slice(1) as number[];
    return {
      run: new MiningRun({
        miner: new PatchMiner(deconvnet, { layers }),
        files,
        identity: { of: 'a' },
        chunk: 2,
        from,
      }),
      async mine(task) {
        const miner = new PatchMiner(deconvnet, { layers });
        const skipped: LeftOut[] = [];
        for (const { id } of task.files) {
          if (id === 'p2') skipped.push({ id, code: 'picture-unreadable', reason: 'it cannot be read' });
          else await miner.add(tf.expandDims(noiseTensor(shape, id.charCodeAt(1)), 0), [id]);
        }
        return { miner, skipped };
      },
    };
  }

  it('is of one moment: a chunk that comes back while it is being written is not half in it', async () => {
    const path = join(await tempFolder(), 'run.checkpoint');
    const file = new CheckpointFile(path);
    const { run, mine } = runOf(undefined);
    const failed = (error: unknown): void => {
      throw error;
    };
    const saver = new Checkpointer(file, { every: 0, make: () => run.checkpoint, onWarning: failed });
    let writing = false;
    const who: ChunkMiner = {
      capacity: 2,
      close: async () => undefined,
      async mine(task) {
        const chunk = await mine(task);
        // The second chunk comes back as soon as the first one's checkpoint has begun.
        while (task.files[0]!.id !== 'p0' && !writing) await new Promise(setImmediate);
        return chunk;
      },
    };
    const onChunk = (): void => {
      if (writing) return;
      saver.tick();
      writing = true;
    };
    await run.mineAll(who, onChunk, undefined);
    await tick(200);
    const from = (await file.read({ of: 'a' }, failed))!;
    expect(from.left).toEqual({ cursor: 4, pending: [{ start: 2, end: 4 }] });
    expect(from.skipped).toEqual([]);
    const again = runOf(from);
    await again.run.mineAll(
      { capacity: 2, close: async () => undefined, mine: again.mine },
      () => undefined,
      undefined,
    );
    expect(again.run.skipped.map(({ id }) => id)).toEqual(['p2']);
  });

  it('that cannot be made is a warning, and the next one is made', async () => {
    let [made, written] = [0, 0];
    const warnings: string[] = [];
    const file = { write: async () => void written++ } as unknown as CheckpointFile;
    const make = (): Checkpoint => {
      made++;
      if (made === 1) throw new DeconvnetError('write-failed', 'no memory for it');
      return {} as Checkpoint;
    };
    const saver = new Checkpointer(file, { every: 0, make, onWarning: ({ message }) => warnings.push(message) });
    for (let i = 0; i < 4; i++) {
      saver.tick();
      await tick();
    }
    expect([made, written]).toEqual([4, 3]);
    expect(warnings).toEqual(['no memory for it']);
  });
});
