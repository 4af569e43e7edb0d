import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { npyBytes } from '../../support/npy-bytes.js';
import { tempFolder, writeFiles } from '../../support/temp-folder.js';
import { deconvnet } from '../../support/terminal.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const model = here('../../../examples/cifar10-zfnet/model');
const picture = here('../../../examples/cifar10-zfnet/pictures/cat/00000.png');

/** A folder with a small network over time, and some signals for it. */
async function signalNetwork(): Promise<{
  readonly folder: string;
  readonly network: string;
  readonly signals: string;
}> {
  const folder = await tempFolder();
  const conv = tfl.layers.conv1d({ name: 'conv', inputShape: [30, 1], filters: 2, kernelSize: 5, activation: 'relu' });
  const small = tfl.sequential({ layers: [conv] });
  conv.setWeights([tf.tensor3d([1, -1, 2, 1, 3, 0, 2, -1, 1, 1], [5, 1, 2]), tf.zeros([2])]);
  let files: Record<string, string | Uint8Array> = {};
  await small.save({
    save: async ({ modelTopology, weightSpecs, weightData }) => {
      const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
      files = {
        'model/model.json': JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest }),
        'model/weights.bin': new Uint8Array(weightData as ArrayBuffer),
      };
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    },
  });
  const wave = (n: number): Float32Array =>
    Float32Array.from({ length: 30 }, (_, t) => Math.sin((t * (n + 1)) / 9) + 1);
  for (let n = 0; n < 3; n++) files[`signals/${n}.npy`] = npyBytes({ descr: '<f4', shape: '(30,)', data: wave(n) });
  files['signals/3.json'] = JSON.stringify([...wave(3)]);
  await writeFiles(folder, files);
  return { folder, network: join(folder, 'model'), signals: join(folder, 'signals') };
}

describe('contrast on the command line', () => {
  it('is chosen for a projection, and what is clipped is told', async () => {
    const path = join(await tempFolder(), 'projection.png');
    const project = async (...options: string[]): Promise<[levels: number[], out: string]> => {
      const place = ['--layer', 'conv3', '--map', '3', '--out', path, '--zoom', '1'];
      const { code, out } = await deconvnet(['project', model, picture, ...place, ...options]);
      expect(code).toBe(0);
      return [[...(await sharp(path).raw().toBuffer())].filter((_, i) => i % 4 < 3), out];
    };
    const full = (levels: number[]): number =>
      levels.filter((level) => level === 255 || level === 1).length / levels.length;
    const [most, said] = await project('--contrast', 'max');
    const [usual] = await project();
    const [strong, clipped] = await project('--contrast', '80');
    expect(said).toMatch(/0\.00 % of the values/);
    expect(clipped).toMatch(/(19|20)\.\d\d % of the values/);
    expect(full(most)).toBeLessThan(full(usual));
    expect(full(usual)).toBeLessThan(0.02);
    expect(full(strong)).toBeGreaterThan(0.1);
    const [bent] = await project('--contrast', 'max', '--gamma', '0.5');
    const away = (levels: number[]): number => levels.reduce((sum, level) => sum + Math.abs(level - 128), 0);
    expect(away(bent)).toBeGreaterThan(2 * away(most));
  });

  it.each([
    ['--contrast', '50', /over 50 and at most 100/],
    ['--contrast', 'most', /percentile, max, or a number/],
    ['--gamma', '0', /a number above 0/],
  ])('%s %s is refused', async (flag, value, message) => {
    const said = await deconvnet([
      'project',
      model,
      picture,
      '--layer',
      'conv1',
      '--map',
      '0',
      '--out',
      'x.png',
      flag,
      value,
    ]);
    expect(said).toMatchObject({ code: 2, err: expect.stringMatching(message) });
  });
});

describe('deconvnet activations', () => {
  it('draws the strongest feature maps and names them', async () => {
    const path = join(await tempFolder(), 'new/maps.png');
    const args = ['--layer', 'conv2', '--top', '6', '--columns', '3', '--tile', '30', '--out', path];
    const { code, out, err } = await deconvnet(['activations', model, picture, ...args]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/maps\.png: 6 feature maps of conv2, strongest first: \d+, \d+, \d+, \d+, \d+, \d+\n/);
    const { width, height } = await sharp(path).metadata();
    expect([width, height]).toEqual([3 * 32 - 2, 2 * 32 - 2]);
  });

  it('names a layer that does not exist', async () => {
    const path = join(await tempFolder(), 'maps.png');
    const said = await deconvnet(['activations', model, picture, '--layer', 'conv9', '--out', path]);
    expect(said).toMatchObject({ code: 2, err: expect.stringContaining("'conv9'") });
  });
});

describe('signals on the command line', () => {
  it('are projected, drawn, mined, and shown in a gallery', async () => {
    const { folder, network, signals } = await signalNetwork();
    const out = join(folder, 'out.png');
    const first = join(signals, '0.npy');
    const projected = await deconvnet([
      'project',
      network,
      first,
      '--layer',
      'conv',
      '--map',
      '0',
      '--position',
      '7',
      '--out',
      out,
    ]);
    expect(projected).toMatchObject({ code: 0, err: '' });
    expect(projected.out).toMatch(
      /conv, feature map 0, at 7, activation .*sees 5 pixels from 7\nfull black or white is/,
    );
    const { data, info } = await sharp(out).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([640, 160]);
    // Only the five samples that the activation sees have a colour behind them.
    const coloured = (x: number): boolean =>
      [0, 2].some((channel) => Math.abs(data[x * 4 + channel]! - data[x * 4 + 1]!) > 20);
    expect([coloured(6 * 21), coloured(8 * 21), coloured(13 * 21)]).toEqual([false, true, false]);
    const drawn = await deconvnet(['activations', network, join(signals, '3.json'), '--layer', 'conv', '--out', out]);
    expect(drawn).toMatchObject({ code: 0, err: '' });

    const state = join(folder, 'mined.state');
    const mined = await deconvnet(['mine', network, signals, '--layers', 'conv', '--out', state]);
    expect(mined).toMatchObject({ code: 0, out: `${state}: 4 pictures, 2 feature maps of conv\n` });
    const page = await deconvnet([
      'gallery',
      network,
      '--from',
      state,
      '--zoom',
      'field',
      '--out',
      join(folder, 'gallery'),
    ]);
    expect(page).toMatchObject({ code: 0, out: `${join(folder, 'gallery', 'index.html')}\n` });
  });

  it('of another shape or damaged are refused by name', async () => {
    const { folder, network } = await signalNetwork();
    await writeFiles(folder, {
      'short.npy': npyBytes({ descr: '<f4', shape: '(7,)', data: new Float32Array(7) }),
      'bad.npy': 'no signal',
    });
    const project = (name: string) =>
      deconvnet([
        'project',
        network,
        join(folder, name),
        '--layer',
        'conv',
        '--map',
        '0',
        '--out',
        join(folder, 'x.png'),
      ]);
    expect(await project('short.npy')).toMatchObject({
      code: 3,
      err: expect.stringMatching(/shaped \[7\].*takes \[30,1\]/),
    });
    expect(await project('bad.npy')).toMatchObject({
      code: 3,
      err: expect.stringMatching(/bad\.npy cannot be read: it is not a \.npy/),
    });
  });
});
