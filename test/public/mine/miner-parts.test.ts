import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, PatchMiner, type PatchMinerOptions, type SourceItem } from 'deconvnet';
import fc from 'fast-check';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { backends, draws, use } from '../../support/backends.js';
import { fillWeights, noise } from '../../support/project/networks.js';

const SHAPE = [6, 7, 2];
const LAYERS = ['conv', 'signed', 'classes'];

/** Layers of every sort: small fields after a ReLU, fields of most of the picture that can be negative, logits. */
function network(): tfl.LayersModel {
  const { conv2d, maxPooling2d, flatten, dense } = tfl.layers;
  return fillWeights(
    tfl.sequential({
      layers: [
        conv2d({
          inputShape: SHAPE as [number, number, number],
          filters: 4,
          kernelSize: 2,
          padding: 'same',
          activation: 'relu',
          name: 'conv',
        }),
        maxPooling2d({ poolSize: 2, name: 'pool' }),
        conv2d({ filters: 3, kernelSize: 2, name: 'signed' }),
        flatten(),
        dense({ units: 3, activation: 'softmax', name: 'classes' }),
      ],
    }),
    { seed: 5 },
  );
}

/**
 * A picture of few grey levels, so that activations tie; some are equal to the last pixel. One is so bright that
 * double precision does not add up its activations and those of the others.
 */
const picture = (look: number): tf.Tensor =>
  tf.tensor(
    noise(84, look + 1).map((value) => Math.round(value * 2 + 2) * (look === 7 ? 2 ** 60 : 1)),
    SHAPE,
  );

/** A data set, ways to cut it up, and what is mined. */
interface Case {
  /** What each image looks like. */
  readonly looks: readonly number[];
  /** In which order they come. */
  readonly order: readonly number[];
  /** By place in that order: which shard. */
  readonly shards: readonly number[];
  readonly batchSize: number;
  readonly mergeOrder: readonly number[];
  readonly options: PatchMinerOptions;
}

const cases = fc.integer({ min: 1, max: 12 }).chain((count) =>
  fc.record<Case>({
    looks: fc.array(fc.integer({ min: 0, max: 7 }), { minLength: count, maxLength: count }),
    order: permutation(count),
    shards: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: count, maxLength: count }),
    batchSize: fc.integer({ min: 1, max: count }),
    mergeOrder: permutation(3),
    options: fc.record({
      k: fc.integer({ min: 1, max: 5 }),
      perImage: fc.integer({ min: 1, max: 3 }),
      maxBytes: fc.constantFrom(0, 500, 2500, 1e6, Number.POSITIVE_INFINITY),
      layers: fc.constantFrom(LAYERS, [...LAYERS].reverse()),
      featureMaps: fc.constantFrom({}, { conv: [2, 0], classes: [1] }),
    }),
  }),
);

function permutation(count: number): fc.Arbitrary<readonly number[]> {
  const all = Array.from({ length: count }, (_, i) => i);
  return fc.shuffledSubarray(all, { minLength: count, maxLength: count });
}

function* items({ looks }: Case, indices: Iterable<number>): Generator<SourceItem> {
  for (const i of indices) {
    const label = looks[i]! % 3 === 0 ? undefined : `class ${looks[i]! % 3}`;
    yield { id: `picture ${String(i)}`, image: picture(looks[i]!), ...(label !== undefined && { label }) };
  }
}

async function mined(deconvnet: Deconvnet, one: Case, indices: readonly number[], options = {}): Promise<PatchMiner> {
  const miner = new PatchMiner(deconvnet, { ...one.options, ...options });
  if (indices.length > 0) await miner.run(items(one, indices), { batchSize: one.batchSize });
  return miner;
}

const shardsOf = ({ order, shards }: Case): number[][] =>
  [0, 1, 2].map((shard) => order.filter((_, place) => shards[place] === shard));

describe.each(backends)('parts of a data set, on %s', (backend) => {
  beforeAll(() => use(backend));

  it.each(['raw', undefined] as const)(
    'give byte for byte what one run gives (input format %s)',
    async (input) => {
      const deconvnet = new Deconvnet(network(), input === undefined ? {} : { input });
      let ties = 0;
      let severalOfOne = 0;
      await fc.assert(
        fc.asyncProperty(cases, async (one) => {
          const whole = new PatchMiner(deconvnet, one.options);
          const all = [...one.looks.keys()];
          await whole.add(
            tf.stack(all.map((i) => picture(one.looks[i]!))),
            all.map((i) => `picture ${i}`),
            [...items(one, all)].map(({ label }) => label),
          );
          const expected = { bytes: whole.save(), json: JSON.stringify(whole) };
          const check = (miner: PatchMiner): void => {
            expect(JSON.stringify(miner)).toBe(expected.json);
            expect(miner.save()).toEqual(expected.bytes);
            expect(miner.bytes).toBe(whole.bytes);
          };
          expect(whole.bytes).toBeLessThanOrEqual(whole.maxBytes);
          check(await mined(deconvnet, one, one.order));
          const parts = await Promise.all(shardsOf(one).map((shard) => mined(deconvnet, one, shard)));
          const merged = new PatchMiner(deconvnet, one.options);
          for (const part of one.mergeOrder) merged.merge(PatchMiner.load(deconvnet, parts[part]!.save()));
          check(merged);
          // What one run writes is what it reads.
          check(PatchMiner.load(deconvnet, expected.bytes));

          // By workers that know how strong a patch must be: all start before any of them is done, or one after the other.
          for (const late of [true, false]) {
            const chief = await mined(deconvnet, one, []);
            const chunks = shardsOf(one);
            let above = chief.thresholds();
            for (const [i, chunk] of chunks.entries()) {
              if (late || i === 1) above = structuredClone(chief.thresholds());
              const worker = await mined(deconvnet, one, chunk, { above });
              chief.merge(i % 2 === 0 ? worker : PatchMiner.load(deconvnet, worker.save()));
            }
            check(chief);
          }

          for (const layer of whole.layers) {
            for (const map of whole.minedMaps(layer)) {
              const top = whole.top(layer, map);
              ties += top.filter((patch, i) => patch.activation === top[i + 1]?.activation).length;
              severalOfOne += top.length - new Set(top.map(({ id }) => id)).size;
              if (!whole.keepsPixels(layer)) expect(top.every(({ pixels }) => !pixels)).toBe(true);
            }
          }
        }),
        { numRuns: inject('long') ? 600 : draws(40), seed: 7 },
      );
      // The cases are what they are meant to be.
      expect(ties).toBeGreaterThan(draws(100));
      expect(severalOfOne).toBeGreaterThan(draws(20));
    },
    inject('long') ? 1_800_000 : 180_000,
  );
});
