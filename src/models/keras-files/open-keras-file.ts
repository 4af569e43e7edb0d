import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { type ByteSource, readPart } from '../bytes/byte-source.js';
import { capital } from '../bytes/capital.js';
import { H5File } from '../h5/h5-file.js';
import type { SavedTopology } from '../keras/read-topology.js';
import { fileKind } from './file-kind.js';
import { type KerasFile, kerasFile, type WeightsPlace } from './keras-file.js';
import { kerasTopology } from './keras-topology.js';
import { hasLegacyWeights, legacyWeights } from './legacy-weights.js';
import { hasNativeWeights, nativeWeights } from './native-weights.js';
import { openArchive } from './open-archive.js';

/** A file, and its name in messages. */
export interface NamedSource {
  readonly subject: string;
  readonly source: ByteSource;
}

/** What a file has of a model. */
interface Parts {
  readonly saved?: SavedTopology;
  readonly weights?: WeightsPlace;
}

/**
 * Opens a model file of Keras: `.keras`, or HDF5 with the whole model or with weights alone. What kind it is, its bytes
 * say. Close it when you have read it, also after an error.
 *
 * @param topology the topology, if the file does not have it, or has another one
 * @param weights the file with the weights, if another file has them
 * @param otherwise finds the topology of a file that turns out to have none, or throws
 * @returns undefined for a zip file that has nothing of a `.keras` file
 * @throws DeconvnetError `missing-peer`, `model-unreadable`, `unsupported-layer`.
 */
export async function openKerasFile(
  model: NamedSource,
  {
    topology,
    weights: from,
    otherwise,
  }: {
    readonly topology?: NamedSource;
    readonly weights?: NamedSource;
    readonly otherwise: () => NamedSource;
  },
): Promise<KerasFile | undefined> {
  const opened: Parts[] = [];
  const open = async (file: NamedSource, wanted: boolean): Promise<Parts | undefined> => {
    const parts = await partsOf(file, wanted);
    if (parts) opened.push(parts);
    return parts;
  };
  try {
    const own = await open(model, topology === undefined);
    if (!own) return undefined;
    const elsewhere = topology ?? (own.saved ? undefined : otherwise());
    const saved = elsewhere ? (await open(elsewhere, true))?.saved : own.saved;
    const weights = from ? (await open(from, false))?.weights : own.weights;
    if (!saved) throw notTopology(elsewhere?.subject ?? model.subject);
    if (!weights) throw noWeights(from?.subject ?? model.subject);
    const file = kerasFile(model.subject, saved, weights);
    return { ...file, close: () => closeAll(opened) };
  } catch (error) {
    closeAll(opened);
    throw error;
  }
}

function closeAll(opened: readonly Parts[]): void {
  for (const { weights } of opened) weights?.close();
}

/** @param wanted whether the topology is needed */
async function partsOf(file: NamedSource, wanted: boolean): Promise<Parts | undefined> {
  const { subject, source } = file;
  switch (fileKind(source)) {
    case 'zip': {
      const archive = openArchive(subject, source);
      return (
        archive && { ...(wanted && { saved: await archive.topology() }), weights: h5Place(() => archive.weights()) }
      );
    }
    case 'hdf5': {
      const weights = h5Place(async () => file);
      try {
        if (!wanted) return { weights };
        const h5 = await weights.open();
        const config = h5.text('/', 'model_config');
        if (typeof config !== 'string') {
          checkWeights(h5, subject);
          return { weights };
        }
        const version = h5.text('/', 'keras_version');
        return { saved: kerasTopology(subject, config, typeof version === 'string' ? version : undefined), weights };
      } catch (error) {
        weights.close();
        throw error;
      }
    }
    case 'json':
      return { saved: kerasTopology(subject, new TextDecoder().decode(readPart(source, 0, source.size))) };
    default:
      throw new DeconvnetError(
        'model-unreadable',
        `${capital(subject)} is neither a .keras file, nor HDF5 (.h5), nor JSON. It is damaged, or is something else. Download or save the model again.`,
      );
  }
}

/** Weights in an HDF5 file, in either form. */
function h5Place(find: () => Promise<NamedSource>): WeightsPlace {
  let file: Promise<H5File> | undefined;
  let subject = '';
  return {
    open() {
      file ??= find().then((found) => {
        subject = found.subject;
        return H5File.open(found.subject, found.source);
      });
      return file;
    },
    read(open, topology) {
      checkWeights(open, subject);
      if (open.kindOf('/model_weights') === 'group') return legacyWeights(open, '/model_weights', topology);
      return hasLegacyWeights(open) ? legacyWeights(open, '', topology) : nativeWeights(open, topology);
    },
    close() {
      file?.then(
        (open) => open.close(),
        () => undefined,
      );
      file = undefined;
    },
  };
}

/** Checks that an HDF5 file has weights in a form that Keras writes. */
function checkWeights(file: H5File, subject: string): void {
  if (file.kindOf('/model_weights') === 'group' || hasLegacyWeights(file) || hasNativeWeights(file)) return;
  throw new DeconvnetError(
    'model-unreadable',
    `${capital(subject)} is HDF5, and is not a model of Keras. It has ${file.namesIn('/').slice(0, 5).join(', ') || 'nothing'}.`,
  );
}

function notTopology(subject: string): DeconvnetError {
  return new DeconvnetError(
    'model-unreadable',
    `${capital(subject)} is given as a topology, and has none. Give what model.to_json() of Keras writes, or a file of the whole model.`,
  );
}

function noWeights(subject: string): DeconvnetError {
  return new DeconvnetError(
    'model-unreadable',
    `${capital(subject)} is a topology, without weights. Give the file with the weights too, as the option weights. Or save the whole model: model.save('model.keras').`,
  );
}
