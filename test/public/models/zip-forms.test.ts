import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { fromKeras, loadLayersModel } from 'deconvnet/models';
import { loadModel } from 'deconvnet/node';
import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { disposeWhole, expectAsKeras, kerasBytes } from '../../support/models/keras-reference.js';
import { type OddFile, oddZip } from '../../support/models/odd-zip.js';
import { tempFolder } from '../../support/temp-folder.js';

beforeAll(() => tf.setBackend('cpu'));

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** The parts of a `.keras` file. */
async function parts(change: Partial<OddFile> = {}): Promise<OddFile[]> {
  return Object.entries(unzipSync(await kerasBytes('trained.keras'))).map(([name, bytes]) => ({
    name,
    bytes,
    ...change,
  }));
}

const moved = (files: readonly OddFile[], folder: string): OddFile[] =>
  files.map((file) => ({ ...file, name: folder + file.name }));

const READ: readonly (readonly [string, (files: OddFile[]) => Uint8Array])[] = [
  ['with its parts in another order', (files) => oddZip(files.reverse())],
  ['with numbers of 64 bits', (files) => oddZip(files, { zip64: true })],
  [
    'with numbers of 64 bits, and packed',
    (files) =>
      oddZip(
        files.map((one) => ({ ...one, packed: true })),
        { zip64: true },
      ),
  ],
  ['with sizes behind the parts', (files) => oddZip(files.map((one) => ({ ...one, packed: true, descriptor: true })))],
  ['with a folder around its parts', (files) => oddZip(moved(files, 'my model/'))],
  ['with a folder that a program of Windows wrote', (files) => oddZip(moved(files, 'my model\\'))],
  ['with names that begin with ./', (files) => oddZip(moved(files, './'))],
  ['with the assets of a layer', (files) => oddZip([...files, { name: 'assets\\words\\list.txt', bytes: text('a') }])],
  ['with a comment that looks like an end', (files) => oddZip(files, { comment: `PK\u0005\u0006${'x'.repeat(30)}` })],
  ['with other bytes at the end', (files) => oddZip(files, { trailing: new Uint8Array(5000) })],
];

const weights = ({ name }: OddFile): boolean => name === 'model.weights.h5';

const zeros = (length: number): Uint8Array => new Uint8Array(length);

const REFUSED: readonly (readonly [string, RegExp, (files: OddFile[]) => Uint8Array])[] = [
  [
    'is encrypted',
    /config\.json is encrypted|metadata\.json is encrypted/,
    (files) => oddZip(files.map((one) => ({ ...one, encrypted: true }))),
  ],
  [
    'has two topologies',
    /contains config\.json twice/,
    (files) => oddZip([...files, { name: './config.json', bytes: text('{}') }]),
  ],
  ['has parts that share bytes', /overlaps/, (files) => oddZip(files, { overlapping: true })],
  [
    'has a program in front',
    /is neither a \.keras file, nor HDF5/,
    (files) => oddZip(files, { prefix: text('MZ a program that unpacks itself') }),
  ],
  [
    'has weights that become a thousand times as large as it says',
    /model\.weights\.h5 is larger than its directory says/,
    (files) =>
      oddZip(
        files.map((one) =>
          weights(one) ? { ...one, bytes: zeros(2 ** 27), checksum: 0, packed: true, size: 2 ** 20 } : one,
        ),
      ),
  ],
  [
    'says that its weights need more memory than there is',
    /would have \d+ bytes, \d+ times as many/,
    (files) => oddZip(files.map((one) => (weights(one) ? { ...one, packed: true, size: 2 ** 32 - 2 } : one))),
  ],
];

describe('a .keras file is read', () => {
  it.each(READ)('%s', async (_, zip) => {
    const bytes = zip(await parts());
    const model = await loadLayersModel(fromKeras(bytes));
    await expectAsKeras(model, 'trained');
    disposeWhole(model);
    const path = join(await tempFolder(), 'model.keras');
    await writeFile(path, bytes);
    const same = await loadModel(path);
    await expectAsKeras(same, 'trained', false);
    disposeWhole(same);
  });
});

describe('a .keras file is refused in bounded memory, and leaves no tensor, if it', () => {
  it.each(REFUSED)('%s', async (_, message, zip) => {
    const bytes = zip(await parts());
    const { numTensors } = tf.memory();
    const before = process.memoryUsage.rss();
    await expect(loadLayersModel(fromKeras(bytes))).rejects.toMatchObject({
      name: 'DeconvnetError',
      code: 'model-unreadable',
      message: expect.stringMatching(message),
    });
    expect(process.memoryUsage.rss() - before).toBeLessThan(2 ** 27);
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});
