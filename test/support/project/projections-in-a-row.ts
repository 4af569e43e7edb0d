import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { fillWeights, noiseTensor } from './networks.js';

/** The memory that TensorFlow.js has allocated. */
export interface Held {
  readonly tensors: number;
  readonly buffers: number;
  readonly bytes: number;
  /** On graphics cards. */
  readonly bytesInGpu: number | undefined;
}

function held(): Held {
  const memory = tf.memory() as tf.MemoryInfo & { numBytesInGPU?: number };
  return {
    tensors: memory.numTensors,
    buffers: memory.numDataBuffers,
    bytes: memory.numBytes,
    bytesInGpu: memory.numBytesInGPU,
  };
}

/** Projects again and again with one Deconvnet; returns the memory in use after each of these numbers of projections. */
export async function projectInARow(counts: readonly number[]): Promise<Held[]> {
  const model = fillWeights(
    tfl.sequential({
      layers: [
        tfl.layers.conv2d({ inputShape: [6, 6, 1], filters: 2, kernelSize: 3, activation: 'relu', name: 'conv' }),
        tfl.layers.maxPooling2d({ poolSize: 2, name: 'pool' }),
      ],
    }),
    { positive: true },
  );
  const deconvnet = new Deconvnet(model);
  const image = noiseTensor([6, 6, 1], 5);
  const found: Held[] = [];
  for (let done = 1; done <= Math.max(...counts); done++) {
    const projection = await deconvnet.project(image, {
      layer: 'pool',
      featureMap: done % 2,
      position: done % 10 === 0 ? 'strongest' : [1, 0],
    });
    projection.dispose();
    if (counts.includes(done)) found.push(held());
  }
  tf.dispose(image);
  deconvnet.dispose();
  model.dispose();
  return found;
}
