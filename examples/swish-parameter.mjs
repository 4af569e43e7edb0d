// A nonlinearity with a trained parameter, swish(x) = x * sigmoid(b * x), as a layer of your own with its mirror: by
// the rule of guided backpropagation, the derivative at the recorded input times the positive signal. With b = 1 it is
// the swish that the library knows. Run it from the project: node examples/swish-parameter.mjs
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { useBackend } from 'deconvnet/node';

class Swish extends tfl.layers.Layer {
  static className = 'Swish';
  build([, ...shape]) {
    this.b = this.addWeight('b', [shape.at(-1)], 'float32', tfl.initializers.ones()); // One a feature map.
  }
  call(inputs) {
    const [x] = Array.isArray(inputs) ? inputs : [inputs];
    return tf.mul(x, tf.sigmoid(tf.mul(this.b.read(), x)));
  }
}
tf.serialization.registerClass(Swish);

const swishMirror = () => ({
  kind: 'rectify (swish)',
  window: 'pointwise',
  prepare: (layer) => layer.getWeights(), // Made anew when training has changed b.
  record: ({ inputs }) => inputs,
  down(signal, { recorded: [x], prepared: [b] }) {
    const gate = tf.sigmoid(tf.mul(b, x));
    const slope = tf.mul(gate, tf.add(1, tf.mul(tf.mul(b, x), tf.sub(1, gate))));
    return tf.mul(slope, tf.relu(signal));
  },
});

await useBackend('wasm');
const conv1 = tfl.layers.conv2d({ inputShape: [16, 16, 3], filters: 8, kernelSize: 3, name: 'conv1' });
const swish = new Swish({ name: 'swish1' });
const model = tfl.sequential({
  layers: [conv1, swish, tfl.layers.conv2d({ filters: 4, kernelSize: 3, name: 'conv2' })],
});
const deconvnet = new Deconvnet(model, { rule: 'guided', mirrors: { Swish: swishMirror } });
const image = tf.randomUniform([16, 16, 3]);
for (const b of [1, 0.5, 3]) {
  swish.setWeights([tf.fill([8], b)]); // As training would.
  const { pixels, activation } = await deconvnet.project(image, {
    layer: 'conv2',
    featureMap: 0,
    position: 'strongest',
  });
  console.log(`b = ${b}: activation ${activation.toFixed(4)}, largest pixel`, await tf.max(tf.abs(pixels)).data());
}
