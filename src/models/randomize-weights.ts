import { io } from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import { checkKeys, checkValue } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { insideTidy, type Layer } from '../network/layer-access.js';
import { findNode } from '../network/network.js';
import { readNetwork } from '../network/read-network.js';
import { drawInitial, type InitializerConfig, randomSource } from './draw-initial.js';

/** Which layers lose what they have learnt. */
export interface RandomizeOptions {
  /** The lowest of them, by name; all that come after it on the way up, in the order of `deconvnet.layers`, too. */
  readonly from: string;
  /**
   * A whole number: the same one gives the same weights, whatever `from` is, so that the networks of a cascade agree
   * where both are random. By default every call draws others.
   */
  readonly seed?: number;
}

/**
 * The same network with fresh weights from the top down to a layer: the cascading sanity check of Adebayo et al.,
 * *Sanity Checks for Saliency Maps*, NeurIPS 2018. A projection that hardly changes shows the picture, not what the
 * network has learnt.
 *
 * Kernels are drawn by the layers' own initializers; biases and the parameters and statistics of normalisation go back
 * to where training began. A weight without an initializer in the layer's config is drawn by Glorot's rule if it has
 * two axes or more, else kept.
 *
 * @returns a new model, with copies of the weights of the layers below `from` (a layer that is used on both sides has one set
 * of weights, and they are drawn); the caller disposes it. The model given
 * is neither changed nor disposed
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
      'randomizeWeights is asynchronous, and tf.tidy would dispose what it makes.',
    );
  }
  checkKeys('randomizeWeights', options, ['from', 'seed']);
  const { from, seed } = options;
  checkValue(typeof from === 'string', 'from is the name of the lowest layer that loses its weights', from);
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
      `No layer from '${lowest.name}' up has weights to draw. Name a lower one.`,
      { layer: lowest.name },
    );
  }
  const saved = await artifactsOf(model);
  const bytes = new io.CompositeArrayBuffer(saved.weightData).slice(0);
  const drawn = seed ?? Math.floor(Math.random() * 2 ** 32);
  let offset = 0;
  for (const [i, { shape, dtype }] of saved.weightSpecs!.entries()) {
    const size = shape.reduce((product, length) => product * length, 1);
    const layer = owners.get(model.weights[i]!);
    if (layer && dtype === 'float32') {
      const fresh = freshValues(layer, model.weights[i]!.originalName, shape, () => randomSource(drawn, i));
      if (fresh) new Uint8Array(bytes).set(new Uint8Array(fresh.buffer), offset);
    }
    offset += size * (dtype === 'bool' ? 1 : 4);
  }
  return loadLayersModel({ load: async () => ({ ...saved, weightData: bytes }) });
}

async function artifactsOf(model: LayersModel): Promise<io.ModelArtifacts> {
  let saved: io.ModelArtifacts | undefined;
  const keep = io.withSaveHandler(async (artifacts) => {
    saved = artifacts;
    return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
  });
  await model.save(keep);
  // Saving gives the topology as an object, and loading alters it.
  return { ...saved!, modelTopology: JSON.parse(JSON.stringify(saved!.modelTopology)) as object };
}

function freshValues(
  layer: Layer,
  name: string,
  shape: readonly number[],
  random: () => ReturnType<typeof randomSource>,
): Float32Array | undefined {
  const weight = name.split('/').at(-1)!;
  const config = layer.getConfig() as Config;
  const key = `${weight.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())}Initializer`;
  const initializer = within(config, key) as InitializerConfig | undefined;
  if (!initializer && shape.length < 2) return undefined;
  const values = drawInitial(shape, initializer ?? {}, random());
  // The gates of an LSTM lie side by side: input, forget, cell, output.
  const [gates = 0] = shape;
  if (weight === 'bias' && within(config, 'unitForgetBias') === true) values.fill(1, gates / 4, gates / 2);
  return values;
}

type Config = Readonly<Record<string, unknown>>;

/** An option of a layer, or of the layer or cell that it holds. */
function within(config: Config, key: string): unknown {
  if (config[key] !== undefined && config[key] !== null) return config[key];
  for (const held of [config.layer, config.cell, config.cells].flat() as ({ readonly config?: Config } | undefined)[]) {
    const found = held?.config && within(held.config, key);
    if (found !== undefined) return found;
  }
  return undefined;
}
