import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import {
  between,
  type CasesByClass,
  DATA_FORMATS,
  type Drawn,
  onShape,
  pictureOf,
  shapeOf,
  useCases,
} from './use-cases.js';

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
      // With the channels first tfjs convolves not at all on wasm, and on graphics cards not where a convolution is a
      // product of matrices: windows of one cell, or of the whole picture.
      ...(options.dataFormat === 'channelsFirst'
        ? { throwsOn: ['wasm', 'webgl', 'webgpu'] }
        : // Nor does it reverse a tensor of rank 5 there.
          options.goBackwards && { throwsOn: ['webgl', 'webgpu'] }),
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

/** Layers that run along time. */
export const RECURRENT_CASES: CasesByClass = {
  SimpleRNN: useCases((options) => layers.simpleRNN({ ...start, ...options }), onShape(recurrent, steps), false),
  GRU: useCases((options) => layers.gru({ ...start, ...options }), onShape(gated, steps), false),
  LSTM: useCases((options) => layers.lstm({ ...start, ...options }), onShape(gated, steps), false),
  RNN: useCases(
    ({ cells, ...options }) => {
      const made = cells.map(({ kind, units }) => CELLS[kind](units));
      return layers.rnn({ ...options, cell: (made.length === 1 ? made[0] : made) as never });
    },
    onShape(stacks, steps),
    false,
  ),
  ConvLSTM2D: useCases((options) => layers.convLstm2d({ ...start, ...options }), convolutional, false),
  Bidirectional: useCases(
    ({ kind, mergeMode, ...options }) => layers.bidirectional({ layer: WRAPPED[kind](options) as never, mergeMode }),
    onShape(bidirectional, steps),
    false,
  ),
  TimeDistributed: useCases(
    (options) =>
      layers.timeDistributed({
        layer: 'dense' in options ? layers.dense(options.dense) : layers.conv2d(options.conv2d),
      }),
    timeless,
  ),
};
