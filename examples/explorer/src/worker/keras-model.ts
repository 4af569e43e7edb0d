import type { LayersModel } from '@tensorflow/tfjs-layers';
import { fromKeras, loadLayersModel } from 'deconvnet/models';
import { formOf } from '../file-form';
import type { NamedFile } from '../protocol';
import { isTopology, nameOf, type ParsedFile } from './model-files';
import { isOfLibrary } from './page-words';

/** The files of Keras among others. */
export async function kerasFiles(files: readonly NamedFile[]): Promise<NamedFile[]> {
  const candidates = files.filter(({ path }) => !/\.(json|bin)$/i.test(path));
  const forms = await Promise.all(candidates.map(formOf));
  return candidates.filter((_, i) => forms[i] === 'keras');
}

/**
 * Loads a model from a file of Keras, which is read in parts. If it has weights alone, the topology is taken from a file
 * beside it.
 *
 * @param beside the JSON files that were dropped together with it
 */
export async function loadKeras(
  file: NamedFile,
  beside: readonly ParsedFile[],
  warn: (message: string) => void,
): Promise<LayersModel> {
  const model = quoted(file);
  try {
    return await loadLayersModel(fromKeras(model), { warn });
  } catch (error) {
    const topology = needsTopology(error) && topologyOf(file, beside);
    if (!topology) throw error;
    return loadLayersModel(fromKeras(model, { topology: quoted(topology) }), { warn });
  }
}

/** The same file under the name that the page says in errors. */
function quoted({ path, blob }: NamedFile): File {
  return new File([blob], `‘${path}’`);
}

function needsTopology(error: unknown): boolean {
  return isOfLibrary(error) && error.advice?.about === 'give-topology';
}

/** The topology of weights: the file that has their name, or the only topology there is. */
function topologyOf({ path }: NamedFile, beside: readonly ParsedFile[]): NamedFile | undefined {
  const topologies = beside.filter(({ json }) => json && ('modelTopology' in json || isTopology(json)));
  const name = nameOf(path).replace(/(\.weights)?\.(h5|hdf5)$/i, '');
  // A .keras file that was unpacked has it as config.json.
  const names = [`${name}.json`, ...(nameOf(path) === 'model.weights.h5' ? ['config.json'] : [])];
  const named = topologies.find(({ file }) => names.includes(nameOf(file.path)));
  return (named ?? (topologies.length === 1 ? topologies[0] : undefined))?.file;
}
