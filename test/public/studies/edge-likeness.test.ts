import * as tf from '@tensorflow/tfjs-core';
import type { DeconvnetOptions } from 'deconvnet';
import { type CellsOption, type EdgeLikeness, edgeLikeness } from 'deconvnet/studies';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, use } from '../../support/backends.js';
import { smallConvnet } from '../../support/project/networks.js';
import { atUnitLength, denseOnPixels, picture, withNetwork } from '../../support/studies/sanity.js';

/** A picture of 3 x 4 pixels with a step between its second and its third column. */
const STEP = [0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1];
/** Its edges: 4 beside the step, and nothing elsewhere. */
const EDGES = [0, 4, 4, 0, 0, 4, 4, 0, 0, 4, 4, 0];

describe.each(backends)('edgeLikeness on %s', (backend) => {
  beforeAll(() => use(backend));

  const study = (
    model: ReturnType<typeof smallConvnet>,
    image: tf.Tensor,
    options: CellsOption = {},
    own: DeconvnetOptions = {},
  ): Promise<EdgeLikeness> =>
    withNetwork(model, image, (deconvnet, item) => edgeLikeness(deconvnet, item, options), own);

  it('is 1 for a projection that is the edges of the picture', async () => {
    const step = tf.tensor3d(STEP, [3, 4, 1]);
    const model = denseOnPixels([3, 4, 1], [EDGES, EDGES.map((value) => 1 - value)], 'linear');
    const { projections, layer } = await study(model, step, { layer: 'answer', maps: [0] });
    expect(layer).toBe('answer');
    expect(projections.map(({ rule }) => rule)).toEqual(['deconvnet', 'guided', 'gradient']);
    for (const { edges, likeness } of projections) {
      expect(edges.shape).toEqual([3, 4, 1]);
      for (const [i, value] of edges.values.entries()) expect(value).toBeCloseTo(atUnitLength(EDGES)[i]!, 6);
      for (const figures of [likeness!.signed, likeness!.absolute]) {
        expect(figures.rankCorrelation).toBeCloseTo(1, 12);
        expect(figures.structuralSimilarity).toBeCloseTo(1, 6);
      }
    }
  });

  it('cuts the edges to the box of each projection, and compares all channels with them', async () => {
    const { projections } = await study(smallConvnet(), picture([12, 10, 3]), { layer: 'conv1', maps: 2 });
    expect(projections).toHaveLength(6);
    for (const { box, edges, pixels } of projections) {
      const size = [box.bottom - box.top, box.right - box.left];
      expect(pixels.shape).toEqual([...size, 3]);
      expect(edges.shape).toEqual([...size, 1]);
    }
  });

  it('weighs colours as the eye does, in the order of the input format', async () => {
    const edgesOf = async (colour: number, input: 'unit' | 'caffe') => {
      const values = new Float32Array(12 * 10 * 3);
      // The left half is as bright as the right half in all colours but one, and dark in that one.
      for (let i = 0; i < values.length; i++) values[i] = i % 3 === colour && Math.floor(i / 3) % 10 < 5 ? 0 : 1;
      // In the picture there are also pixels of another brightness, so that energies can be compared.
      values.fill(0, 0, 3);
      const image = tf.tensor3d(values, [12, 10, 3]);
      const { projections } = await study(smallConvnet(), image, { layer: 'linear', maps: 1 }, { input });
      const { values: edges } = projections[0]!.edges;
      // The corner differs from its neighbours by the other colours, and the halves by this one.
      return edges[6 * 10 + 5]! / edges[0]!;
    };
    expect(await edgesOf(0, 'unit')).toBeCloseTo(await edgesOf(2, 'caffe'), 5);
    expect(await edgesOf(1, 'unit')).toBeCloseTo(await edgesOf(1, 'caffe'), 5);
    expect(await edgesOf(1, 'unit')).toBeGreaterThan(await edgesOf(0, 'unit'));
  });

  it('compares nothing with a picture without edges', async () => {
    const { projections } = await study(smallConvnet({ positive: true }), tf.ones([12, 10, 3]), {
      layer: 'conv2',
      maps: 1,
      rules: ['guided'],
    });
    expect(projections.map(({ likeness, empty }) => ({ likeness, empty }))).toEqual([
      { likeness: undefined, empty: false },
    ]);
  });

  it('reports what is done, and stops when it is told to', async () => {
    const told: string[] = [];
    const onProgress = ({ done, total }: { done: number; total?: number }) => told.push(`${done}/${total}`);
    await study(smallConvnet(), picture([12, 10, 3]), { layer: 'conv1', maps: 3, batchSize: 2, onProgress });
    expect(told).toEqual(['2/9', '3/9', '5/9', '6/9', '8/9', '9/9']);
    const signal = AbortSignal.abort(new Error('enough'));
    const stopped = study(smallConvnet(), picture([12, 10, 3]), { layer: 'conv1', signal });
    await expect(stopped).rejects.toThrow('enough');
  });

  it('refuses feature maps that do not fire, and options that it does not have', async () => {
    const dark = study(smallConvnet(), tf.zeros([12, 10, 3]), { layer: 'pool1', maps: [0, 1, 2, 3, 4] });
    // A bias above 0 lets a feature map fire on a black picture, so the picture decides which message comes.
    await expect(dark.then(() => 'fires', String)).resolves.toMatch(/fires/);
    const odd = study(smallConvnet(), picture([12, 10, 3]), { seed: 1 } as CellsOption);
    await expect(odd).rejects.toThrow(/no option 'seed'/);
  });
});
