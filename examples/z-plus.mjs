// Layer-wise relevance propagation by the z-plus rule (Montavon et al., Explaining nonlinear classification decisions
// with deep Taylor decomposition, Pattern Recognition 2017) as a filter mirror: what a unit is worth is shared out among
// its inputs by their positive contributions, so the sum stays the same down to the pixels.
// Run it from the project: node examples/z-plus.mjs
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { useBackend } from 'deconvnet/node';

await useBackend('wasm');
const conv = { filters: 16, kernelSize: 3, padding: 'same', activation: 'relu', useBias: false };
const model = tfl.sequential({
  layers: [
    tfl.layers.conv2d({ ...conv, inputShape: [32, 32, 3], name: 'conv1' }),
    tfl.layers.maxPooling2d({ poolSize: 2, name: 'pool1' }),
    tfl.layers.conv2d({ ...conv, strides: 2, name: 'conv2' }),
    tfl.layers.flatten({ name: 'flat' }),
    tfl.layers.dense({ units: 10, activation: 'relu', useBias: false, name: 'dense3' }),
  ],
});

/** The positive contributions to each unit, of a layer's inputs. */
function contributions(layer, x) {
  const weights = tf.relu(layer.getWeights()[0]);
  const { strides, padding } = layer.getConfig();
  return layer.getClassName() === 'Dense' ? tf.matMul(x, weights) : tf.conv2d(x, weights, strides, padding);
}

function zPlus(layer, { window, ...adjoint }) {
  return {
    ...adjoint, // Without a window, so that inputs and relevance always come whole.
    kind: 'z-plus',
    prepare: () => adjoint.prepare(layer).map((weights) => tf.relu(weights)),
    record: ({ inputs: [x] }) => [x, contributions(layer, x)],
    down(relevance, at) {
      const [x, z] = at.recorded;
      return tf.mul(x, adjoint.down(tf.divNoNan(relevance, z), at));
    },
  };
}

const deconvnet = new Deconvnet(model, { filter: zPlus, rectify: 'none' });
const image = tf.randomUniform([32, 32, 3], 0, 1, 'float32', 1);
for (const layer of ['conv1', 'pool1', 'conv2', 'dense3']) {
  const [strongest] = await deconvnet.strongest(image, { layer });
  const { pixels, activation } = await deconvnet.project(image, strongest);
  console.log(`${layer}: activation ${activation.toFixed(5)}, sum over the pixels`, await tf.sum(pixels).data());
}
