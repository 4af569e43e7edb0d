import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { io } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { ConfigEntry } from '../../models/keras/config-entry.js';
import type { SavedTopology } from '../../models/keras/read-topology.js';
import { fileKind } from '../../models/keras-files/file-kind.js';
import { noTopology } from '../../models/keras-files/no-topology.js';
import { type NamedSource, openKerasFile } from '../../models/keras-files/open-keras-file.js';
import type { WeightPieces } from '../../models/weights/read-weights.js';
import { type FileSource, openFileSource } from './file-source.js';
import { withMetadataBeside } from './metadata-beside.js';
import { findModelFile, type ModelFile, readModelFile } from './model-file.js';
import { checkWeightFiles, describedWeights, weightPieces } from './weight-files.js';

/** A model on disk, in whatever form. */
export interface ModelOnDisk {
  /** The file, for messages. */
  readonly path: string;
  readonly saved: SavedTopology;
  /** Describes the weights, for a topology in which each layer has a name of its own, and checks that their files are complete. */
  readonly describe: (topology: ConfigEntry) => Promise<readonly io.WeightsManifestEntry[] | undefined>;
  readonly pieces: () => WeightPieces;
  readonly metadata: () => Promise<ModelFile['metadata']>;
  readonly close: () => void;
}

/**
 * Opens a model: a `.keras` or `.h5` file of Keras, whatever it is called, or a model.json. The caller closes it.
 *
 * @param topology the file with the topology of weights that are alone. By default `NAME.json` beside `NAME.weights.h5` or
 * `NAME.h5`, or the `config.json` beside `model.weights.h5`
 * @param wanted whether the weights will be read. If not, those in a file of Keras are not described either
 * @throws DeconvnetError `model-not-found`, `model-unreadable`, `graph-model`, `unsupported-layer`, `missing-peer`;
 * `invalid-option` if the model is a model.json, which has its own topology.
 */
export async function openModel(path: string, topology: string | undefined, wanted: boolean): Promise<ModelOnDisk> {
  const file = await findModelFile(path);
  const sources: FileSource[] = [];
  const open = (name: string, what: string): FileSource => {
    const source = openFileSource(name, what);
    sources.push(source);
    return source;
  };
  const close = (): void => {
    for (const source of sources) source.close();
  };
  try {
    const source = open(file, 'The model file');
    const kind = fileKind(source);
    const isKeras = kind === 'zip' || kind === 'hdf5' || (kind === 'other' && /\.(keras|h5|hdf5)$/i.test(file));
    if (isKeras) {
      const named = (name: string): NamedSource => ({
        subject: name,
        source: name === file ? source : open(name, 'The topology'),
      });
      const keras = await openKerasFile(named(file), {
        ...(topology !== undefined && { topology: named(topology) }),
        otherwise() {
          const names = topologiesBeside(file);
          const beside = names.find((one) => existsSync(one));
          if (beside !== undefined) return named(beside);
          throw noTopology(file, `its path as the option topology, or as ${basename(names[0]!)} beside the weights`);
        },
      });
      if (keras) {
        return {
          ...{
            path: file,
            saved: keras.saved,
            describe: wanted ? keras.describe : async () => undefined,
            pieces: keras.pieces,
          },
          metadata: async () => undefined,
          close() {
            keras.close();
            close();
          },
        };
      }
    }
  } catch (error) {
    close();
    throw error;
  }
  close();
  const model = await openModelJson(file, wanted);
  if (topology === undefined) return model;
  throw new DeconvnetError(
    'invalid-option',
    `${file} has a topology of its own, so that ${topology} cannot be its topology. Leave it out, or give the file of weights that belongs to it.`,
  );
}

/** The paths beside a file of weights where its topology may be. */
function topologiesBeside(file: string): string[] {
  const name = basename(file).replace(/(\.weights)?\.(h5|hdf5)$/i, '');
  const names = [`${name}.json`, ...(basename(file) === 'model.weights.h5' ? ['config.json'] : [])];
  return names.map((one) => join(dirname(file), one));
}

async function openModelJson(path: string, wanted: boolean): Promise<ModelOnDisk> {
  const file = await readModelFile(path);
  return {
    path: file.path,
    saved: file.saved,
    async describe() {
      const specs = describedWeights(file);
      if (wanted) await checkWeightFiles(file);
      return specs;
    },
    pieces: () => weightPieces(file),
    metadata: () => withMetadataBeside(file),
    close: () => undefined,
  };
}
