import { engine, io } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { checkFlag, checkKeys, checkValue } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { kerasFileOf } from './from-keras.js';
import type { ConfigEntry } from './keras/config-entry.js';
import type { Keras3Options } from './keras/keras3.js';
import { checkWarn } from './keras/load-options.js';
import type { SavedTopology } from './keras/read-topology.js';
import { repairModel } from './keras/repair-model.js';
import { SUBJECT, specsOf, topologyOf } from './keras/saved-artifacts.js';
import { fillModel } from './weights/fill-model.js';
import type { WeightPieces } from './weights/read-weights.js';

/**
 * Loads a layers model like `tf.loadLayersModel`, with the repairs of `keras3`, and faster. Initializers are not run for
 * weights that are loaded, and each weight is copied to the backend once.
 *
 * Use it for models that you only run. The configuration of the training and the weights of an optimizer are not loaded:
 * if you want to go on training, use `tf.loadLayersModel(keras3(handler))`. In Node, `loadModel` of `deconvnet/node` reads
 * files.
 *
 * @param from where the model comes from: an `IOHandler` such as `tf.io.http(url)` or `tf.io.browserFiles(files)`, or
 * an address, for which `tf.io` has a handler
 * @returns the model, which the caller disposes. If loading fails, no tensors are left
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { Deconvnet } from 'deconvnet';
 * import { loadLayersModel } from 'deconvnet/models';
 *
 * const open = async (url: string) => new Deconvnet(await loadLayersModel(tf.io.http(url)));
 * ```
 * @throws DeconvnetError as `keras3`, and `backend-unavailable`.
 */
export async function loadLayersModel(from: io.IOHandler | string, options: Keras3Options = {}): Promise<LayersModel> {
  checkKeys('loadLayersModel', options, ['warn', 'strict'] satisfies readonly (keyof Keras3Options)[]);
  const { strict = true, ...rest } = options;
  checkFlag('strict', strict);
  const warn = checkWarn('loadLayersModel', rest);
  const handler = typeof from === 'string' ? handlerOf(from) : from;
  checkValue(
    typeof handler?.load === 'function',
    'loadLayersModel takes an address, or a handler with a function load',
    handler,
    'tf.io.http(url) makes one from an address.',
  );
  if (engine().backendNames().length === 0) {
    throw new DeconvnetError(
      'backend-unavailable',
      "A model needs a backend, and none has been imported. Import one first, for example '@tensorflow/tfjs-backend-wasm'.",
    );
  }
  const source: Source = (await kerasFileOf(handler!)) ?? sourceOf(await handler!.load!());
  try {
    const { weights, warnings, built } = await repairModel(source.saved, source.subject, source.describe, {
      strict,
      keepOptimizer: false,
    });
    try {
      for (const warning of warnings) warn(warning);
      const model = await fillModel(source.subject, built!, weights ?? [], source.pieces());
      if (source.metadata) model.setUserDefinedMetadata(source.metadata);
      return model;
    } catch (error) {
      built!.dispose();
      throw error;
    }
  } finally {
    source.close?.();
  }
}

/** Where a model comes from: the file of a handler of `fromKeras`, or what another handler loaded. */
interface Source {
  readonly subject: string;
  readonly saved: SavedTopology;
  readonly describe: (topology: ConfigEntry) => Promise<readonly io.WeightsManifestEntry[] | undefined>;
  readonly pieces: () => WeightPieces;
  readonly metadata?: io.ModelArtifacts['userDefinedMetadata'];
  readonly close?: () => void;
}

function sourceOf(artifacts: io.ModelArtifacts): Source {
  return {
    subject: SUBJECT,
    saved: topologyOf(artifacts),
    describe: async () => specsOf(artifacts),
    pieces: () => piecesOf(artifacts.weightData ?? []),
    ...(artifacts.userDefinedMetadata && { metadata: artifacts.userDefinedMetadata }),
  };
}

function handlerOf(url: string): io.IOHandler | undefined {
  const [handler = io.http(url)] = io.getLoadHandlers(url);
  return handler as io.IOHandler;
}

async function* piecesOf(data: io.WeightData): AsyncGenerator<Uint8Array> {
  for (const buffer of [data].flat()) yield new Uint8Array(buffer);
}
