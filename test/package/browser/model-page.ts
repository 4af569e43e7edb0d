import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { expectClose } from '../../support/compare.js';
import { writeFiles } from '../../support/temp-folder.js';

/** What a page does with models: it opens a model.json, and then a file of Keras, which lie beside it. */
const OPEN_MODELS = `import { fromKeras, loadLayersModel } from 'deconvnet/models';
const bytesOf = async (name) => (await fetch(name)).arrayBuffer();
const scripts = () => performance.getEntriesByType('resource').filter(({ name }) => /\\.m?js(\\?|$)/.test(name));
async function outputOf(handler, input) {
  const model = await loadLayersModel(handler);
  return [...(await model.predict(input).data())];
}
async function openModels() {
  const exported = await outputOf(tf.io.http('export/model.json'), tf.reshape(tf.range(0, 25), [1, 5, 5, 1]));
  const image = tf.tensor4d(new Float32Array(await bytesOf('trained.input.bin')), [1, 16, 16, 1]);
  const before = scripts().length;
  const keras = await outputOf(fromKeras(await bytesOf('trained.keras')), image).catch(({ code, message }) => ({ code, message }));
  return { exported, keras, later: scripts().slice(before).map(({ decodedBodySize }) => decodedBodySize) };
}
`;

/** A page that opens models too, after it has done what it did, and leaves what came of it as `models`. */
export function withModels(page: string): string {
  const end = '.then((result) =>';
  const more = `.then(async (result) => ({ ...result, models: await openModels() }))${end}`;
  return `${OPEN_MODELS}${page.replace(end, more)}`;
}

/** Writes what such a page fetches: a model.json that needs a layer of this library, and a file of Keras with an input. */
export async function writeModels(folder: string): Promise<void> {
  await writeFiles(folder, {
    'export/model.json': await fixture('models/keras2-depthwise-dilation/model.json'),
    'export/weights.bin': await fixture('models/keras2-depthwise-dilation/weights.bin'),
    'trained.keras': await fixture('keras/trained.keras'),
    'trained.input.bin': await fixture('keras/trained.input.bin'),
  });
}

/** Asserts that a page without h5wasm has opened the model.json, and says what the file of Keras needs. */
export function expectOneModel(page: unknown): void {
  const { exported, keras } = modelsOf(page);
  // Each weight is 1, so the cell in the middle sums every second cell: 5 y + x for y and x in 0, 2, 4.
  expect(exported[12]).toBeCloseTo(108, 4);
  const message = expect.stringMatching(/^h5wasm is needed to read HDF5.*not installed.*npm install h5wasm$/);
  expect(keras).toEqual({ code: 'missing-peer', message });
}

/** Asserts that a page with h5wasm has opened both, and has fetched h5wasm for the file of Keras, and nothing else. */
export async function expectBothModels(page: unknown): Promise<void> {
  const { exported, keras, later } = modelsOf(page);
  expect(exported[12]).toBeCloseTo(108, 4);
  expect(keras).toBeInstanceOf(Array);
  const { buffer } = Uint8Array.from(await fixture('keras/trained.output.bin'));
  expectClose(keras as readonly number[], Array.from(new Float32Array(buffer)), 1e-4);
  expect(later).toEqual([expect.any(Number)]);
  // The HDF5 library is in it.
  expect(later[0]).toBeGreaterThan(4e6);
}

/** What a page says of models. */
interface Models {
  readonly exported: readonly number[];
  readonly keras: readonly number[] | { readonly code: string; readonly message: string };
  /** The bytes of the scripts that were fetched for the file of Keras. */
  readonly later: readonly number[];
}

function modelsOf(page: unknown): Models {
  expect(page).toMatchObject({ models: { exported: expect.any(Array) } });
  return (page as { readonly models: Models }).models;
}

function fixture(path: string): Promise<Uint8Array> {
  return readFile(join(fileURLToPath(new URL('../../fixtures/', import.meta.url)), path));
}
