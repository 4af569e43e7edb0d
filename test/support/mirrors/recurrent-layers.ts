import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { between, DATA_FORMATS, type Drawn, generate, onShape, pictureOf, shapeOf } from './drawn-cases.js';
import { except, type LayerClasses, layerCase } from './layer-case.js';

const { layers } = tfl;
// Of a single step tfjs has no gradient: what it takes apart it stacks again only where there are several.
const times = between(2, 4);
const steps = fc.tuple(times, between(1, 4)).map((shape): number[] => shape);
// The default of tfjs, an orthogonal matrix, needs operations that only the umbrella package registers.
const start = { recurrentInitializer: 'glorotNormal' as const };

const recurrences = {
  useBias: fc.boolean(),
  activation: fc.constantFrom('tanh' as const, 'relu' as const, 'sigmoid' as const),
  returnSequences: fc.boolean(),
  goBackwards: fc.boolean(),
};
const recurrent = fc.record({ units: between(1, 3), ...recurrences });
const gated = fc.record({
  units: between(1, 3),
  ...recurrences,
  recurrentActivation: fc.constantFrom('hardSigmoid' as const, 'sigmoid' as const),
  implementation: fc.constantFrom(1, 2),
});

const CELLS = {
  simpleRNN: (units: number) => layers.simpleRNNCell({ ...start, units }),
  gru: (units: number) => layers.gruCell({ ...start, units }),
  lstm: (units: number) => layers.lstmCell({ ...start, units }),
};
const WRAPPED = {
  simpleRNN: (options: object) => layers.simpleRNN({ ...start, ...options } as never),
  gru: (options: object) => layers.gru({ ...start, ...options } as never),
  lstm: (options: object) => layers.lstm({ ...start, ...options } as never),
};
const kind = fc.constantFrom('simpleRNN' as const, 'gru' as const, 'lstm' as const);

const stacks = fc.record({
  cells: fc.array(fc.record({ kind, units: between(1, 3) }), { minLength: 1, maxLength: 2 }),
  returnSequences: fc.boolean(),
  goBackwards: fc.boolean(),
});

const bidirectional = fc.record({
  kind,
  units: between(1, 3),
  returnSequences: fc.boolean(),
  mergeMode: fc.constantFrom('concat' as const, 'sum' as const, 'ave' as const, 'mul' as const),
});

const firstConvolutions = [
  ...except('tfjs has no convolution with the channels first', 'wasm'),
  ...except(
    'with the channels first, tfjs has no convolution that is a product of matrices: with windows of one cell or of the whole extent',
    ...(['webgl', 'webgpu'] as const),
  ),
];
const backwards = except('tfjs cannot reverse a tensor of rank 5', 'webgl', 'webgpu');

const convolutional = fc
  .record({
    options: fc.record({
      filters: between(1, 2),
      kernelSize: between(1, 3),
      padding: fc.constantFrom('same' as const, 'valid' as const),
      dataFormat: fc.constantFrom(...DATA_FORMATS),
      ...recurrences,
    }),
    times,
    more: fc.tuple(between(0, 2), between(0, 2)),
    maps: between(1, 2),
  })
  .map(({ options, times, more, maps }) => {
    const extent = more.map((cells) => cells + options.kernelSize);
    return {
      options,
      inputShapes: [[times, ...pictureOf(options.dataFormat, extent, maps)]],
      throwsOn: [
        ...(options.dataFormat === 'channelsFirst' ? firstConvolutions : []),
        ...(options.goBackwards ? backwards : []),
      ],
    };
  });

type Inner =
  | { readonly dense: Parameters<typeof layers.dense>[0] }
  | { readonly conv2d: Parameters<typeof layers.conv2d>[0] };

// The mirror of a layer outside a network fails on inner layers with a fused activation, or with the channels first:
// neither is drawn.
const timeless: fc.Arbitrary<Drawn<Inner>> = fc.oneof(
  fc
    .record({ units: between(1, 4), useBias: fc.boolean(), shape: shapeOf(2, 4, 1, 4) })
    .map(({ shape, ...dense }) => ({ options: { dense }, inputShapes: [shape] })),
  fc
    .record({
      filters: between(1, 3),
      useBias: fc.boolean(),
      kernelSize: between(1, 3),
      stride: between(1, 3),
      padding: fc.constantFrom('same' as const, 'valid' as const),
      shape: fc.tuple(between(1, 3), between(3, 5), between(3, 5), between(1, 3)),
    })
    .map(({ shape, stride, ...conv2d }) => ({
      // A stride wider than the window is wrong on wasm where padding is `same`.
      options: { conv2d: { ...conv2d, strides: Math.min(stride, conv2d.kernelSize) } },
      inputShapes: [[...shape]],
    })),
);

const STEPS = [[7, 3]];
const nonlinear = { linear: false };
const units = { ...start, units: 3 };

/** Layers that run along time. */
export const RECURRENT_LAYERS: LayerClasses = {
  TimeDistributed: {
    fixed: [
      layerCase(() => layers.timeDistributed({ layer: layers.dense({ units: 2 }) }), STEPS),
      layerCase(() => layers.timeDistributed({ layer: layers.conv2d({ filters: 2, kernelSize: 2 }) }), [[4, 5, 4, 2]]),
    ],
    generated: generate(
      (options) =>
        layers.timeDistributed({
          layer: 'dense' in options ? layers.dense(options.dense) : layers.conv2d(options.conv2d),
        }),
      timeless,
    ),
  },
  SimpleRNN: {
    fixed: [layerCase(() => layers.simpleRNN(units), STEPS, nonlinear)],
    generated: generate((options) => layers.simpleRNN({ ...start, ...options }), onShape(recurrent, steps), false),
  },
  GRU: {
    fixed: [layerCase(() => layers.gru(units), STEPS, nonlinear)],
    generated: generate((options) => layers.gru({ ...start, ...options }), onShape(gated, steps), false),
  },
  LSTM: {
    fixed: [layerCase(() => layers.lstm({ ...units, returnSequences: true }), STEPS, nonlinear)],
    generated: generate((options) => layers.lstm({ ...start, ...options }), onShape(gated, steps), false),
  },
  RNN: {
    fixed: [layerCase(() => layers.rnn({ cell: layers.gruCell(units) }), STEPS, nonlinear)],
    generated: generate(
      ({ cells, ...options }) => {
        const made = cells.map(({ kind, units }) => CELLS[kind](units));
        return layers.rnn({ ...options, cell: (made.length === 1 ? made[0] : made) as never });
      },
      onShape(stacks, steps),
      false,
    ),
  },
  ConvLSTM2D: {
    fixed: [layerCase(() => layers.convLstm2d({ ...start, filters: 2, kernelSize: 2 }), [[2, 4, 4, 2]], nonlinear)],
    generated: generate((options) => layers.convLstm2d({ ...start, ...options }), convolutional, false),
  },
  Bidirectional: {
    fixed: [layerCase(() => layers.bidirectional({ layer: layers.gru(units), mergeMode: 'concat' }), STEPS, nonlinear)],
    generated: generate(
      ({ kind, mergeMode, ...options }) => layers.bidirectional({ layer: WRAPPED[kind](options) as never, mergeMode }),
      onShape(bidirectional, steps),
      false,
    ),
  },
};
