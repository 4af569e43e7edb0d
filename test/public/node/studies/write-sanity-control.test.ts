import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tfl from '@tensorflow/tfjs-layers';
import { randomizeWeights } from 'deconvnet/models';
import { rankCorrelation } from 'deconvnet/studies';
import { beforeAll, describe, expect, it } from 'vitest';
import { use } from '../../../support/backends.js';
import { noisePictures, SIDE, twins, writeAndRead } from '../../../support/studies/written-sanity.js';

const resultsIn = async (out: string) => JSON.parse(await readFile(join(out, 'sanity.json'), 'utf8'));

/** The weights of each unit of the dense layer of `twins`. */
const columnsOf = (model: tfl.LayersModel): number[][] => {
  const values = [...model.getLayer('answer').getWeights()[0]!.dataSync()];
  return [0, 1, 2].map((unit) => values.filter((_, i) => i % 3 === unit));
};

/** A network that takes pictures of any size. */
function anySize(): tfl.LayersModel {
  const conv = { filters: 1, activation: 'linear', kernelSize: 3 } as const;
  return tfl.sequential({
    layers: [tfl.layers.conv2d({ ...conv, inputShape: [null, null, 1], name: 'only' })],
  });
}

const methodOf = (document: Document): string =>
  [...document.querySelectorAll('section')]
    .find((section) => section.querySelector('h2')?.textContent === 'How it was measured')!
    .textContent!.replace(/\s+/g, ' ');

describe('the control of writeSanity', () => {
  beforeAll(() => use('cpu'));

  it('has random weights that differ from those of the last step, and states their seed', async () => {
    const columns = columnsOf(twins());
    const { out, document } = await writeAndRead(twins(), await noisePictures(), { seed: 5 });
    const { controlSeed, judged, means, pictures } = await resultsIn(out);
    expect(controlSeed).not.toBe(5);
    expect(methodOf(document)).toContain(`a seed of their own, ${controlSeed}, which follows from the seed 5`);
    // The projection of a unit of a dense layer is the column of its weights, whatever the picture is.
    const maps: number[] = pictures.flatMap(({ edges }: { edges: { projections: Record<string, never>[] } }) =>
      edges.projections.filter(({ rule }) => rule === 'deconvnet').map(({ featureMap }) => featureMap),
    );
    expect(maps).toHaveLength(4);
    const meanWith = async (seed: number): Promise<number> => {
      const random = columnsOf(await randomizeWeights(twins(), { from: 'answer', seed }));
      return maps.reduce((sum, map) => sum + rankCorrelation(columns[map]!, random[map]!) / maps.length, 0);
    };
    const [last, control] = [await meanWith(5), await meanWith(controlSeed)];
    expect(Math.abs(last - control)).toBeGreaterThan(0.01);
    for (const [i, { weights, unrelated, unrelatedToClasses }] of means.entries()) {
      expect(weights.at(-1).likeness.signed.rankCorrelation).toBeCloseTo(last, 5);
      expect(unrelated.likeness.signed.rankCorrelation).toBeCloseTo(control, 5);
      expect(unrelatedToClasses.likeness.signed.rankCorrelation).not.toBeCloseTo(last, 5);
      expect(judged[i].allRandom.signed).toBeCloseTo((last - control) / (1 - control), 5);
    }
  });

  it('is from the next picture that has the same size, which need not be the next one', async () => {
    const folder = await noisePictures([SIDE, 8, 9, SIDE]);
    const { out, document } = await writeAndRead(anySize(), folder, { pictures: ['0.png', '3.png'] });
    const { pictures } = await resultsIn(out);
    expect(pictures.map(({ edges }: { edges: { other: string } }) => edges.other)).toEqual(['3.png', '0.png']);
    expect(methodOf(document)).toContain('from another picture: the next one in the list that has the same size.');
  });

  it('is from the same picture turned by half if there is no other one, and says why', async () => {
    const alone = await writeAndRead(anySize(), await noisePictures([SIDE]));
    expect(methodOf(alone.document)).toContain(
      'the same picture turned by half, since the list has only this picture.',
    );
    expect(alone.document.querySelector('main')!.textContent).toMatch(
      /at the same place, but from the same picture turned by half and with random weights/,
    );
    const two = await writeAndRead(anySize(), await noisePictures([SIDE, 8]));
    expect(methodOf(two.document)).toContain('turned by half, since the other one has another size.');
    const some = await writeAndRead(anySize(), await noisePictures([SIDE, 8, SIDE]), { pictures: 3 });
    expect(methodOf(some.document)).toContain(
      'or the same picture turned by half if the next 2 pictures in the list have other sizes.',
    );
  });

  it('tries the next 20 pictures, and no more', async () => {
    const others = Array.from({ length: 19 }, () => 3);
    const near = await writeAndRead(anySize(), await noisePictures([SIDE, ...others, SIDE]), { pictures: 1 });
    expect((await resultsIn(near.out)).pictures[0].edges.other).toBe('20.png');
    const far = await writeAndRead(anySize(), await noisePictures([SIDE, 3, ...others, SIDE]), { pictures: 1 });
    expect((await resultsIn(far.out)).pictures[0].edges.other).toBeNull();
    expect(methodOf(far.document)).toContain('the next 20 pictures in the list have other sizes.');
  });
});
