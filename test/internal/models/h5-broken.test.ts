import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { fromKeras } from '../../../src/models/from-keras.js';
import { importH5wasm } from '../../../src/models/h5/import-h5wasm.js';
import { loadLayersModel } from '../../../src/models/load-layers-model.js';
import { kerasBytes } from '../../support/models/keras-reference.js';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => vi.restoreAllMocks());

const load = async () => {
  const bytes = await kerasBytes('trained.keras');
  return loadLayersModel(fromKeras(bytes, { warn: () => undefined }));
};
const trap = (): never => {
  throw new WebAssembly.RuntimeError('memory access out of bounds');
};

it.each(['open', 'get_names'] as const)(
  'a sound file is not called damaged if the HDF5 library is broken (%s)',
  async (where) => {
    const module = await importH5wasm();
    const open = module.open.bind(module);
    vi.spyOn(module, 'open').mockImplementation((...args) =>
      args[1] === 0 && where !== 'open' ? open(...args) : trap(),
    );
    if (where === 'get_names') vi.spyOn(module, 'get_names').mockImplementation(trap);
    await expect(load()).rejects.toMatchObject({
      code: 'model-unreadable',
      message: expect.stringMatching(/does not work any more.*Start the program again, or reload the page\.$/),
    });
    vi.restoreAllMocks();
    (await load()).dispose();
  },
);
