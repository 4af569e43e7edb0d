import { readFile } from 'node:fs/promises';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { flatPng } from '../../support/mining/mining.js';
import { application, top, VGG16 } from '../../support/models/application-networks.js';
import { filesOf, savedModel } from '../../support/models/saved-model.js';
import { tempFolder, writeFiles } from '../../support/temp-folder.js';
import { deconvnet } from '../../support/terminal.js';

/** A folder with a model and with a picture, `a.png`. */
async function folderOf(make: () => tfl.LayersModel): Promise<string> {
  await tf.setBackend('cpu');
  const folder = await tempFolder();
  const files = filesOf(await savedModel(make()));
  await writeFiles(folder, { ...files, 'pictures/a.png': await flatPng('rgb(200, 20, 20)') });
  return folder;
}

const FOUND =
  "Input format caffe: pixel - [103.94, 116.78, 123.68], BGR, crop to fit (from the model's name and layers: vgg16 of keras.applications). ";
const WAY_OUT = 'If the network was trained on other input, give --input.\n';

const contained = (): tfl.LayersModel => application('model', { ...VGG16, behind: top('dense') });

describe('the format of an application of Keras', () => {
  it('is printed by each command that reads pictures, and stated in a gallery', async () => {
    const folder = await folderOf(() => application('vgg16'));
    const picture = `${folder}/pictures/a.png`;
    const cpu = ['--backend', 'cpu'];
    const one = ['--layer', 'block1_conv1'];
    const commands = [
      ['strongest', folder, picture, ...cpu],
      ['project', folder, picture, ...one, '--map', 'strongest', '--out', `${folder}/p.png`, ...cpu],
      ['activations', folder, picture, ...one, '--out', `${folder}/a.png`, ...cpu],
      ['mine', folder, `${folder}/pictures`, '--out', `${folder}/state`, ...cpu],
      ['gallery', folder, `${folder}/pictures`, '--out', `${folder}/gallery`, ...cpu],
    ];
    for (const command of commands) {
      const { code, err } = await deconvnet(command);
      expect([command[0], code], err).toEqual([command[0], 0]);
      expect(err, command[0]).toContain(`${FOUND}${WAY_OUT}`);
    }
    const page = await readFile(`${folder}/gallery/index.html`, 'utf8');
    expect(page).toMatch(/<dt>Input format<\/dt><dd>caffe: .*name and layers: vgg16 of keras\.applications/);
  });

  it('is not printed if it was given', async () => {
    const folder = await folderOf(() => application('vgg16'));
    const given = ['strongest', folder, `${folder}/pictures/a.png`, '--input', 'unit', '--backend', 'cpu'];
    const { code, err } = await deconvnet(given);
    expect([code, err]).toEqual([0, '']);
  });

  it('is printed by layers, with the way out of other commands', async () => {
    const { code, err } = await deconvnet(['layers', await folderOf(() => application('vgg16'))]);
    expect([code, err]).toEqual([0, `${FOUND}If it is wrong, give --input to the commands that read pictures.\n`]);
  });

  it('is printed by check', async () => {
    const folder = await folderOf(() => application('vgg16'));
    const { out } = await deconvnet(['check', folder, `${folder}/pictures`, '--backend', 'cpu']);
    expect(out).toMatch(/^input +caffe: .* \(from the model's name and layers: vgg16 of keras\.applications\)$/m);
  });

  it('is suggested for a network that contains it', async () => {
    const folder = await folderOf(contained);
    const { code, err } = await deconvnet(['strongest', folder, `${folder}/pictures/a.png`, '--backend', 'cpu']);
    expect(code).toBe(3);
    expect(err).toContain('The network contains VGG16 of Keras.');
    expect(err).toContain('give --input caffe.');
    expect(err).not.toContain('Input format');
  });
});
