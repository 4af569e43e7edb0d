import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from 'deconvnet';
import { registerAdded } from '../../../src/models/layers/added-layers.js';

/** A layer of a class that this library adds to tfjs-layers. The class is registered. */
export function addedLayer(className: string, options: object = {}): Layer {
  registerAdded(className);
  const [made, fromConfig] = tf.serialization.SerializationMap.getMap().classNameMap[className]!;
  return fromConfig(made, options as tf.serialization.ConfigDict) as Layer;
}
