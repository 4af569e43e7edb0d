import { allEntries, type ConfigEntry, isConfigEntry, isLayerClass, nameOf } from './config-entry.js';

/** A class of Keras and of TensorFlow Addons. */
const SPECTRAL = /^(Addons>)?SpectralNormalization$/;

/** The weights that such a wrapper has itself: the vector from which it finds the norm. Only training needs it. */
const VECTOR = /(^|\/)(vector_u|sn_u)(:0)?$/;

/**
 * The layer inside a SpectralNormalization, under the name of the wrapper; other layers as they are. In training the wrapper
 * divides the kernel by its norm and stores it, so that at inference the inner layer computes with what is stored.
 */
export function unwrapped(entry: ConfigEntry): ConfigEntry {
  const { class_name: className, config } = entry;
  const { layer } = config;
  if (!SPECTRAL.test(className) || isLayerClass(className) || !isConfigEntry(layer)) return entry;
  const { batch_input_shape: shape, batch_shape = shape } = config;
  const named = {
    ...layer.config,
    name: nameOf(entry),
    ...(batch_shape != null && { batch_input_shape: batch_shape }),
  };
  return { ...entry, class_name: layer.class_name, config: named };
}

/** Makes a function that tells whether a weight is one that only the training of such a wrapper in a topology needs. */
export function spectralStateOf(topology: ConfigEntry): (weight: string) => boolean {
  const hasWrapper = [...allEntries(topology)].some((entry) => unwrapped(entry) !== entry);
  return (weight) => hasWrapper && VECTOR.test(weight);
}
