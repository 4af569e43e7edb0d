import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Deconvnet } from 'deconvnet';
import * as node from 'deconvnet/node';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { use } from '../../../support/backends.js';
import { colourDetector } from '../../../support/models/colour-detector.js';
import { unpooledNetwork } from '../../../support/models/unpooled-network.js';
import { tempFolder } from '../../../support/temp-folder.js';

const { count, counting } = vi.hoisted(() => ({
  count: { up: 0, down: 0, comparisons: 0 },
  counting: () => import('../../../support/studies/count-images.js'),
}));
vi.mock('../../../../src/project/up/ascend.js', async (original) =>
  (await counting()).countingUp(await original(), count),
);
vi.mock('../../../../src/project/down/send-down.js', async (original) =>
  (await counting()).countingDown(await original(), count),
);

vi.mock('../../../../src/studies/sanity/compare-projections.js', async (original) =>
  (await counting()).countingComparisons(await original(), count),
);

const pictures = fileURLToPath(new URL('../../../../examples/cifar10-zfnet/pictures', import.meta.url));
const box = { left: 4, top: 4, right: 12, bottom: 12 };

/** Writes a study with these options beside its own. */
type Write = (deconvnet: Deconvnet, options: node.WriteStudyOptions & { limit: number }) => Promise<unknown>;

describe('the cost of a study', () => {
  beforeAll(() => use('wasm'));
  beforeEach(() => void Object.assign(count, { up: 0, down: 0, comparisons: 0 }));

  /** What a study says of its cost before it begins, and what it then says to be done. */
  async function costOf(deconvnet: Deconvnet, write: Write): Promise<node.StudyCost & { readonly total: number }> {
    let cost: node.StudyCost | undefined;
    let total = 0;
    try {
      await write(deconvnet, {
        ...{ out: join(await tempFolder(), 'study'), limit: 20 },
        onCost: (said) => {
          cost = said;
          // What is run to plan the study is not part of it.
          expect(count).toEqual({ up: 0, down: 0, comparisons: 0 });
        },
        onProgress: (progress) => {
          total = Math.max(total, progress.done);
        },
      });
      return { ...cost!, total };
    } finally {
      deconvnet.dispose();
      deconvnet.model.dispose();
    }
  }

  it.each<[name: string, atMost: boolean, write: Write]>([
    [
      'invariance',
      false,
      (deconvnet, options) => node.writeInvariance(deconvnet, pictures, { ...options, pictures: 2 }),
    ],
    [
      'occlusion',
      true,
      (deconvnet, options) => node.writeOcclusion(deconvnet, pictures, { ...options, stride: 8, featureMap: 1 }),
    ],
    [
      'correspondence',
      false,
      (deconvnet, options) => {
        const boxes = { 'cat/00000.png': { eye: box }, 'cat/00008.png': { eye: box } };
        return node.writeCorrespondence(deconvnet, pictures, { ...options, boxes, limit: 1000 });
      },
    ],
    [
      'ablation',
      true,
      (deconvnet, options) => node.writeAblation(deconvnet, pictures, { ...options, draws: 2, featureMaps: [1, 2] }),
    ],
    [
      'ablation without single feature maps',
      false,
      (deconvnet, options) => node.writeAblation(deconvnet, pictures, { ...options, draws: 2, featureMaps: [] }),
    ],
    ['sanity', true, (deconvnet, options) => node.writeSanity(deconvnet, pictures, options)],
    [
      'sanity of classes',
      true,
      (deconvnet, options) => node.writeSanity(deconvnet, pictures, { ...options, layer: 'answer' }),
    ],
  ])('%s is that of the images that run', async (_, atMost, write) => {
    const model = await node.loadModel(await unpooledNetwork({ classes: 2 }));
    const deconvnet = new Deconvnet(model, { input: 'unit', labels: ['cat', 'dog'] });
    const { up, down, total, ...cost } = await costOf(deconvnet, write);
    expect(cost.atMost).toBe(atMost);
    expect(count).toEqual({ up, down, comparisons: cost.left.comparisons ?? 0 });
    expect(total).toBe(up + down);
  });

  it('of evolution is that of the images that run, or more where feature maps never fire', async () => {
    const checkpoints = ['a', 'b'].map((name) => ({
      name,
      open: async () => new Deconvnet(colourDetector(1, 1), { input: 'unit' }),
    }));
    const write =
      (maps: readonly number[]): Write =>
      (_, options) =>
        node.writeEvolution(checkpoints, pictures, { ...options, maps: { colour: maps } });
    const idle = () => new Deconvnet(colourDetector(1, 1), { input: 'unit' });
    expect(await costOf(idle(), write([0]))).toMatchObject({ up: 42, down: 2, atMost: true, total: 44 });
    expect(count).toEqual({ up: 42, down: 2, comparisons: 0 });
    Object.assign(count, { up: 0, down: 0, comparisons: 0 });
    expect(await costOf(idle(), write([0, 1]))).toMatchObject({ up: 44, down: 4, atMost: true, total: 48 });
    expect(count).toEqual({ up: 42, down: 2, comparisons: 0 });
  });
});
