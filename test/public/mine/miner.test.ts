import * as tf from '@tensorflow/tfjs-core';
import { Deconvnet, PatchMiner, type Projection, type SourceItem } from 'deconvnet';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { expectClose, values } from '../../support/compare.js';
import { COUNT, everything, id, image, items, LAYERS, mined, SHAPE } from '../../support/mining/data-set.js';
import { smallConvnet } from '../../support/project/networks.js';

describe.each(backends)('PatchMiner on %s', (backend) => {
  beforeAll(() => use(backend));
  let deconvnet: Deconvnet;
  beforeEach(() => {
    deconvnet = new Deconvnet(smallConvnet());
  });

  it('finds the strongest activations, one an image, ties by id', async () => {
    const miner = await mined(deconvnet, { k: 5 });
    expect(miner.images).toBe(COUNT);
    let ties = 0;
    for (const layer of LAYERS) {
      const model = deconvnet.model;
      const ranked: { id: string; activation: number; position: number[] }[][] = Array.from(
        { length: miner.featureMaps(layer) },
        () => [],
      );
      for (const i of everything) {
        // By another route: all values, read back and searched.
        const output = await deconvnet.activations(image(i), layer);
        const data = await output.data();
        const maps = ranked.length;
        const logits =
          layer === 'classes'
            ? await tf
                .add(
                  tf.dot(await deconvnet.activations(image(i), 'linear'), model.getLayer('classes').getWeights()[0]!),
                  model.getLayer('classes').getWeights()[1]!,
                )
                .data()
            : data;
        const width = output.shape[1] ?? 1;
        for (let map = 0; map < maps; map++) {
          let best = map;
          for (let at = map; at < logits.length; at += maps) if (logits[at]! > logits[best]!) best = at;
          const cell = Math.floor(best / maps);
          const position = output.rank === 3 ? [Math.floor(cell / width), cell % width] : [];
          if (layer.startsWith('conv') && logits[best]! <= 0) continue;
          ranked[map]!.push({ id: id(i), activation: logits[best]!, position });
        }
      }
      for (const [map, list] of ranked.entries()) {
        // Batched and single runs of one backend agree to rounding; ranks must be the same.
        list.sort((a, b) => b.activation - a.activation || (a.id < b.id ? -1 : 1));
        const top = miner.top(layer, map);
        expect(top.map((patch) => [patch.id, patch.position])).toEqual(
          list.slice(0, 5).map((entry) => [entry.id, entry.position]),
        );
        for (const [rank, patch] of top.entries()) {
          expect(patch.activation).toBeCloseTo(list[rank]!.activation, 5);
          if (rank > 0 && patch.activation === top[rank - 1]!.activation) ties++;
        }
      }
    }
    expect(ties).toBeGreaterThan(2);
  });

  it('projects from only the stored patches what the images themselves give', async () => {
    const miner = await mined(deconvnet, { k: 3 });
    const byId = new Map(everything.map((i) => [id(i), image(i)]));
    for (const [layer, map] of [
      ['conv1', 0],
      ['conv2', 3],
      ['classes', 1],
    ] as const) {
      for (const crop of [false, true]) {
        const patches = miner.top(layer, map);
        const projections = await miner.project(layer, map, { crop });
        expect(projections).toHaveLength(3);
        for (const [i, projection] of projections.entries()) {
          const { id: name, position, activation } = patches[i]!;
          const direct = await deconvnet.project(byId.get(name)!, { layer, featureMap: map, position, crop });
          // On WebGPU the last bits depend on how many images run at once.
          if (backend === 'webgpu') expect(projection.activation / activation).toBeCloseTo(1, 5);
          else expect(projection.activation).toBe(activation);
          expect(projection.receptiveField).toEqual(direct.receptiveField);
          expectClose(await values(projection), await values(direct));
        }
      }
    }
  });

  it('hands out the pixels inside the receptive field', async () => {
    const miner = await mined(deconvnet, { k: 2 });
    const byId = new Map(everything.map((i) => [id(i), image(i)]));
    const whole = miner.top('linear', 0)[0]!;
    expect(whole.pixels).toMatchObject({ shape: SHAPE, start: [0, 0] });
    const corner = everything
      .flatMap((map) => (map < 6 ? miner.top('conv2', map) : []))
      .find(({ receptiveField }) => receptiveField.start[0]! < 0 || receptiveField.start[1]! < 0)!;
    for (const patch of [whole, corner]) {
      const { data, shape, start } = patch.pixels!;
      const cut = tf.slice(byId.get(patch.id)!, [...start, 0], [...shape]);
      expect(Array.from(data)).toEqual(Array.from(await cut.data()));
    }
    expect(corner.pixels!.shape.slice(0, 2)).not.toEqual(corner.receptiveField.size);
    expect(whole.label).toMatch(/^class [012]$/);
  });

  it('stops at a signal, stays whole, and frees what it pulled', async () => {
    const miner = new PatchMiner(deconvnet, { layers: LAYERS, k: 3 });
    const controller = new AbortController();
    const seen: number[] = [];
    const { numTensors } = tf.memory();
    const running = miner.run(items(everything), {
      batchSize: 4,
      signal: controller.signal,
      onProgress: ({ images }) => {
        seen.push(images);
        if (images === 8) controller.abort(new Error('enough'));
      },
    });
    await expect(running).rejects.toThrow('enough');
    expect(seen).toEqual([4, 8]);
    expect(miner.images).toBe(8);
    expect(tf.memory().numTensors).toBe(numTensors);
    await miner.run(items(everything.slice(8)), { batchSize: 5 });
    expect(JSON.stringify(miner)).toBe(JSON.stringify(await mined(deconvnet, { k: 3 })));
  });

  it('keeps no tensors, also when a source fails', async () => {
    const miner = new PatchMiner(deconvnet, { layers: LAYERS, k: 3 });
    await miner.run(items([0]));
    const release = (projections: Projection[]): void => {
      for (const projection of projections) projection.dispose();
    };
    release(await miner.project('conv2', 3));
    const { numTensors, numDataBuffers } = tf.memory();
    await miner.run(items(everything));
    release(await miner.project('conv2', 3));
    async function* failing(): AsyncGenerator<SourceItem> {
      yield* items([1, 2, 3]);
      throw new Error('disk gone');
    }
    await expect(miner.run(failing(), { batchSize: 2 })).rejects.toThrow('disk gone');
    await expect(miner.run([...items([1]), { id: 'x', image: tf.zeros([2, 2, 3]) }])).rejects.toMatchObject({
      code: 'shape-mismatch',
    });
    await expect(miner.run([{ id: 'nan', image: tf.fill(SHAPE, Number.NaN) }])).rejects.toMatchObject({
      code: 'not-finite',
      message: expect.stringContaining("Image 'nan'"),
    });
    expect([tf.memory().numTensors, tf.memory().numDataBuffers]).toEqual([numTensors, numDataBuffers]);
  });

  it('counts a source that knows its length, and reads a tf.data Dataset', async () => {
    const miner = new PatchMiner(deconvnet, { layers: ['conv1'] });
    const totals: (number | undefined)[] = [];
    await miner.run([...items(everything)], { batchSize: 20, onProgress: ({ total }) => totals.push(total) });
    expect(totals).toEqual([COUNT, COUNT]);
    const dataset = {
      size: COUNT,
      async iterator() {
        const iterator = items(everything);
        return { next: async () => iterator.next() };
      },
    };
    const other = new PatchMiner(deconvnet, { layers: ['conv1'] });
    await other.run(dataset);
    expect(JSON.stringify(other)).toBe(JSON.stringify(miner));
  });

  it('gives the same when batches are added at once', async () => {
    const batches = [
      [0, 1, 2],
      [3, 4, 5],
      [6, 7, 8],
    ];
    const add = async (miner: PatchMiner, indices: number[]): Promise<void> =>
      miner.add(tf.stack(indices.map(image)), indices.map(id));
    const together = new PatchMiner(deconvnet, { layers: LAYERS, k: 2 });
    await Promise.all(batches.map((indices) => add(together, indices)));
    const inTurn = new PatchMiner(deconvnet, { layers: LAYERS, k: 2 });
    for (const indices of batches) await add(inTurn, indices);
    expect(together.save()).toEqual(inTurn.save());
  });

  it('says what is wrong', async () => {
    const batch = tf.stack([image(1), image(2)]);
    const miner = new PatchMiner(deconvnet, { layers: ['conv1'] });
    const wrong: [() => unknown, string][] = [
      [() => new PatchMiner(deconvnet, { k: 0 }), 'invalid-option'],
      [() => new PatchMiner(deconvnet, { maxBytes: -1 }), 'invalid-option'],
      [() => new PatchMiner(deconvnet, { layers: [] }), 'invalid-option'],
      [() => new PatchMiner(deconvnet, { layers: ['conv9'] }), 'unknown-layer'],
      [() => miner.top('conv2', 0), 'unknown-layer'],
      [() => miner.top('conv1', 5), 'feature-map-out-of-range'],
      [() => miner.add(batch, ['one']), 'shape-mismatch'],
      [() => miner.add(batch, ['same', 'same']), 'duplicate-id'],
      [() => miner.run([]), 'empty-source'],
      [() => miner.run(items([1]), { batchSize: 0 }), 'invalid-option'],
      [() => miner.run(5 as unknown as SourceItem[]), 'invalid-option'],
      [() => miner.run([{ name: 'x' }] as unknown as SourceItem[]), 'invalid-option'],
      [() => miner.merge(miner), 'state-mismatch'],
      [() => miner.merge(new PatchMiner(deconvnet, { layers: ['conv2'] })), 'state-mismatch'],
      [() => miner.merge(new PatchMiner(deconvnet, { layers: ['conv1'], k: 2 })), 'state-mismatch'],
      [() => PatchMiner.fromJSON(deconvnet, {} as never), 'state-unreadable'],
      [() => PatchMiner.fromJSON(deconvnet, { ...miner.toJSON(), k: 0 }), 'state-unreadable'],
      [() => PatchMiner.load(deconvnet, new Uint8Array(3)), 'state-unreadable'],
      [() => PatchMiner.load(deconvnet, miner.save().slice(0, 40)), 'state-unreadable'],
    ];
    for (const [work, code] of wrong) {
      await expect(Promise.resolve().then(work), work.toString()).rejects.toMatchObject({
        code,
        name: 'DeconvnetError',
      });
    }
    expect(miner.images).toBe(0);
    expect(await miner.project('conv1', 0)).toEqual([]);
  });
});
