import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, type ModelInput, type Projection } from 'deconvnet';
import type { GatedNetwork } from './gated-networks.js';
import { noiseTensor } from './networks.js';

/** Positive images for a network, one for each of its inputs. */
export const imagesFor = ({ inputs }: Pick<GatedNetwork, 'inputs'>): tf.Tensor[] =>
  inputs.map((shape, i) => tf.abs(noiseTensor(shape, 5 + i)));

/** Images as a Deconvnet takes them. */
export const given = (images: readonly tf.Tensor[]): ModelInput => (images.length === 1 ? images[0]! : [...images]);

/** The gradient of ½Σa² of a feature map of the layer `top`, by the cpu backend's own differentiation; per input. */
export async function autograd(
  model: tfl.LayersModel,
  images: readonly tf.Tensor[],
  featureMap: number,
): Promise<number[][]> {
  const { channelAxis } = new Deconvnet(model).engine.network.nodes.find(({ name }) => name === 'top')!;
  const half = (...xs: tf.Tensor[]): tf.Tensor => {
    const inputs = xs.map((x) => tf.expandDims(x, 0));
    const y = model.apply(inputs.length === 1 ? inputs[0]! : inputs, { training: false }) as tf.Tensor;
    return tf.mul(0.5, tf.sum(tf.square(tf.gather(y, [featureMap], channelAxis))));
  };
  return Promise.all(
    tf
      .grads(half)([...images])
      .map(async (grad) => Array.from(await grad.data())),
  );
}

/** The same model, in which no gradient goes through the gates. */
export function stopped(model: tfl.LayersModel, gates: GatedNetwork['gates']): tfl.LayersModel {
  const { nodes } = new Deconvnet(model).engine.network;
  const stop = tf.customGrad((x) => ({ value: tf.clone(x as tf.Tensor), gradFunc: (dy) => tf.zerosLike(dy) }));
  for (const node of nodes.filter(({ name }) => (gates[name]?.length ?? 0) > 0)) {
    const call = node.layer.call.bind(node.layer);
    node.layer.call = (inputs, kwargs) =>
      call(
        [inputs].flat().map((x, i) => (gates[node.name]!.includes(nodes[node.inputs[i]!]!.name) ? stop(x) : x)),
        kwargs,
      );
  }
  return model;
}

/** The values at each input of the model; undefined where no signal comes. The projection is disposed. */
export async function valuesOf(projection: Projection, model: tfl.LayersModel): Promise<(number[] | undefined)[]> {
  const all = await Promise.all(
    model.inputNames.map(async (name) => {
      const pixels = projection.inputs[name]?.pixels;
      return pixels && Array.from(await pixels.data());
    }),
  );
  projection.dispose();
  return all;
}
