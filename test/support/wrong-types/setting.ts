import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { Deconvnet, type Layer, PatchMiner, type Picture } from 'deconvnet';
import { noiseTensor, smallConvnet } from '../project/networks.js';

/** A call with an argument of the wrong type: of which function, the argument, what is called, the code, the words. */
export type WrongCall = readonly [name: string, argument: string, call: () => unknown, code: string, says: RegExp];

/** As if there were no types, as in JavaScript. */
export const wrong = (value: unknown): never => value as never;

export const bad = 'invalid-option';

const model = smallConvnet();
const deconvnet = new Deconvnet(model, { input: 'unit' });
const miner = new PatchMiner(deconvnet, { layers: ['conv1'], k: 2 });
const batch = noiseTensor([2, 12, 10, 3], 1);
await miner.add(batch, ['a', 'b']);
const picture: Picture = { width: 1, height: 1, data: new Uint8ClampedArray(4) };
const gone = tf.zeros([12, 10, 3]);
gone.dispose();

interface Setting {
  readonly model: LayersModel;
  readonly conv1: Layer;
  readonly deconvnet: Deconvnet;
  readonly miner: PatchMiner;
  readonly image: tf.Tensor;
  readonly batch: tf.Tensor;
  readonly picture: Picture;
  /** The bytes of a file. */
  readonly file: Buffer;
  /** A tensor that has been disposed. */
  readonly gone: tf.Tensor;
  readonly folder: string;
}

/** What functions are called with, beside what is wrong. */
export const setting: Setting = {
  ...{ model, deconvnet, miner, batch, picture, gone },
  conv1: model.getLayer('conv1'),
  image: noiseTensor([12, 10, 3], 1),
  file: Buffer.from('not decoded'),
  folder: mkdtempSync(join(tmpdir(), 'deconvnet-wrong-types-')),
};
