import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import { keras3 } from 'deconvnet/models';
import type { NetworkSource } from '../protocol';
import { fetchModel } from './fetch-model';
import { readModelFiles } from './model-files';

/**
 * Loads a layers model from files or from a web server. Where it fails, TensorFlow.js may keep some of its weights: the
 * page then throws the whole worker away.
 *
 * @param warn is told what a person should know of a network that loads
 */
export async function openModel(source: NetworkSource, warn: (message: string) => void): Promise<LayersModel> {
  const files = 'url' in source ? await fetchModel(source.url) : source.files;
  const { handler, metadata } = await readModelFiles(files);
  const model = await loadLayersModel(keras3(handler, { warn })).catch((error: unknown) => {
    throw new Error(reasonOf(error), { cause: error });
  });
  // What the model says itself comes first.
  if (metadata) model.setUserDefinedMetadata({ ...metadata, ...model.getUserDefinedMetadata() });
  return model;
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && error.name === 'DeconvnetError') return message;
  const unknown = /Unknown layer: (\S+?)\. /.exec(message)?.[1];
  if (unknown) {
    return `The model has a layer of the class ‘${unknown}’, which TensorFlow.js does not have. It can be shown in a page of your own, where that class is registered; see the library's documentation.`;
  }
  return `The model cannot be built: ${message.split('\n')[0]}`;
}
