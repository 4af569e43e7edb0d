import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { Deconvnet, DeconvnetError } from 'deconvnet';
import { loadModel } from 'deconvnet/node';
import { type Zippable, zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { filesOf, savedModel, smallModel } from '../../support/models/saved-model.js';
import { tempFolder } from '../../support/temp-folder.js';

beforeAll(() => tf.setBackend('cpu'));

const METADATA = {
  tfjsVersion: '1.3.1',
  tmVersion: '2.4.5',
  packageVersion: '0.8.4',
  packageName: '@teachablemachine/image',
  modelName: 'tm-my-image-model',
  labels: ['cat', 'dog', 'owl'],
  imageSize: 8,
};

/** The files of a small model and its metadata, by path in a zip file. */
async function files(folder = ''): Promise<Record<string, Uint8Array>> {
  const all = { ...filesOf(await savedModel(smallModel())), 'metadata.json': METADATA };
  return Object.fromEntries(
    Object.entries(all).map(([name, content]) => [
      folder + name,
      content instanceof Uint8Array ? content : new TextEncoder().encode(JSON.stringify(content)),
    ]),
  );
}

async function zipped(content: Zippable, level: 0 | 6 = 6): Promise<string> {
  const path = join(await tempFolder(), 'converted.zip');
  await writeFile(path, zipSync(content, { level }));
  return path;
}

describe('loadModel reads a zip file', () => {
  it.each<['as Teachable Machine exports it' | 'with a folder in it', string, 0 | 6]>([
    ['as Teachable Machine exports it', '', 0],
    ['with a folder in it', 'my model é/', 6],
  ])('%s', async (_, folder, level) => {
    const content = await files(folder);
    const more = { '__MACOSX/._model.json': new Uint8Array(3), [`${folder}deeper/model.json`]: new Uint8Array(3) };
    const model = await loadModel(await zipped({ ...content, ...more }, level));
    const deconvnet = new Deconvnet(model);
    expect(deconvnet.labels).toEqual(METADATA.labels);
    expect(deconvnet.describeInput()).toMatch(/pixel \/ 127 - 1/);
    const weights = new Float32Array(content[`${folder}weights.bin`]!.slice().buffer);
    expect([...(await model.getWeights()[0]!.data())]).toEqual([...weights.slice(0, model.getWeights()[0]!.size)]);
    deconvnet.dispose();
    model.dispose();
  });

  it('under any name', async () => {
    const path = (await zipped(await files())).replace('converted.zip', 'model');
    await writeFile(path, zipSync(await files()));
    (await loadModel(path)).dispose();
  });
});

describe('loadModel refuses a zip file', () => {
  it('that is cut short, or damaged anywhere in its files', async () => {
    const path = await zipped(await files(), 0);
    const whole = await readFile(path);
    const { numTensors } = tf.memory();
    const damaged: Buffer[] = [Buffer.alloc(0), whole.subarray(0, 100), whole.subarray(0, -30), Buffer.from('text')];
    const weights = whole.indexOf('weights.bin');
    // In model.json, in the weights, in the place of the directory.
    for (const at of [
      weights + 40,
      whole.indexOf('weights.bin', whole.indexOf('PK\u0003\u0004', weights)) + 40,
      whole.length - 6,
    ]) {
      const flipped = Buffer.from(whole);
      flipped[at]! ^= 0x10;
      damaged.push(flipped);
    }
    for (const bytes of damaged) {
      await writeFile(path, bytes);
      await expect(loadModel(path)).rejects.toMatchObject({
        code: 'model-unreadable',
        message: expect.stringContaining(`${path} is a zip file that cannot be unpacked`),
      });
    }
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('or loads it right, wherever one of its bytes is changed', async () => {
    const path = await zipped(await files());
    const whole = await readFile(path);
    const original = await loadModel(path);
    const expected = await Promise.all(original.getWeights().map((weight) => weight.data()));
    original.dispose();
    const outcomes = new Set<string>();
    for (let at = 0; at < whole.length; at += Math.ceil(whole.length / 150)) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 0x41;
      await writeFile(path, changed);
      try {
        const model = await loadModel(path);
        expect(await Promise.all(model.getWeights().map((weight) => weight.data())), `byte ${at}`).toEqual(expected);
        model.dispose();
        outcomes.add('loaded');
      } catch (error) {
        if (!(error instanceof DeconvnetError)) throw error;
        expect(['model-unreadable', 'model-not-found'], `byte ${at}: ${error.message}`).toContain(error.code);
        outcomes.add(error.code);
      }
    }
    expect(outcomes).toContain('model-unreadable');
  });

  it('that contains something else', async () => {
    const text = new TextEncoder().encode('{}');
    await expect(loadModel(await zipped({ 'a.txt': text, 'b.txt': text }))).rejects.toMatchObject({
      code: 'model-not-found',
      message: expect.stringMatching(
        /converted\.zip has neither a model\.json nor what a \.keras file has: it contains a\.txt, b\.txt\.$/,
      ),
    });
    await expect(loadModel(await zipped({ 'config.json': text, 'model.weights.h5': text }))).rejects.toMatchObject({
      code: 'model-unreadable',
      message: expect.stringMatching(/config\.json in .*converted\.zip is not the topology of a model/),
    });
    const { 'weights.bin': _, ...rest } = await files();
    await expect(loadModel(await zipped(rest))).rejects.toMatchObject({
      code: 'model-not-found',
      message: expect.stringMatching(/converted\.zip\/weights\.bin.*does not exist/),
    });
  });
});
