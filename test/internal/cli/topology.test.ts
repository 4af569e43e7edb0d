import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { loadModel, mineImages, useBackend } from 'deconvnet/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/cli/exit-code.js';
import { fingerprint } from '../../support/mining/mining.js';
import { disposeWhole, expectAsKeras } from '../../support/models/keras-reference.js';
import { legacyWeights, trainedWeights, withPictures } from '../../support/models/weights-alone.js';
import { deconvnet } from '../../support/terminal.js';

beforeAll(() => useBackend('wasm'));

describe('a file of weights alone, with --topology', () => {
  it.each([
    ['a group for each layer, as Keras 2 writes', legacyWeights, 'nested-2.21.0', false],
    ['.weights.h5', trainedWeights, 'trained', true],
  ] as const)('%s, is converted to a model that computes what Keras computes', async (_, make, name, middle) => {
    const { folder, weights, topology } = await make();
    const out = join(folder, 'out');
    expect(await deconvnet(['convert', weights, '--topology', topology, '--out', out])).toMatchObject({ code: 0 });
    const { numTensors } = tf.memory();
    const model = await loadModel(join(out, 'model.json'));
    await expectAsKeras(model, name, middle);
    disposeWhole(model);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('is read by every command', async () => {
    const { folder, weights, topology, images, picture } = await withPictures();
    const own = ['--topology', topology, '--input', 'raw'];
    const out = (name: string): string[] => ['--out', join(folder, name)];
    const listed = await deconvnet(['layers', weights, '--topology', topology]);
    expect(listed).toMatchObject({ code: 0, out: expect.stringMatching(/^base\/stem +Conv2D/m) });
    const layer = ['--layer', 'base/stem'];
    const mine = ['mine', weights, images, ...own, '--layers', 'base/stem', '--workers', '0'];
    const state = join(folder, 'a.state');
    for (const args of [
      ['check', weights, images, ...own],
      ['filters', weights, ...own, ...out('filters.png')],
      ['strongest', weights, picture, ...own],
      ['project', weights, picture, ...own, ...layer, '--map', '0', ...out('projection.png')],
      ['activations', weights, picture, ...own, ...layer, ...out('activations.png')],
      [...mine, ...out('a.state')],
      ['merge', weights, state, ...own, ...out('merged.state')],
      ['gallery', weights, images, '--from', state, ...own, ...out('gallery'), '--workers', '0'],
    ]) {
      expect(await deconvnet(args), args[0]).toMatchObject({ code: 0 });
    }
    expect(await readFile(join(folder, 'merged.state'))).toEqual(await readFile(state));
  });

  it('is compared with another one of the same topology, or of its own', async () => {
    const { folder, weights, topology, images } = await withPictures();
    const args = ['--layers', 'base/stem', '--workers', '0', '--topology', topology, '--input', 'raw'];
    const state = join(folder, 'a.state');
    expect(await deconvnet(['mine', weights, images, ...args, '--out', state])).toMatchObject({ code: 0 });
    const later = join(folder, 'later.h5');
    await copyFile(weights, later);
    for (const [i, other] of [later, 'test/fixtures/keras/nested-2.21.0.h5'].entries()) {
      const compare = ['--compare', state, '--compare-model', other, '--out', join(folder, `gallery-${i}`)];
      expect(await deconvnet(['gallery', weights, images, '--from', state, ...args, ...compare])).toMatchObject({
        code: 0,
      });
    }
  });

  it('says what to do if there is no topology, or a wrong one', async () => {
    const { folder, weights, topology } = await legacyWeights();
    const own = (file: string): string[] => ['layers', weights, '--topology', file];
    for (const [args, code, says] of [
      [
        ['layers', weights],
        EXIT.input,
        /epoch-7\.h5 has weights alone, and not the layers.*: --topology FILE, or .*save/,
      ],
      [['layers', topology], EXIT.input, /nested\.json is a topology .*without weights\. .* this one with --topology/],
      [own(join(folder, 'gone.json')), EXIT.input, /The topology .*gone\.json cannot be read: it does not exist/],
      [own(weights), EXIT.input, /epoch-7\.h5 is given as a topology, and has none/],
      [
        ['layers', 'examples/cifar10-zfnet/model', '--topology', topology],
        EXIT.usage,
        /model\.json has a topology of its own, so that .*nested\.json/,
      ],
    ] as const) {
      const said = await deconvnet(args);
      expect(said).toMatchObject({ code, err: expect.stringMatching(says) });
      expect(said.err).not.toMatch(/option topology/);
    }
  });
});

it('mineImages reads a file of weights alone with the option topology', async () => {
  const { weights, topology, images } = await withPictures();
  const options = { images, layers: ['base/stem'], workers: 0, input: 'raw' } as const;
  const { miner } = await mineImages({ model: weights, topology, ...options });
  const { miner: whole } = await mineImages({ model: 'test/fixtures/keras/nested-2.21.0.h5', ...options });
  expect(fingerprint(miner)).toBe(fingerprint(whole));
});
