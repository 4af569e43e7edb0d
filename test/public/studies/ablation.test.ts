import * as tf from '@tensorflow/tfjs-core';
import { Deconvnet, type ImageSource, type SourceItem } from 'deconvnet';
import { type Ablation, type AblationOptions, ablation } from 'deconvnet/studies';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { byColour, COLOURS } from '../../support/models/by-colour.js';

/** Plain pictures: two red ones, three green ones, one blue one, and one of which the network knows nothing. */
function* colours(
  labels: readonly string[] = ['red', 'green', 'green', 'blue', 'red', 'green', 'pink'],
  sideOf = (_: number) => 2,
) {
  for (const [i, label] of labels.entries()) {
    const channel = Math.max(0, COLOURS.indexOf(label));
    yield {
      id: `${i}`,
      label,
      image: tf.tidy(() => tf.add(tf.mul(tf.oneHot(tf.fill([sideOf(i), sideOf(i)], channel, 'int32'), 3), 0.9), 0.1)),
    };
  }
}

describe.each(backends)('ablation on %s', (backend) => {
  beforeAll(() => use(backend));

  const study = async (
    options: Partial<AblationOptions> = {},
    images: ImageSource = colours(),
    labels = COLOURS,
    side: number | null = 2,
  ): Promise<Ablation> => {
    const model = byColour(side);
    const deconvnet = new Deconvnet(model, { labels });
    const before = tf.memory().numTensors;
    try {
      return await ablation(deconvnet, images, { layer: 'colours', ...options });
    } finally {
      expect(tf.memory().numTensors).toBe(before);
      deconvnet.dispose();
      model.dispose();
    }
  };

  it('counts what is still right without a feature map: the class that needs it is lost', async () => {
    const found = await study({ shares: [], batchSize: 2 });
    expect(found).toMatchObject({
      layer: 'colours',
      labels: COLOURS,
      pictures: [2, 3, 1],
      correct: [2, 3, 1],
      strangers: 1,
    });
    const [layer, ...maps] = found.ablations;
    // Without all feature maps, the bias gives red.
    expect(layer).toEqual({ what: 'layer', featureMaps: [0, 1, 2, 3], correct: [2, 0, 0] });
    expect(maps.map(({ what, featureMaps, correct }) => [what, featureMaps, correct])).toEqual([
      // Red pictures without red have as much green as blue in them, and the bias of red.
      ['map', [0], [0, 3, 1]],
      ['map', [1], [2, 0, 1]],
      ['map', [2], [2, 3, 0]],
      ['map', [3], [2, 3, 1]],
    ]);
  });

  it('counts an answer as right if its class has the name of the picture, also if two classes share it', async () => {
    // Blue pictures are labelled 'red' as well: the network answers with the second class of this name.
    const images = function* (): Generator<SourceItem> {
      for (const one of colours(['red', 'blue', 'green'])) yield one.label === 'blue' ? { ...one, label: 'red' } : one;
    };
    const found = await study({ shares: [] }, images(), ['red', 'green', 'red']);
    expect(found).toMatchObject({ labels: ['red', 'green', 'red'], pictures: [2, 1, 0], correct: [2, 1, 0] });
    const maps = found.ablations.filter(({ what }) => what === 'map').map(({ correct }) => correct);
    // Without red, the red picture is answered with green. Without blue, the bias answers the blue picture with the first
    // class, which has the right name too.
    expect(maps).toEqual([
      [1, 1, 0],
      [2, 0, 0],
      [2, 1, 0],
      [2, 1, 0],
    ]);
  });

  it('draws shares at random, the same for the same seed, larger ones around smaller ones', async () => {
    const found = await study({ featureMaps: [], shares: [0.25, 0.5], draws: 6, seed: 2 });
    const shares = found.ablations.filter(({ what }) => what === 'share');
    expect(shares.map(({ share, featureMaps }) => [share, featureMaps.length])).toEqual([
      ...Array(6).fill([0.25, 1]),
      ...Array(6).fill([0.5, 2]),
    ]);
    for (let i = 0; i < 6; i++)
      expect(shares[6 + i]!.featureMaps).toEqual(expect.arrayContaining([...shares[i]!.featureMaps]));
    expect(new Set(shares.slice(0, 6).map(({ featureMaps }) => featureMaps[0])).size).toBeGreaterThan(1);
    expect(await study({ featureMaps: [], shares: [0.25, 0.5], draws: 6, seed: 2, batchSize: 3 })).toEqual(found);
    expect(await study({ featureMaps: [], shares: [0.25, 0.5], draws: 6, seed: 3 })).not.toEqual(found);
  });

  it('takes pictures of different sizes one at a time, and says so', async () => {
    const sizes = () => colours(undefined, (i) => (i < 2 ? 2 : 3));
    await expect(study({}, sizes(), COLOURS, null)).rejects.toMatchObject({
      code: 'shape-mismatch',
      message:
        "All images of a batch must have the same size: '0' is [1,2,2,3], '2' is [1,3,3,3]. Resize them, or run with { batchSize: 1 }.",
    });
    expect(await study({ batchSize: 1 }, sizes(), COLOURS, null)).toEqual(await study());
  });

  it('reports what is done, and stops when it is told to', async () => {
    const done: number[] = [];
    await study({ featureMaps: [1], shares: [], batchSize: 4, onProgress: (one) => done.push(one.done) });
    // Four pictures three times, then two pictures three times.
    expect(done).toEqual([4, 8, 12, 14, 16, 18]);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(study({ signal })).rejects.toThrow('enough');
  });

  it('refuses what cannot be counted, with the way out', async () => {
    await expect(study({}, [])).rejects.toMatchObject({ code: 'empty-source' });
    await expect(study({}, colours(['pink', 'grey']))).rejects.toThrow(
      /None of 2 pictures has a label.*red, green, blue/,
    );
    await expect(study({ featureMaps: [4] })).rejects.toMatchObject({ code: 'feature-map-out-of-range' });
    await expect(study({ shares: [1] })).rejects.toThrow(/between 0 and 1/);
    await expect(study({ layer: 'colour' })).rejects.toMatchObject({ code: 'unknown-layer' });
    const model = byColour();
    const nameless = new Deconvnet(model);
    await expect(ablation(nameless, colours(), { layer: 'colours' })).rejects.toThrow(
      /3 classes of the network have no names/,
    );
    nameless.dispose();
    model.dispose();
  });
});
