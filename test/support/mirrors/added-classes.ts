import { ADDED_IMAGE_LAYERS } from './added-image-layers.js';
import { ADDED_OPERATIONS } from './added-operations.js';
import { ADDED_RECURRENT_LAYERS } from './added-recurrent-layers.js';
import { ADDED_VALUE_LAYERS } from './added-value-layers.js';
import { ADDED_WINDOWED_LAYERS } from './added-windowed-layers.js';
import type { LayerClasses } from './layer-case.js';

/** Every class that this library adds to tfjs-layers, in several of its options. */
export const ADDED_CLASSES: LayerClasses = {
  ...ADDED_OPERATIONS,
  ...ADDED_IMAGE_LAYERS,
  ...ADDED_RECURRENT_LAYERS,
  ...ADDED_VALUE_LAYERS,
  ...ADDED_WINDOWED_LAYERS,
};
