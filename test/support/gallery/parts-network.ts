import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from '../../../src/deconvnet.js';
import { PatchMiner } from '../../../src/mine/patch-miner.js';

/** A miner that keeps no pixels, and the pictures that it has seen. */
export interface PartsNetwork {
  readonly miner: PatchMiner;
  readonly ids: readonly string[];
  /** Gives a picture again. */
  image(id: string): tf.Tensor;
  dispose(): void;
}

/**
 * Mines pictures with a small network. The lists have place for many more patches than there are pictures, so that few
 * feature maps fill a sheet. Two of its feature maps never fire, and one is constant. It is the same in every
 * process.
 */
export async function partsNetwork(pictures = 10): Promise<PartsNetwork> {
  const random = (seed: number) => tfl.initializers.randomNormal({ stddev: 0.4, seed });
  const conv = { filters: 8, kernelSize: 3, activation: 'relu', padding: 'same' } as const;
  const model = tfl.sequential({
    name: 'parts',
    layers: [
      tfl.layers.conv2d({ ...conv, name: 'conv1', inputShape: [16, 16, 3], kernelInitializer: random(1) }),
      tfl.layers.maxPooling2d({ poolSize: 2 }),
      tfl.layers.conv2d({ ...conv, name: 'conv2', kernelInitializer: random(2) }),
      tfl.layers.conv2d({ ...conv, name: 'conv3', kernelInitializer: random(3) }),
    ],
  });
  const conv2 = model.getLayer('conv2');
  const [kernel] = conv2.getWeights() as [tf.Tensor4D];
  // The first and the fourth feature map of conv2 see nothing; the sixth one is always 1.
  const sees = tf.tensor1d([0, 1, 1, 0, 1, 0, 1, 1]);
  const shifts = tf.tensor1d([-1, 0, 0, -1, 0, 1, 0, 0]);
  const changed = tf.mul(kernel, sees);
  conv2.setWeights([changed, shifts]);
  tf.dispose([sees, shifts, changed]);
  const deconvnet = new Deconvnet(model, { input: 'unit' });
  const miner = new PatchMiner(deconvnet, { layers: ['conv1', 'conv2', 'conv3'], k: 400, maxBytes: 0 });
  const images = tf.randomUniform([pictures, 16, 16, 3], 0, 1, 'float32', 7);
  const ids = Array.from({ length: pictures }, (_, i) => `picture ${String(i).padStart(3, '0')}`);
  await miner.add(
    images,
    ids,
    ids.map((_, i) => ['cat', 'dog', 'owl'][i % 3]),
  );
  return {
    ...{ miner, ids },
    image: (id) => tf.slice(images, [ids.indexOf(id), 0, 0, 0], [1, -1, -1, -1]),
    dispose() {
      images.dispose();
      deconvnet.dispose();
      model.dispose();
    },
  };
}
