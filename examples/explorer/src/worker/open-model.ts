import type { LayersModel } from '@tensorflow/tfjs-layers';
import { loadLayersModel } from 'deconvnet/models';
import type { NetworkSource } from '../protocol';
import { fetchModel } from './fetch-model';
import { readModelFiles } from './model-files';
import { inPageWords } from './page-words';

/**
 * Loads a layers model from files or from a web server.
 *
 * @param warn is told what a person should know of a network that loads
 */
export async function openModel(source: NetworkSource, warn: (message: string) => void): Promise<LayersModel> {
  const files = 'url' in source ? await fetchModel(source.url) : source.files;
  const { handler, metadata } = await readModelFiles(files);
  const model = await loadLayersModel(handler, { warn }).catch((error: unknown) => {
    throw inPageWords(error);
  });
  // What the model says itself comes first.
  if (metadata) model.setUserDefinedMetadata({ ...metadata, ...model.getUserDefinedMetadata() });
  return model;
}
