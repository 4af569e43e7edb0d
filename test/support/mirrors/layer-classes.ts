import type { LayerClasses } from './layer-case.js';
import { MERGE_LAYERS } from './merge-layers.js';
import { RECURRENT_LAYERS } from './recurrent-layers.js';
import { SHAPE_LAYERS } from './shape-layers.js';
import { VALUE_LAYERS } from './value-layers.js';
import { WINDOWED_LAYERS } from './windowed-layers.js';

/** Every layer class that tfjs-layers 4.22 registers and that has pixels below it, in several of its options. */
export const LAYER_CLASSES: LayerClasses = {
  ...WINDOWED_LAYERS,
  ...VALUE_LAYERS,
  ...SHAPE_LAYERS,
  ...MERGE_LAYERS,
  ...RECURRENT_LAYERS,
};

/** Classes whose layers cannot have a mirror, or need none. */
export const WITHOUT_MIRROR: Readonly<Record<string, string>> = {
  InputLayer: 'where the way down ends',
  Model: 'flattened into the layers it is made of',
  Functional: 'flattened into the layers it is made of',
  Sequential: 'flattened into the layers it is made of',
  Embedding: 'no pixels below it',
  CategoryEncoding: 'no pixels below it',
  RandomWidth: 'random at inference',
  SimpleRNNCell: 'runs inside a recurrent layer',
  GRUCell: 'runs inside a recurrent layer',
  LSTMCell: 'runs inside a recurrent layer',
  ConvLSTM2DCell: 'runs inside a recurrent layer',
  StackedRNNCells: 'runs inside a recurrent layer',
};
