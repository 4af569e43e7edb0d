import type { LayersModel } from '@tensorflow/tfjs-layers';
import { loadLayersModel } from 'deconvnet/models';
import type { NamedFile, NetworkSource } from '../protocol';
import { fetchModel } from './fetch-model';
import { kerasFiles, loadKeras } from './keras-model';
import { jsonFiles, type ParsedFile, parseJson, readModelFiles, severalModels } from './model-files';
import { inPageWords } from './page-words';

/**
 * Loads a layers model from files or from a web server.
 *
 * @param warn is told what a person should know of a network that loads
 */
export async function openModel(source: NetworkSource, warn: (message: string) => void): Promise<LayersModel> {
  const files = 'url' in source ? await fetchModel(source.url) : source.files;
  const load = (await findKeras(files, warn)) ?? (() => loadExport(files, warn));
  return load().catch((error: unknown) => {
    throw inPageWords(error);
  });
}

/** How to load the file of Keras among files; null where there is none. */
async function findKeras(
  files: readonly NamedFile[],
  warn: (message: string) => void,
): Promise<(() => Promise<LayersModel>) | null> {
  const keras = await kerasFiles(files);
  if (keras.length === 0) return null;
  const beside = await Promise.all(
    jsonFiles(files).map(
      async (file): Promise<ParsedFile> => ({ file, json: await parseJson(file).catch(() => null) }),
    ),
  );
  const exported = beside.filter(({ json }) => json && 'weightsManifest' in json).map(({ file }) => file);
  if (keras.length + exported.length > 1) throw severalModels([...exported, ...keras]);
  return () => loadKeras(keras[0]!, beside, warn);
}

/** Loads a model.json with its weights. */
async function loadExport(files: readonly NamedFile[], warn: (message: string) => void): Promise<LayersModel> {
  const { handler, metadata } = await readModelFiles(files);
  const model = await loadLayersModel(handler, { warn });
  // What the model says itself comes first.
  if (metadata) model.setUserDefinedMetadata({ ...metadata, ...model.getUserDefinedMetadata() });
  return model;
}
