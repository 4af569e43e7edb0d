import { io } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { checkKeys, checkValue } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { classNameOf, insideTidy, type Layer } from '../network/layer-access.js';
import { findNode } from '../network/network.js';
import { readNetwork } from '../network/read-network.js';
import { randomSource } from '../tensors/random-source.js';
import { camelCase } from './camel-case.js';
import { drawInitial, type InitializerConfig } from './draw-initial.js';
import { weightBuffer } from './keras/weight-buffer.js';
import { weightBytes } from './keras/weight-bytes.js';
import { loadLayersModel } from './load-layers-model.js';

/** Which layers get new random weights. */
export interface RandomizeOptions {
  /** The name of the lowest layer to randomize. All layers after it, in the order of `deconvnet.layers`, are randomized too. */
  readonly from: string;
  /**
   * A whole number. The same seed gives the same weights whatever `from` is, so that two networks of a cascade agree in
   * the layers that are random in both. By default every call draws other weights.
   */
  readonly seed?: number;
}

/**
 * Copies a network, with new random weights from the top down to one layer. This is the cascading sanity check of Adebayo
 * et al., *Sanity Checks for Saliency Maps*, NeurIPS 2018. If a projection hardly changes, it shows the image and not
 * what the network has learnt.
 *
 * Kernels are drawn by the layers' own initializers. Biases, and the parameters and statistics of normalisation, are set
 * back to their values before training. If a layer's config names no initializer for a weight, the weight is drawn by
 * Glorot's rule when it has two axes or more, and kept otherwise. The weights of a Normalization, which describe the
 * pictures, are kept.
 *
 * @returns a new model, which the caller disposes. The layers below `from` have copies of their weights. A layer that is
 * used both below and above has one set of weights, and these are drawn. The given model is neither changed nor disposed
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import * as tfl from '@tensorflow/tfjs-layers';
 * import { randomizeWeights } from 'deconvnet/models';
 *
 * const model = tfl.sequential({
 *   layers: [
 *     tfl.layers.conv2d({ inputShape: [8, 8, 3], filters: 4, kernelSize: 3, name: 'conv1' }),
 *     tfl.layers.conv2d({ filters: 2, kernelSize: 3, name: 'conv2' }),
 *   ],
 * });
 * const random = await randomizeWeights(model, { from: 'conv2', seed: 1 });
 * random.dispose();
 * ```
 * @throws DeconvnetError `unknown-layer`, `invalid-option`, `not-a-layers-model`, `graph-model`, `inside-tidy`.
 */
export async function randomizeWeights(model: LayersModel, options: RandomizeOptions): Promise<LayersModel> {
  if (insideTidy()) {
    throw new DeconvnetError(
      'inside-tidy',
      'randomizeWeights is asynchronous, and tf.tidy would dispose the model that it makes. Call it outside of tf.tidy.',
    );
  }
  checkKeys('randomizeWeights', options, ['from', 'seed'] satisfies readonly (keyof RandomizeOptions)[]);
  const { from, seed } = options;
  checkValue(typeof from === 'string', 'from is the name of the lowest layer that gets new weights', from);
  checkValue(seed === undefined || Number.isSafeInteger(seed), 'seed is a whole number', seed);
  // Only names and the order are read here, so nothing has to be known of channels.
  const network = readNetwork(model, () => ({}));
  const lowest = findNode(network, from);
  const owners = new Map(
    network.nodes
      .filter(({ index }) => index >= lowest.index)
      .flatMap(({ layer }) => layer.weights.map((weight) => [weight, layer] as const)),
  );
  if (owners.size === 0) {
    throw new DeconvnetError(
      'invalid-option',
      `Neither the layer '${lowest.name}' nor any layer after it has weights. Name a lower layer.`,
      { layer: lowest.name },
    );
  }
  const saved = await artifactsOf(model);
  const bytes = weightBuffer(saved.weightData!);
  const drawn = seed ?? Math.floor(Math.random() * 2 ** 32);
  let offset = 0;
  for (const [i, spec] of saved.weightSpecs!.entries()) {
    const { shape, dtype } = spec;
    const layer = owners.get(model.weights[i]!);
    if (layer && dtype === 'float32') {
      const fresh = freshValues(layer, model.weights[i]!.originalName, shape, () => randomSource(drawn, i));
      if (fresh) new Uint8Array(bytes).set(new Uint8Array(fresh.buffer), offset);
    }
    offset += weightBytes(spec);
  }
  return loadLayersModel({ load: async () => ({ ...saved, weightData: bytes }) }, { warn: () => undefined });
}

async function artifactsOf(model: LayersModel): Promise<io.ModelArtifacts> {
  let saved: io.ModelArtifacts | undefined;
  const keep = io.withSaveHandler(async (artifacts) => {
    saved = artifacts;
    return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
  });
  await model.save(keep);
  // Loading changes the topology, which belongs to the given model, so it gets a copy.
  return { ...saved!, modelTopology: JSON.parse(JSON.stringify(saved!.modelTopology)) as object };
}

/** Whether a layer has weights that `randomizeWeights` draws. */
export function hasDrawnWeights(layer: Layer): boolean {
  return layer.weights.some(({ originalName, shape }) => initializerOf(layer, originalName, shape as number[]));
}

function freshValues(
  layer: Layer,
  name: string,
  shape: readonly number[],
  random: () => ReturnType<typeof randomSource>,
): Float32Array | undefined {
  const initializer = initializerOf(layer, name, shape);
  if (!initializer) return undefined;
  const values = drawInitial(shape, initializer, random());
  // The bias of an LSTM is that of its four gates, one after the other: input, forget, cell, output.
  const [gates = 0] = shape;
  const forgets = name.split('/').at(-1) === 'bias' && within(layer.getConfig() as Config, 'unitForgetBias') === true;
  if (forgets) values.fill(1, gates / 4, gates / 2);
  return values;
}

/** How a weight is drawn; undefined if it is kept. */
function initializerOf(layer: Layer, name: string, shape: readonly number[]): InitializerConfig | undefined {
  const key = `${camelCase(name.split('/').at(-1)!)}Initializer`;
  const named = within(layer.getConfig() as Config, key) as InitializerConfig | undefined;
  // The weights of a Normalization describe the pictures. They have several axes if several are normalized.
  return named ?? (shape.length < 2 || classNameOf(layer) === 'Normalization' ? undefined : {});
}

type Config = Readonly<Record<string, unknown>>;

/** An option of a layer, or of the layer or cell inside it. */
function within(config: Config, key: string): unknown {
  if (config[key] !== undefined && config[key] !== null) return config[key];
  for (const held of [config.layer, config.cell, config.cells].flat() as ({ readonly config?: Config } | undefined)[]) {
    const found = held?.config && within(held.config, key);
    if (found !== undefined) return found;
  }
  return undefined;
}
