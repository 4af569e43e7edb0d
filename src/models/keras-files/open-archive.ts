import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { ByteSource } from '../bytes/byte-source.js';
import { capital } from '../bytes/capital.js';
import { unpackEntry } from '../bytes/unpack-entry.js';
import { type ZipEntry, zipEntries } from '../bytes/zip-entries.js';
import { isRecord } from '../keras/config-entry.js';
import type { SavedTopology } from '../keras/read-topology.js';
import { kerasTopology } from './keras-topology.js';

/** The parts of a `.keras` file. */
export interface KerasArchive {
  topology(): Promise<SavedTopology>;
  /** The HDF5 file with the weights, after its checksum was checked. */
  weights(): Promise<{ readonly subject: string; readonly source: ByteSource }>;
}

const CONFIG = 'config.json';
const WEIGHTS = 'model.weights.h5';
const NUMPY = 'model.weights.npz';

/** A topology of more bytes than this is none. */
const MOST_TEXT = 2 ** 28;

/**
 * Opens a `.keras` file, which is a zip file. Its files may be in any order, and in a folder of the zip file.
 *
 * @returns undefined if the zip file has nothing of a `.keras` file
 * @throws DeconvnetError `model-unreadable`.
 */
export function openArchive(subject: string, source: ByteSource): KerasArchive | undefined {
  const entries = zipEntries(subject, source);
  const depth = ({ name }: ZipEntry): number => name.split('/').length;
  const [first] = entries
    .filter(({ name }) => [CONFIG, WEIGHTS, NUMPY].includes(name.split('/').at(-1)!))
    .sort((a, b) => depth(a) - depth(b));
  if (!first) return undefined;
  const folder = first.name.slice(0, first.name.lastIndexOf('/') + 1);
  const find = (name: string): ZipEntry | undefined => entries.find((entry) => entry.name === folder + name);
  const needed = (name: string, what: string): ZipEntry => {
    const entry = find(name);
    if (entry) return entry;
    throw new DeconvnetError(
      'model-unreadable',
      `${capital(subject)} has no ${name}, which holds ${what}. It has ${entries
        .slice(0, 5)
        .map((one) => one.name)
        .join(', ')}. Save the model again with model.save('model.keras').`,
    );
  };
  const text = async (entry: ZipEntry): Promise<string> => {
    if (entry.size > MOST_TEXT)
      throw new DeconvnetError(
        'model-unreadable',
        `${entry.name} in ${subject} has ${entry.size} bytes, and is not a topology.`,
      );
    const unpacked = await unpackEntry(subject, source, entry);
    const bytes = new Uint8Array(unpacked.size);
    unpacked.read(bytes, 0);
    return new TextDecoder().decode(bytes);
  };
  return {
    async topology() {
      const config = needed(CONFIG, 'the topology');
      const metadata = find('metadata.json');
      const version = metadata && versionIn(await text(metadata));
      return kerasTopology(`${CONFIG} in ${subject}`, await text(config), version);
    },
    async weights() {
      if (find(NUMPY) && !find(WEIGHTS)) {
        throw new DeconvnetError(
          'model-unreadable',
          `${capital(subject)} has its weights in ${NUMPY}, in the format of NumPy, which cannot be read. Save the model with model.save('model.keras') in Keras 3, which writes ${WEIGHTS}.`,
        );
      }
      const entry = needed(WEIGHTS, 'the weights');
      return { subject: `${WEIGHTS} in ${subject}`, source: await unpackEntry(subject, source, entry) };
    },
  };
}

/** The version of Keras in metadata.json. A file that is damaged says none: the topology shows enough. */
function versionIn(text: string): string | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return isRecord(json) && typeof json.keras_version === 'string' ? json.keras_version : undefined;
  } catch {
    return undefined;
  }
}
