import * as tfl from '@tensorflow/tfjs-layers';

/** What of an application of Keras its format is known by. */
export interface Parts {
  /** The layer that reads the pictures, and a layer that only this family has. */
  readonly layers: readonly [string, string];
  readonly shape?: readonly number[];
  /** Layers before the first one, and behind the last one. */
  readonly before?: readonly tfl.layers.Layer[];
  readonly behind?: readonly tfl.layers.Layer[];
}

export const VGG16: Parts = { layers: ['block1_conv1', 'block5_conv3'] };

const conv = (name: string): tfl.layers.Layer => tfl.layers.conv2d({ name, filters: 2, kernelSize: 1 });

/** The classifier of an application. */
export const top = (name = 'predictions'): tfl.layers.Layer[] => [
  tfl.layers.globalAveragePooling2d({}),
  tfl.layers.dense({ name, units: 2 }),
];

/** A small functional model with the name of a model of Keras and with some of its layers. */
export function application(name: string, parts: Parts = VGG16): tfl.LayersModel {
  const { layers, shape = [4, 4, 3], before = [], behind = top() } = parts;
  const input = tfl.input({ shape: [...shape] });
  const chain = [...before, ...layers.map(conv), ...behind];
  const outputs = chain.reduce((below, layer) => layer.apply(below) as tfl.SymbolicTensor, input);
  return tfl.model({ inputs: input, outputs, name });
}
