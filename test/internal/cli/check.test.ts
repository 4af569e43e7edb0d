import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { flatPng } from '../../support/mining/mining.js';
import { filesOf, savedModel } from '../../support/models/saved-model.js';
import { npyBytes } from '../../support/npy-bytes.js';
import { tempFolder, writeFiles } from '../../support/temp-folder.js';
import { deconvnet, type Said } from '../../support/terminal.js';

/** Dark pictures of cats and bright ones of dogs. */
async function pictures(): Promise<string> {
  const folder = await tempFolder();
  for (let i = 0; i < 4; i++) {
    await writeFiles(folder, {
      [`cat/${i}.png`]: await flatPng(`rgb(${10 + i}, 10, 10)`),
      [`dog/${i}.png`]: await flatPng(`rgb(${240 + i}, 240, 240)`),
    });
  }
  return folder;
}

/** Sets the weights of a dense layer: one column per unit, the bias last. */
function weigh(layer: tfl.layers.Layer, kernel: number[][], bias: number[]): void {
  layer.setWeights([tf.tensor2d(kernel), tf.tensor1d(bias)]);
}

/** Saves a model that gives a head of its own to each of some functions of the mean colour. */
async function saved(heads: (mean: tfl.SymbolicTensor) => tfl.SymbolicTensor[], normalized = false): Promise<string> {
  const input = tfl.input({ shape: [8, 8, 3] });
  const below = normalized ? (tfl.layers.batchNormalization({ name: 'bn' }).apply(input) as tfl.SymbolicTensor) : input;
  const mean = tfl.layers.globalAveragePooling2d({}).apply(below) as tfl.SymbolicTensor;
  const folder = await tempFolder();
  await writeFiles(folder, filesOf(await savedModel(tfl.model({ inputs: input, outputs: heads(mean) }))));
  return folder;
}

/** A head of one unit that is positive for bright pictures. */
function unit(mean: tfl.SymbolicTensor, activation: 'sigmoid' | 'linear', name = 'out'): tfl.SymbolicTensor {
  const layer = tfl.layers.dense({ name, units: 1, activation });
  const output = layer.apply(mean) as tfl.SymbolicTensor;
  weigh(layer, [[4], [4], [4]], [-6]);
  return output;
}

/** A head of several classes, the brighter the later. */
function classes(mean: tfl.SymbolicTensor, name: string, units: number): tfl.SymbolicTensor {
  const layer = tfl.layers.dense({ name, units, activation: 'softmax' });
  const output = layer.apply(mean) as tfl.SymbolicTensor;
  const row = Array.from({ length: units }, (_, i) => 6 * i);
  weigh(
    layer,
    [row, row, row],
    row.map((value) => -1.5 * value),
  );
  return output;
}

async function check(model: string, ...more: string[]): Promise<Said> {
  return deconvnet(['check', model, await pictures(), '--input', 'unit', '--backend', 'cpu', ...more]);
}

/** Saves a network that tells signals by their mean, and signals of both classes; two by two they are NumPy's and lists. */
async function signals(): Promise<{ readonly model: string; readonly folder: string }> {
  const input = tfl.input({ shape: [6, 1] });
  const mean = tfl.layers.globalAveragePooling1d({}).apply(input) as tfl.SymbolicTensor;
  const layer = tfl.layers.dense({ name: 'out', units: 2, activation: 'softmax' });
  const outputs = layer.apply(mean) as tfl.SymbolicTensor;
  weigh(layer, [[-4, 4]], [0, 0]);
  const [model, folder] = [await tempFolder(), await tempFolder()];
  await writeFiles(model, filesOf(await savedModel(tfl.model({ inputs: input, outputs }))));
  for (const [name, sign] of [
    ['low', -1],
    ['high', 1],
  ] as const) {
    for (let i = 0; i < 2; i++) {
      const values = Array.from({ length: 6 }, (_, at) => sign * (1 + i + 0.1 * at));
      await writeFiles(folder, {
        [`${name}/${i}.json`]: JSON.stringify(values.map((value) => [value])),
        [`${name}/${i}.npy`]: npyBytes({ descr: '<f4', shape: '(6, 1)', data: Float32Array.from(values) }),
      });
    }
  }
  return { model, folder };
}

describe('deconvnet check', () => {
  it('takes signals where the network does, without input formats', async () => {
    const { model, folder } = await signals();
    const right = await deconvnet(['check', model, folder, '--labels', 'low,high', '--backend', 'cpu']);
    expect(right).toMatchObject({ code: 0, err: '' });
    expect(right.out).toMatch(/^input +6 x 1 numbers, not pictures$/m);
    expect(right.out).toMatch(/^high\/0\.npy +high (9\d|100)\.\d % +low \d\.\d %$/m);
    expect(right.out).toMatch(/accuracy \(by chance 50\.0 %\)\n +as it is now +100\.0 % +8 of 8\n$/);
    const wrong = await deconvnet(['check', model, folder, '--labels', 'high,low', '--backend', 'cpu']);
    expect(wrong.out).toMatch(/as it is now +0\.0 % +0 of 8\n$/);
    expect(wrong.err).toMatch(/1\. The scale of the signals\..*\n.*2\. The order of the class names/);
    expect(wrong.err).not.toMatch(/picture|--input/);
    const one = await deconvnet(['check', model, `${folder}/low/1.json`, '--backend', 'cpu']);
    expect(one.out).toMatch(/^1\.json +class 0 \d+\.\d % +class 1 \d\.\d %$/m);
  });

  it.each(['sigmoid', 'linear'] as const)('takes one %s unit for two classes, class 1 being p', async (activation) => {
    const model = await saved((mean) => [unit(mean, activation)]);
    const { code, out, err } = await check(model, '--labels', 'cat,dog');
    expect(code).toBe(0);
    expect(out).toMatch(/one unit: p is dog, 1 - p is cat/);
    expect(out).toMatch(/^cat\/0\.png +cat 9\d\.\d % +dog \d\.\d %$/m);
    expect(out).toMatch(/^dog\/0\.png +dog 9\d\.\d % +cat \d\.\d %$/m);
    expect(out).toMatch(/accuracy \(by chance 50\.0 %\)\n +as it is now \(unit\) +100\.0 % +8 of 8 +best/);
    expect(err).not.toContain('Warning');
  });

  it('shows one sigmoid unit without names too, and one number as what it is', async () => {
    const model = await saved((mean) => [unit(mean, 'sigmoid')]);
    expect((await check(model)).out).toMatch(/^cat\/0\.png +class 0 9\d\.\d % +class 1 \d\.\d %$/m);
    const number = await saved((mean) => [unit(mean, 'linear')]);
    expect((await check(number)).out).toMatch(/the output: no predictions, because it is one number without a sigmoid/);
    const wrong = await check(model, '--labels', 'cat,dog,horse');
    expect(wrong).toMatchObject({
      code: 2,
      err: expect.stringContaining('3 class names and 2 classes (one output unit'),
    });
  });

  it('sees that two names are in the wrong order', async () => {
    const model = await saved((mean) => [unit(mean, 'sigmoid')]);
    const { err } = await check(model, '--labels', 'dog,cat');
    expect(err).toMatch(/Warning: the accuracy is poor, 0\.0 %; chance gives 50\.0 %/);
    expect(err).toMatch(/In another order the accuracy would be 100\.0 %: '\w+' is called '\w+' 4 of 4 times/);
    expect(err).toContain("the probability of the second name, 'cat'");
    expect(err).not.toContain('normalisation');
  });

  it('shows each of several outputs under its name, with the accuracy of those that have it', async () => {
    const model = await saved((mean) => [
      classes(mean, 'kind', 3),
      classes(mean, 'animal', 2),
      unit(mean, 'linear', 'age'),
    ]);
    const { code, out } = await check(model, '--labels', 'cat,dog');
    expect(code).toBe(0);
    expect(out).toMatch(/^output 'kind'\ncat\/0\.png +class 0 .*class 1 .*class 2 /m);
    expect(out).toMatch(/^output 'animal'\ncat\/0\.png +cat 100\.0 %/m);
    expect(out).toMatch(/^output 'age': no predictions, because it is one number/m);
    expect(out).toMatch(/^accuracy of 'animal' \(by chance 50\.0 %\)\n +as it is now \(unit\) +100\.0 %/m);
    expect(out).not.toMatch(/accuracy of '(kind|age)'/);
    const wrong = await check(model, '--labels', 'a,b,c,d');
    expect(wrong).toMatchObject({
      code: 2,
      err: expect.stringContaining("4 class names and outputs of 3 ('kind'), 2 ('animal')"),
    });
  });

  it('names batch normalisation if there is one, and whether it was ever trained', async () => {
    const wrong = (mean: tfl.SymbolicTensor): tfl.SymbolicTensor[] => [classes(mean, 'kind', 2)];
    const fresh = await check(await saved(wrong, true), '--labels', 'dog,cat');
    expect(fresh.err).toMatch(/Batch normalisation that has not converged.*before any training.*'bn'/);
    const trained = await saved((mean) => {
      const bn = mean.sourceLayer.inboundNodes[0]!.inboundLayers[0]!;
      bn.setWeights(bn.getWeights().map((weight) => tf.mul(weight, 0.9)));
      return wrong(mean);
    }, true);
    expect((await check(trained, '--labels', 'dog,cat')).err).toMatch(/Test it in Keras.*training=True/);
  });

  it('names the input format that does better', async () => {
    const model = await saved((mean) => [classes(mean, 'kind', 2)]);
    const { err, out } = await deconvnet(['check', model, await pictures(), '--input', 'raw', '--labels', 'cat,dog']);
    expect(out).toMatch(/--input unit +100\.0 %/);
    expect(err).toMatch(/The input format\. --input \w+ gives 100\.0 % instead of 50\.0 %/);
  });
});
