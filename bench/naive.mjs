import * as tf from '@tensorflow/tfjs-core';

/** ReLU with the deconvnet's backward pass. */
const relu = tf.customGrad((x) => ({ value: tf.relu(x), gradFunc: (dy) => tf.relu(dy) }));

/**
 * The naive way to a deconvnet: the gradient of a model of Conv2D (with ReLU) and MaxPooling2D layers, on the whole
 * picture, with ReLU's gradient replaced. Ties in pools come out wrong on wasm.
 *
 * @returns the projection of a feature map's strongest activation, `[1, ...input]`
 */
export function naiveProjection(model, image, { layer, featureMap }) {
  const last = model.layers.findIndex(({ name }) => name === layer);
  const up = (x) =>
    model.layers.slice(0, last + 1).reduce((below, one) => {
      if (one.getClassName() === 'MaxPooling2D') return tf.maxPool(below, one.poolSize, one.strides, one.padding);
      const [kernel, bias] = one.getWeights();
      return relu(tf.add(tf.conv2d(below, kernel, one.strides, one.padding), bias));
    }, x);
  const energy = (x) => {
    const map = tf.gather(up(x), [featureMap], 3);
    return tf.mul(0.5, tf.square(tf.max(map)));
  };
  return tf.tidy(() => tf.grad(energy)(image));
}
