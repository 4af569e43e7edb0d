import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { estimateLines } from '../../../src/cli/tell-cost.js';
import { noisePng } from '../../support/mining/mining.js';
import { filesOf, savedModel } from '../../support/models/saved-model.js';
import { tempFolder, writeFiles } from '../../support/temp-folder.js';
import { deconvnet } from '../../support/terminal.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const model = here('../../../examples/cifar10-zfnet/model');
const pictures = here('../../../examples/cifar10-zfnet/pictures');

/** 22 convolutions, the last one linear, with one halving after the 9th and one after the 15th. */
async function deepNetwork(): Promise<{ readonly folder: string; readonly images: string }> {
  const { conv2d, maxPooling2d } = tfl.layers;
  const deep = tfl.sequential();
  for (let i = 1; i <= 22; i++) {
    const input = i === 1 ? { inputShape: [8, 8, 3] } : {};
    const activation = i === 22 ? 'linear' : 'relu';
    const kernelInitializer = tfl.initializers.constant({ value: 0.1 });
    deep.add(conv2d({ ...input, filters: 2, kernelSize: 1, activation, kernelInitializer, name: `c${i}` }));
    if (i === 9 || i === 15) deep.add(maxPooling2d({ poolSize: 2, name: `pool${i}` }));
  }
  const folder = await tempFolder();
  await writeFiles(join(folder, 'model'), filesOf(await savedModel(deep)));
  await writeFiles(join(folder, 'images'), { '1.png': await noisePng(1), '2.png': await noisePng(2) });
  return { folder: join(folder, 'model'), images: join(folder, 'images') };
}

describe('before the work begins', () => {
  it('a search says how much there is to do', async () => {
    const out = join(await tempFolder(), 'x.state');
    const few = ['--layers', 'conv1,conv2', '--maps', '3', '--top', '2', '--limit', '6'];
    const said = await deconvnet(['mine', model, pictures, ...few, '--out', out]);
    expect(said.err).toBe('6 pictures, 2 layers, 6 feature maps, at most 12 patches.\nMining pictures: 6\n');
  });

  it('a search that is not small says how long it takes, and how large its state will be', async () => {
    const out = join(await tempFolder(), 'x.state');
    const said = await deconvnet(['mine', model, pictures, '--limit', '10', '--out', out]);
    expect(said.err).toMatch(
      /^10 pictures, 5 layers, 528 feature maps, at most 4,752 patches\.\nEstimate: about \d+ s for mining, about \d+ [kM]B for the state, and as much for each of its two checkpoints\.\nMining pictures: 10\n/,
    );
    const { size } = await import('node:fs/promises').then(({ stat }) => stat(out));
    const [, amount, unit] = /about (\d+) ([kM])B for the state/.exec(said.err)!;
    const estimated = Number(amount) * (unit === 'k' ? 1e3 : 1e6);
    expect(estimated / size).toBeGreaterThan(0.5);
    expect(estimated / size).toBeLessThan(2);
  });

  it('a gallery says what its pictures take, also of a state', async () => {
    const folder = await tempFolder();
    const state = join(folder, 'x.state');
    await deconvnet(['mine', model, pictures, '--limit', '6', '--layers', 'conv2', '--out', state]);
    const said = await deconvnet(['gallery', model, '--from', state, '--maps', '4', '--out', join(folder, 'small')]);
    expect(said.err).toMatch(
      /^The rule is deconvnet\. .*\n6 pictures, 1 layer, 4 feature maps, \d+ patches\.\nProjecting/,
    );
    const more = ['gallery', model, pictures, '--limit', '65', '--layers', 'conv1', '--maps', '8', '--out'];
    const drawn = await deconvnet([...more, join(folder, 'large')]);
    expect(drawn.err).toMatch(
      /\n65 pictures, 1 layer, 8 feature maps, at most 72 patches\.\nEstimate: about \d+ s for mining, about \d+ s for projecting, about \d+ s for drawing, about \d+ kB on the disk, about 42 kB more until the gallery is finished\.\n/,
    );
  });

  it('an estimate of more than ten minutes comes with ways to do less', () => {
    expect(estimateLines({})).toEqual([]);
    expect(estimateLines({ mining: 0.2, state: 12 })).toEqual([
      'Estimate: about 1 s for mining, about 1 kB for the state, and as much for each of its two checkpoints.',
    ]);
    expect(
      estimateLines({ mining: 300, projecting: 200, drawing: 100, gallery: 34_200_000, scratch: 1_300_000 }),
    ).toEqual([
      'Estimate: about 5 min for mining, about 3 min for projecting, about 2 min for drawing, about 34 MB on the disk, about 1 MB more until the gallery is finished.',
    ]);
    expect(estimateLines({ mining: 300, drawing: 301, gallery: 34_200_000 })[1]).toBe(
      'If that is too long, choose fewer layers with --layers conv3,conv5, fewer feature maps of each with --maps 32, fewer pictures with --limit 500 or fewer patches of each feature map with --top 4.',
    );
    expect(estimateLines({ drawing: 7200, gallery: 2.34e9 })).toEqual([
      'Estimate: about 2.0 h for drawing, about 2.3 GB on the disk.',
      'If that is too long, choose fewer layers with --layers conv3,conv5 or fewer feature maps of each with --maps 32.',
    ]);
  });
});

describe('which layers are taken', () => {
  it('is the last one of each resolution in a gallery of more than 20, unless all are asked for', async () => {
    const { folder, images } = await deepNetwork();
    const gallery = ['gallery', folder, images, '--input', 'unit', '--top', '1', '--out'];
    const few = await deconvnet([...gallery, await tempFolder()]);
    expect(few.code).toBe(0);
    expect(few.err).toContain('Left out: c22, since no nonlinearity follows before the next convolution or pooling.');
    expect(few.err).toContain(
      'Of 21 layers, the last one of each resolution is taken: c9, c15, c21. To take all, give --layers all.\n',
    );
    expect(few.err).toContain('2 pictures, 3 layers, 6 feature maps, at most 6 patches.\n');
    const all = await deconvnet([...gallery, await tempFolder(), '--layers', 'all']);
    expect(all.err).toContain('2 pictures, 21 layers, 42 feature maps, at most 42 patches.\n');
    expect(all.err).not.toContain('resolution');
  });

  it('is all of them in a search, and a gallery shows all of a state', async () => {
    const { folder, images } = await deepNetwork();
    const state = join(await tempFolder(), 'x.state');
    const mined = await deconvnet(['mine', folder, images, '--input', 'unit', '--top', '1', '--out', state]);
    expect(mined.err).toContain('2 pictures, 21 layers, 42 feature maps');
    for (const more of [[], ['--layers', 'all']]) {
      const out = await tempFolder();
      const shown = await deconvnet(['gallery', folder, '--input', 'unit', '--from', state, '--out', out, ...more]);
      expect(shown).toMatchObject({ code: 0, err: expect.stringContaining('2 pictures, 21 layers, 42 feature maps') });
    }
  });
});
