import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { Deconvnet } from '../../../src/deconvnet.js';
import { decodeNpy } from '../../../src/node/pictures/decode-npy.js';
import { listPictures } from '../../../src/node/pictures/list-pictures.js';
import { readPictures } from '../../../src/node/pictures/read-pictures.js';
import { readSignal, signalInput } from '../../../src/node/pictures/read-signal.js';
import { use } from '../../support/backends.js';
import { npyBytes } from '../../support/npy-bytes.js';
import { tempFolder, writeFiles } from '../../support/temp-folder.js';

beforeAll(() => use('cpu'));

const values = [1, -2.5, 3, 100, 0, 7];

describe('a .npy file', () => {
  it.each([
    ['<f4', Float32Array.from(values), values],
    ['<f8', Float64Array.from(values), values],
    ['|i1', Int8Array.from([1, -2, 3, 100, 0, 7]), [1, -2, 3, 100, 0, 7]],
    ['<i2', Int16Array.from([1, -300, 3, 100, 0, 7]), [1, -300, 3, 100, 0, 7]],
    ['<i4', Int32Array.from([1, -70000, 3, 100, 0, 7]), [1, -70000, 3, 100, 0, 7]],
    ['<i8', BigInt64Array.from([1n, -70000n, 3n, 100n, 0n, 7n]), [1, -70000, 3, 100, 0, 7]],
    ['|u1', Uint8Array.from([1, 255, 3, 100, 0, 7]), [1, 255, 3, 100, 0, 7]],
    ['<u2', Uint16Array.from([1, 65535, 3, 100, 0, 7]), [1, 65535, 3, 100, 0, 7]],
    ['<u4', Uint32Array.from([1, 70000, 3, 100, 0, 7]), [1, 70000, 3, 100, 0, 7]],
    ['<u8', BigUint64Array.from([1n, 70000n, 3n, 100n, 0n, 7n]), [1, 70000, 3, 100, 0, 7]],
  ])('of the type %s is read', (descr, data, expected) => {
    expect(decodeNpy(npyBytes({ descr, shape: '(2, 3)', data }))).toEqual({
      shape: [2, 3],
      values: Float32Array.from(expected),
    });
  });

  it('is read with the largest byte first, in format 2.0, with one axis and with none', () => {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat32(0, 1.5);
    view.setFloat32(4, -8);
    const big = { descr: '>f4', shape: '(2,)', data: new Uint8Array(view.buffer) };
    expect(decodeNpy(npyBytes(big))).toEqual({ shape: [2], values: Float32Array.from([1.5, -8]) });
    expect(decodeNpy(npyBytes({ ...big, version: 2 }))).toEqual(decodeNpy(npyBytes(big)));
    const one = { descr: '<f4', shape: '()', data: Float32Array.from([4]) };
    expect(decodeNpy(npyBytes(one))).toEqual({ shape: [], values: Float32Array.from([4]) });
    // A part of a larger buffer, as Node's readFile may give.
    const padded = Buffer.concat([Buffer.from([9]), npyBytes(one)]).subarray(1);
    expect(decodeNpy(padded).values).toEqual(Float32Array.from([4]));
  });

  const whole = npyBytes({ descr: '<f4', shape: '(2, 3)', data: Float32Array.from(values) });
  const headerOf = (header: string): Uint8Array => npyBytes({ header, data: Float32Array.from(values) });
  it.each([
    ['another file', Buffer.from('PNG, or something else'), /not a \.npy file/],
    ['an empty file', new Uint8Array(), /not a \.npy file/],
    [
      'format 3.0',
      npyBytes({ descr: '<f4', shape: '(6,)', data: Float32Array.from(values), version: 3 }),
      /format is 3\.0/,
    ],
    ['a file cut in its header', whole.subarray(0, 40), /truncated in its header/],
    ['a file cut in its numbers', whole.subarray(0, -1), /needs 24 bytes of numbers, but it has 23/],
    ['more numbers than its shape', Buffer.concat([whole, Buffer.from([0])]), /has 25/],
    ['complex numbers', npyBytes({ descr: '<c8', shape: '(3,)', data: Float32Array.from(values) }), /type 'c8'/],
    ['Python objects', npyBytes({ descr: '|O8', shape: '(3,)', data: Float32Array.from(values) }), /type 'O8'/],
    ['Fortran order', headerOf("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }"), /Fortran order/],
    ['no shape', headerOf("{'descr': '<f4', 'fortran_order': False, }"), /header is not that/],
    ['a negative size', headerOf("{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 3), }"), /header is not that/],
    ['fields', headerOf("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,), }"), /header is not that/],
    ['code', headerOf("{'descr': '<f4', 'fortran_order': False, 'shape': (6,), 'x': f(), }"), /header is not that/],
    ['a long header', headerOf(' '.repeat(5000)), /header has \d+ bytes/],
  ])('with %s is refused', (_, bytes, message) => {
    expect(() => decodeNpy(bytes)).toThrow(message);
  });
});

describe('a signal', () => {
  it('is read from nested lists of a .json file, which must be even', async () => {
    const folder = await tempFolder();
    const read = async (text: string) => {
      await writeFile(join(folder, 'one.json'), text);
      return readSignal(join(folder, 'one.json'));
    };
    expect(await read('[[1, 2], [3, 4.5], [5, 6]]')).toEqual({
      shape: [3, 2],
      values: Float32Array.from([1, 2, 3, 4.5, 5, 6]),
    });
    for (const text of ['[[1, 2], [3]]', '[1, [2]]', '[[1], 2]', '7', '{"a": 1}', '[1, "2"]', '[1, null]', '[1,']) {
      await expect(read(text)).rejects.toMatchObject({ code: 'picture-unreadable' });
    }
    await expect(readSignal(join(folder, 'none.npy'))).rejects.toMatchObject({ code: 'pictures-not-found' });
  });

  it('becomes model input, with or without a batch axis and a last axis of 1', () => {
    const over = (shape: (number | null)[]) =>
      new Deconvnet(tfl.sequential({ layers: [tfl.layers.conv1d({ inputShape: shape, filters: 1, kernelSize: 1 })] }));
    const shapeOf = (deconvnet: Deconvnet, shape: number[]): number[] => {
      const image = signalInput(deconvnet, { shape, values: new Float32Array(shape.reduce((a, b) => a * b, 1)) });
      image.dispose();
      return image.shape;
    };
    expect(shapeOf(over([4, 2]), [4, 2])).toEqual([1, 4, 2]);
    expect(shapeOf(over([4, 2]), [1, 4, 2])).toEqual([1, 4, 2]);
    expect(shapeOf(over([4, 1]), [4])).toEqual([1, 4, 1]);
    expect(shapeOf(over([null, 1]), [1, 9])).toEqual([1, 9, 1]);
    for (const shape of [[2, 4], [2, 4, 2], [8], []]) {
      expect(() => shapeOf(over([4, 2]), shape)).toThrow(
        expect.objectContaining({ code: 'shape-mismatch', message: expect.stringMatching(/the model takes \[4,2\]/) }),
      );
    }
  });

  it('is found in folders and read for a network that takes signals, and damaged ones are skipped', async () => {
    const folder = await tempFolder();
    await writeFiles(folder, {
      'up/a.npy': npyBytes({ descr: '<f4', shape: '(3,)', data: Float32Array.from([1, 2, 3]) }),
      'up/b.npy': 'damaged',
      'down/c.json': '[3, 2, 1]',
      'down/readme.txt': 'not a signal',
      'down/d.png': 'not a signal',
    });
    const conv = tfl.layers.conv1d({ inputShape: [3, 1], filters: 1, kernelSize: 1 });
    const deconvnet = new Deconvnet(tfl.sequential({ layers: [conv] }));
    const skipped: string[] = [];
    const found: unknown[] = [];
    for await (const { id, label, image } of readPictures(folder, deconvnet, {
      onSkip: ({ id }) => skipped.push(id),
    })) {
      found.push([id, label, image.shape, Array.from(await image.data())]);
      tf.dispose(image);
    }
    expect(found).toEqual([
      ['down/c.json', 'down', [1, 3, 1], [3, 2, 1]],
      ['up/a.npy', 'up', [1, 3, 1], [1, 2, 3]],
    ]);
    expect(skipped).toEqual(['up/b.npy']);
    expect((await listPictures(folder)).map(({ id }) => id)).toEqual(['down/d.png']);
    await expect(listPictures(join(folder, 'up'))).rejects.toThrow(/no pictures.*\.png/);
  });
});
