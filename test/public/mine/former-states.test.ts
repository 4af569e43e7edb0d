import { readFile } from 'node:fs/promises';
import { Deconvnet, type MinerJson, PatchMiner } from 'deconvnet';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { use } from '../../support/backends.js';
import { everything, items } from '../../support/mining/data-set.js';
import { smallConvnet } from '../../support/project/networks.js';

const read = (name: string): Promise<Buffer> => readFile(new URL(`../../fixtures/states/${name}`, import.meta.url));

/** What the states in the fixtures were mined with. */
const OPTIONS = { layers: ['conv2', 'classes'], k: 2, featureMaps: { conv2: [0, 2, 3] } };
const IMAGES = everything.slice(0, 9);

describe('a state of version 0.1', () => {
  beforeAll(() => use('cpu'));
  let deconvnet: Deconvnet;
  beforeEach(() => {
    deconvnet = new Deconvnet(smallConvnet());
  });

  const former = async (): Promise<PatchMiner[]> => [
    PatchMiner.load(deconvnet, await read('version-0.1.state')),
    PatchMiner.fromJSON(deconvnet, JSON.parse(String(await read('version-0.1.json'))) as MinerJson),
  ];

  it('is loaded, and differs from what is mined now in the histogram alone', async () => {
    const now = new PatchMiner(deconvnet, OPTIONS);
    await now.run(items(IMAGES));
    const [whole, light] = await former();
    for (const layer of OPTIONS.layers) {
      for (const map of now.minedMaps(layer)) {
        const { histogram, ...statistics } = now.statistics(layer, map);
        expect(histogram!.bins.reduce((sum, { count }) => sum + count, histogram!.notAbove)).toBe(9);
        expect(whole!.statistics(layer, map)).toEqual(statistics);
        expect(light!.statistics(layer, map)).toEqual(statistics);
        expect(whole!.top(layer, map)).toEqual(now.top(layer, map));
      }
    }
  });

  it('can be merged, and then the histogram stays absent', async () => {
    for (const old of await former()) {
      const more = new PatchMiner(deconvnet, OPTIONS);
      await more.run(items(everything.slice(9)));
      const whole = new PatchMiner(deconvnet, OPTIONS);
      await whole.run(items(everything));
      const { histogram: _, ...wanted } = whole.statistics('conv2', 2);
      more.merge(old);
      expect(more.statistics('conv2', 2)).toEqual(wanted);
      expect(PatchMiner.load(deconvnet, more.save()).statistics('conv2', 2)).toEqual(wanted);
      expect(PatchMiner.fromJSON(deconvnet, more.toJSON()).statistics('conv2', 2)).toEqual(wanted);
    }
  });
});
