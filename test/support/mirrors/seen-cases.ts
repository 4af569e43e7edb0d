import * as tfl from '@tensorflow/tfjs-layers';
import type { Layer } from '../../../src/network/layer-access.js';
import type { Standing } from '../project/what-is-seen.js';

const { layers } = tfl;
const PICTURE = [6, 5, 4];
const on = (make: () => unknown, ...inputShapes: number[][]): Standing => ({ make: make as () => Layer, inputShapes });
const onPicture = (make: () => unknown): Standing => on(make, PICTURE);
const under = (below: 'channelsFirst' | 'channelsLast', make: () => unknown): Standing => ({
  ...onPicture(make),
  below,
});

const merging = (make: () => unknown): Record<string, readonly Standing[]> => ({
  'its own cell': [on(make, PICTURE, PICTURE), on(make, PICTURE, [6, 5, 1])],
  'everything if an input is broadcast along a spatial axis': [
    on(make, PICTURE, [1, 1, 4]),
    on(make, [6, 1, 4], PICTURE),
    on(make, PICTURE, [4]),
  ],
});

/**
 * The classes for which it depends on the use what one output sees. For each class, and for each case in the words of
 * docs/layers.md, there are uses of which these words are true.
 */
export const SEEN_CASES: Readonly<Record<string, Readonly<Record<string, readonly Standing[]>>>> = {
  Dense: {
    'its own cell (in a vector, this is the whole vector)': [
      on(() => layers.dense({ units: 3 }), [5]),
      onPicture(() => layers.dense({ units: 3, activation: 'softmax' })),
    ],
    'everything if the channels come first': [under('channelsFirst', () => layers.dense({ units: 3 }))],
  },
  Activation: {
    'its own cell': [
      under('channelsFirst', () => layers.activation({ activation: 'relu' })),
      onPicture(() => layers.activation({ activation: 'softmax' })),
    ],
    'everything if a softmax runs along a spatial axis': [
      under('channelsFirst', () => layers.activation({ activation: 'softmax' })),
      under('channelsFirst', () => layers.activation({ activation: 'logSoftmax' as never })),
    ],
  },
  Softmax: {
    'its own cell': [
      onPicture(() => layers.softmax({ axis: -1 })),
      under('channelsFirst', () => layers.softmax({ axis: 1 })),
    ],
    'everything if its axis is spatial (in tfjs the default of `axis` is 1)': [
      onPicture(() => layers.softmax({})),
      onPicture(() => layers.softmax({ axis: 2 })),
      under('channelsFirst', () => layers.softmax({ axis: -1 })),
    ],
  },
  LayerNormalization: {
    'its own cell': [
      onPicture(() => layers.layerNormalization({})),
      under('channelsFirst', () => layers.layerNormalization({ axis: 1 })),
    ],
    'everything if it normalises along a spatial axis': [
      onPicture(() => layers.layerNormalization({ axis: [1, 2, 3] })),
      under('channelsFirst', () => layers.layerNormalization({})),
    ],
  },
  Rescaling: {
    'its own cell': [
      under('channelsFirst', () => layers.rescaling({ scale: 2 })),
      onPicture(() => layers.rescaling({ scale: [1, 2, 3, 4] as never })),
    ],
    'everything if the scales lie along a spatial axis': [
      under('channelsFirst', () => layers.rescaling({ scale: [1, 2, 3, 4] as never })),
    ],
  },
  Masking: {
    'its own cell': [on(() => layers.masking({}), [7, 3]), onPicture(() => layers.masking({ maskValue: 1 }))],
    'everything if the channels come first': [under('channelsFirst', () => layers.masking({}))],
  },
  Permute: {
    'its own cell': [
      under('channelsLast', () => layers.permute({ dims: [3, 1, 2] })),
      under('channelsFirst', () => layers.permute({ dims: [2, 3, 1] })),
      onPicture(() => layers.permute({ dims: [1, 2, 3] })),
    ],
    'everything if it does more than move the channels': [
      onPicture(() => layers.permute({ dims: [2, 1, 3] })),
      under('channelsFirst', () => layers.permute({ dims: [3, 2, 1] })),
      on(() => layers.permute({ dims: [2, 1] }), [7, 3]),
    ],
  },
  UpSampling2D: {
    'a transposed window': [
      onPicture(() => layers.upSampling2d({ size: [2, 40] })),
      onPicture(() => layers.upSampling2d({ size: [50, 2], interpolation: 'bilinear' })),
    ],
    'everything if it copies nearest neighbours by a factor of 41 or more': [
      onPicture(() => layers.upSampling2d({ size: [1, 41] })),
    ],
  },
  Concatenate: {
    'its own cell': [
      on(() => layers.concatenate(), PICTURE, [6, 5, 2]),
      { ...on(() => layers.concatenate({ axis: 1 }), PICTURE, [2, 5, 4]), below: 'channelsFirst' },
    ],
    'everything along a spatial axis': [
      on(() => layers.concatenate({ axis: 1 }), PICTURE, [2, 5, 4]),
      { ...on(() => layers.concatenate(), PICTURE, [6, 5, 2]), below: 'channelsFirst' },
    ],
  },
  Add: merging(() => layers.add()),
  Average: merging(() => layers.average()),
  Maximum: merging(() => layers.maximum()),
  Minimum: merging(() => layers.minimum()),
  Multiply: {
    'its own cell (a gate is read whole)': [
      on(() => layers.multiply(), PICTURE, PICTURE),
      on(() => layers.multiply(), PICTURE, [6, 5, 1]),
      on(() => layers.multiply(), PICTURE, [4]),
    ],
    'everything if an input that is not a gate is broadcast along a spatial axis': [
      on(() => layers.multiply(), PICTURE, [1, 1, 4]),
      on(() => layers.multiply(), [6, 1, 4], PICTURE),
    ],
  },
  TimeDistributed: {
    'what its inner layer sees at one time step': [
      on(() => layers.timeDistributed({ layer: layers.dense({ units: 2 }) }), [7, 3]),
      on(() => layers.timeDistributed({ layer: layers.conv2d({ filters: 2, kernelSize: 3 }) }), [3, ...PICTURE]),
      on(() => layers.timeDistributed({ layer: layers.flatten() }), [3, ...PICTURE]),
    ],
    'everything if the inner layer has its channels first': [
      on(
        () =>
          layers.timeDistributed({
            layer: layers.conv2d({ filters: 2, kernelSize: 3, dataFormat: 'channelsFirst' }),
          }),
        [3, ...PICTURE],
      ),
    ],
  },
};
