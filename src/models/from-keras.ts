import type { io } from '@tensorflow/tfjs-core';
import { checkFlag, checkKeys, checkValue } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { blobSource } from './bytes/blob-source.js';
import { bytesInMemory } from './bytes/byte-source.js';
import { capital } from './bytes/capital.js';
import type { Keras3Options } from './keras/keras3.js';
import { checkWarn } from './keras/load-options.js';
import { repairModel } from './keras/repair-model.js';
import { specsToLoad, withSafeNames } from './keras/safe-names.js';
import { SUBJECT } from './keras/saved-artifacts.js';
import { keptBytes } from './keras/weight-buffer.js';
import { weightBytes } from './keras/weight-bytes.js';
import type { KerasFile } from './keras-files/keras-file.js';
import { noTopology } from './keras-files/no-topology.js';
import { type NamedSource, openKerasFile } from './keras-files/open-keras-file.js';

/** How a model file of Keras is read by `fromKeras`. */
export interface FromKerasOptions extends Keras3Options {
  /**
   * The topology, if the file has weights alone: what `model.to_json()` of Keras writes, the `config.json` in a `.keras`
   * file, or a model.json, each as text, as an object, or as a file (a `Blob`).
   */
  readonly topology?: string | object;
  /** The file with the weights, if another file than the model has them: a `.weights.h5` file of the same model. */
  readonly weights?: Uint8Array | ArrayBuffer | Blob;
}

/** The files behind the handlers that `fromKeras` made. */
const opens = new WeakMap<object, () => Promise<KerasFile>>();

/**
 * Makes a handler for `tf.loadLayersModel` from a model file of Keras: `.keras`, `.h5`, `.hdf5` with a whole model, or
 * `.weights.h5` with `topology`. What kind of file it is, its bytes say. The handler makes the repairs of `keras3`.
 *
 * In a Web Worker, a file that a person chose (`File`) is read in parts and never whole in memory, unless it is compressed.
 * Elsewhere its bytes are loaded.
 *
 * It needs the package h5wasm, which is imported when the model is loaded. To run a large model, give the handler to
 * `loadLayersModel` of this package. It reads the weights in pieces from the bytes, and `tf.loadLayersModel` needs them as
 * a whole, and copies them several times.
 *
 * @param model the file, or its bytes
 * @returns a handler for `tf.loadLayersModel` and for `loadLayersModel`
 * @example
 * ```ts
 * import { Deconvnet } from 'deconvnet';
 * import { fromKeras, loadLayersModel } from 'deconvnet/models';
 *
 * const open = async (file: File) => new Deconvnet(await loadLayersModel(fromKeras(file)));
 * ```
 * @throws DeconvnetError `invalid-option`. When the handler loads: `missing-peer`, and as `keras3`.
 */
export function fromKeras(model: Uint8Array | ArrayBuffer | Blob, options: FromKerasOptions = {}): io.IOHandler {
  checkKeys('fromKeras', options, [
    'topology',
    'weights',
    'warn',
    'strict',
  ] satisfies readonly (keyof FromKerasOptions)[]);
  const { topology, weights, strict = true, ...rest } = options;
  checkFlag('strict', strict);
  const warn = checkWarn('fromKeras', rest);
  checkBytes('fromKeras takes a model file: a File, or its bytes as a Uint8Array or an ArrayBuffer', model);
  if (weights !== undefined) checkBytes('weights is a file: a File, a Uint8Array or an ArrayBuffer', weights);
  const isJson = typeof topology === 'string' || (typeof topology === 'object' && topology !== null);
  checkValue(topology === undefined || isJson, 'topology is an object, or JSON text', topology);
  const open = async (): Promise<KerasFile> => {
    const whole = await named(SUBJECT, model);
    const file = await openKerasFile(whole, {
      ...(topology !== undefined && {
        topology: await named('the topology', topology instanceof Blob ? topology : jsonBytes(topology)),
      }),
      ...(weights && { weights: await named('the weights', weights) }),
      otherwise() {
        throw noTopology(whole.subject, 'as the option topology');
      },
    });
    if (file) return file;
    throw new DeconvnetError(
      'model-unreadable',
      `${capital(whole.subject)} is a zip file, and not a .keras file: it has no config.json and no model.weights.h5.`,
    );
  };
  const handler: io.IOHandler = {
    async load() {
      const file = await open();
      try {
        return await artifactsOf(file, warn, strict);
      } finally {
        file.close();
      }
    },
  };
  opens.set(handler, open);
  return handler;
}

/** Opens the file behind a handler of `fromKeras`; undefined for other handlers. */
export function kerasFileOf(handler: object): Promise<KerasFile> | undefined {
  return opens.get(handler)?.();
}

/** A whole file in the form that TensorFlow.js loads. */
async function artifactsOf(
  file: KerasFile,
  warn: (message: string) => void,
  strict: boolean,
): Promise<io.ModelArtifacts> {
  const { topology, weights, warnings, built } = await repairModel(
    file.saved,
    file.subject,
    (saved) => file.describe(saved),
    {
      strict,
      keepOptimizer: false,
    },
  );
  built?.dispose();
  for (const warning of warnings) warn(warning);
  const data = new Uint8Array(weights!.reduce((sum, { spec }) => sum + weightBytes(spec), 0));
  let at = 0;
  for await (const piece of file.pieces()) {
    data.set(piece, at);
    at += piece.length;
  }
  const modelTopology: NonNullable<io.ModelArtifacts['modelTopology']> = withSafeNames(topology);
  return {
    format: 'layers-model',
    modelTopology,
    weightSpecs: specsToLoad(weights!),
    weightData: keptBytes(weights!, data.buffer),
  };
}

/** @param subject what it is called in messages, unless it is a file with a name */
async function named(subject: string, from: Uint8Array | ArrayBuffer | Blob): Promise<NamedSource> {
  if (from instanceof Blob) {
    const name = ('name' in from && typeof from.name === 'string' && from.name) || subject;
    return { subject: name, source: await blobSource(name, from) };
  }
  return { subject, source: bytesInMemory(from instanceof ArrayBuffer ? new Uint8Array(from) : from) };
}

function jsonBytes(topology: string | object): Uint8Array {
  return new TextEncoder().encode(typeof topology === 'string' ? topology : JSON.stringify(topology));
}

function checkBytes(what: string, value: unknown): void {
  const isBytes = value instanceof Uint8Array || value instanceof ArrayBuffer || value instanceof Blob;
  checkValue(isBytes, what, value);
}
