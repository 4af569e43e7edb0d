import type { io } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { H5File } from '../h5/h5-file.js';
import { type H5Weight, piecesOf } from '../h5/h5-values.js';
import type { ConfigEntry } from '../keras/config-entry.js';
import type { SavedTopology } from '../keras/read-topology.js';

/** A weight in an HDF5 file, and the name that it has in the model. */
export interface NamedWeight {
  /** `layer/kernel`; or `layer/0`, `layer/1` ... if only the order of a layer's weights is known. */
  readonly name: string;
  readonly weight: H5Weight;
}

/** An open model file of Keras: its topology, and its weights, which are read when they are needed. */
export interface KerasFile {
  /** The name of the model in messages. */
  readonly subject: string;
  readonly saved: SavedTopology;
  /** Describes the weights, for a topology in which each layer has a name of its own. It is called after the topology was repaired, which finds what is wrong with the layers. */
  describe(topology: ConfigEntry): Promise<io.WeightsManifestEntry[]>;
  /** The bytes of all weights in the order in which they were described. */
  pieces(): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined>;
  close(): void;
}

/** Where the weights of a model are: an HDF5 file that is opened when they are described, and how to find them in it. */
export interface WeightsPlace {
  open(): Promise<H5File>;
  close(): void;
  read(file: H5File, topology: ConfigEntry): NamedWeight[];
}

/**
 * Puts a topology and the place of its weights together.
 *
 * @param subject the name of the model in messages
 */
export function kerasFile(subject: string, saved: SavedTopology, place: WeightsPlace): KerasFile {
  let file: H5File | undefined;
  let weights: readonly NamedWeight[] | undefined;
  return {
    subject,
    saved,
    async describe(topology) {
      file ??= await place.open();
      weights ??= place.read(file, topology);
      return weights.map(({ name, weight: { shape, form } }) => ({ name, shape: [...shape], ...form }));
    },
    async *pieces() {
      if (!file || !weights)
        throw new DeconvnetError('model-unreadable', `The weights of ${subject} were not described.`);
      for (const { weight } of weights) yield* piecesOf(file, weight);
    },
    close: () => place.close(),
  };
}
