// A layer of your own needs a mirror of your own. The networks of the paper have local response normalisation, which
// the deconvnet leaves out on its way down: the mirror is the identity. Run it from the project:
// node examples/custom-mirror.mjs
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { useBackend } from 'deconvnet/node';

class LocalResponseNormalization extends tfl.layers.Layer {
  static className = 'LocalResponseNormalization';

  call(inputs) {
    const [x] = Array.isArray(inputs) ? inputs : [inputs];
    return tf.localResponseNormalization(x, 2, 2, 1e-4, 0.75);
  }
}
tf.serialization.registerClass(LocalResponseNormalization);

await useBackend('wasm');
const model = tfl.sequential({
  layers: [
    tfl.layers.conv2d({
      inputShape: [32, 32, 3],
      filters: 16,
      kernelSize: 7,
      strides: 2,
      activation: 'relu',
      name: 'conv1',
    }),
    new LocalResponseNormalization({ name: 'norm1' }),
    tfl.layers.maxPooling2d({ poolSize: 3, strides: 2, name: 'pool1' }),
    tfl.layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu', name: 'conv2' }),
  ],
});

const deconvnet = new Deconvnet(model, {
  mirrors: {
    LocalResponseNormalization: () => ({
      kind: 'identity',
      window: 'pointwise', // It looks along the channels only: one pixel below each.
      sign: 'as-input', // Normalising keeps signs.
      down: (signal) => signal,
    }),
  },
});
console.table(deconvnet.layers.map(({ name, className, mirror }) => ({ name, className, mirror })));

const image = tf.randomUniform([32, 32, 3]);
const [strongest] = await deconvnet.strongest(image, { layer: 'conv2' });
const projection = await deconvnet.project(image, strongest);
console.log(`feature map ${projection.featureMap} at ${projection.position} sees`, projection.receptiveField);
projection.dispose();
deconvnet.dispose();
