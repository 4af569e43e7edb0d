import { filesOf, savedModel, smallModel } from './models/saved-model.js';

/**
 * A module for `--import`: it registers a layer class that TensorFlow.js does not have, and exports its mirror. It says
 * on stderr that it was imported, and in which thread.
 */
export const CUSTOM_LAYER: string = `import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

class Swish2 extends tfl.layers.Layer {
  static className = 'Swish2';

  call(inputs) {
    const [x] = [inputs].flat();
    return tf.mul(x, tf.sigmoid(tf.mul(x, 2)));
  }
}
tf.serialization.registerClass(Swish2);
writeSync(2, isMainThread ? 'imported in main\\n' : 'imported in a worker\\n');

export const mirrors = { Swish2: () => ({ window: 'pointwise', down: (signal) => tf.relu(signal) }) };
`;

/** The same for a module that has no TensorFlow.js of its own: it gets it as an argument. */
export const CUSTOM_SETUP: string = `export async function setup({ tf, tfl }) {
  class Swish2 extends tfl.layers.Layer {
    static className = 'Swish2';
    call(inputs) {
      const [x] = [inputs].flat();
      return tf.mul(x, tf.sigmoid(tf.mul(x, 2)));
    }
  }
  await Promise.resolve();
  tf.serialization.registerClass(Swish2);
}

export const mirrors = { Swish2: () => ({ window: 'pointwise', down: (signal) => signal }) };
`;

/** The files of a model with a layer of that class, after its second convolution. */
export async function customModel(): Promise<Record<string, Uint8Array | object>> {
  const saved = await savedModel(smallModel());
  saved.json.modelTopology.config.layers.splice(3, 0, {
    class_name: 'Swish2',
    config: { name: 'swish', trainable: true, dtype: 'float32' },
  });
  return filesOf(saved);
}
