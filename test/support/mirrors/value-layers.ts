import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { ACTIVATIONS, axisOf, between, decimal, generate, onShape, shapeOf } from './drawn-cases.js';
import { except, type LayerClasses, layerCase } from './layer-case.js';

const { layers } = tfl;
const anyShape = shapeOf(1, 3);
const steps = shapeOf(2, 2);
// tfjs types list fewer names than it registers; `never` fits them all.
const activation = fc.constantFrom(...ACTIVATIONS).map((name) => name as never);
// Half of them linear, so that the adjoint is checked too.
const fusedActivation = fc.oneof(fc.constant('linear' as never), activation);
const isLinear = ({ activation }: { readonly activation: string }): boolean => activation === 'linear';
const rate = fc.record({ rate: decimal(0, 0.95) });

const alongAnotherAxis = {
  wrongOn: except(
    'along another axis than the last, tfjs reads the statistics as if they lay along the last',
    ...(['cpu', 'wasm'] as const),
  ),
};
const batchNormalizations = shapeOf(1, 3).chain((shape) =>
  fc
    .record({
      axis: axisOf(shape),
      scale: fc.boolean(),
      center: fc.boolean(),
      epsilon: fc.constantFrom(1e-3, 0.1),
    })
    .map((options) => ({
      options,
      inputShapes: [shape],
      ...(options.axis > 0 && options.axis < shape.length && alongAnotherAxis),
    })),
);

// Over a single value the variance is 0, and the derivative is nothing but rounding.
const layerNormalizations = shapeOf(1, 3, 2).chain((shape) =>
  onShape(
    fc.record({
      axis: fc.oneof(
        axisOf(shape),
        fc.subarray(
          shape.map((_, i) => i + 1),
          { minLength: 1 },
        ),
      ),
      scale: fc.boolean(),
      center: fc.boolean(),
      epsilon: fc.constantFrom(1e-3, 0.1),
    }),
    fc.constant(shape),
  ),
);

const parametricRelus = anyShape.chain((shape) =>
  onShape(fc.record({ sharedAxes: fc.subarray(shape.map((_, i) => i + 1)) }), fc.constant(shape)),
);

const rescalings = anyShape.chain((shape) => {
  const perChannel = fc.array(decimal(-2, 2), { minLength: shape.at(-1)!, maxLength: shape.at(-1)! });
  // tfjs multiplies by what it is given: Keras has a number for each channel too, the types of tfjs do not.
  const factor = fc.oneof(decimal(-2, 2), perChannel).map((value) => value as number);
  return onShape(fc.record({ scale: factor, offset: factor }), fc.constant(shape));
});

// Along one axis tfjs runs softmax where it is the last; along several, wherever they are.
const softmaxes = anyShape.chain((shape) => {
  const one = fc.constantFrom(-1, shape.length);
  const several = fc.subarray(
    shape.map((_, i) => i + 1),
    { minLength: Math.min(2, shape.length) },
  );
  const axis = shape.length > 1 ? fc.oneof(one, several) : one;
  // The types of tfjs know a single axis.
  return onShape(fc.record({ axis: axis.map((given) => given as number) }), fc.constant(shape));
});

const STEPS = [[7, 3]];
const IMAGE = [[6, 5, 4]];
const nonlinear = { linear: false };

/** Layers that keep every value where it is, and Dense. */
export const VALUE_LAYERS: LayerClasses = {
  Dense: {
    fixed: [
      layerCase(() => layers.dense({ units: 3, biasInitializer: 'ones' }), [[5]]),
      layerCase(() => layers.dense({ units: 3 }), IMAGE),
    ],
    generated: generate(
      (options) => layers.dense(options),
      onShape(fc.record({ units: between(1, 4), useBias: fc.boolean(), activation: fusedActivation }), anyShape),
      isLinear,
    ),
  },
  Activation: {
    fixed: ['relu', 'swish', 'tanh', 'softmax'].map((activation) =>
      layerCase(() => layers.activation({ activation: activation as 'relu' }), IMAGE, nonlinear),
    ),
    generated: generate(
      (options) => layers.activation(options),
      onShape(fc.record({ activation }), anyShape),
      isLinear,
    ),
  },
  ReLU: {
    fixed: [layerCase(() => layers.reLU({ maxValue: 1 }), IMAGE, nonlinear)],
    generated: generate(
      (options) => layers.reLU(options),
      onShape(fc.record({ maxValue: decimal(0.1, 6) }, { requiredKeys: [] }), anyShape),
      false,
    ),
  },
  LeakyReLU: {
    fixed: [layerCase(() => layers.leakyReLU({ alpha: 0.2 }), IMAGE, nonlinear)],
    generated: generate(
      (options) => layers.leakyReLU(options),
      onShape(fc.record({ alpha: decimal(-1, 1) }), anyShape),
      false,
    ),
  },
  PReLU: {
    fixed: [
      layerCase(() => layers.prelu({ alphaInitializer: 'ones' }), IMAGE, nonlinear),
      layerCase(() => layers.prelu({ alphaInitializer: 'ones', sharedAxes: [1, 2] }), IMAGE, nonlinear),
    ],
    generated: generate((options) => layers.prelu(options), parametricRelus, false),
  },
  ELU: {
    fixed: [layerCase(() => layers.elu(), IMAGE, nonlinear)],
    // tfjs takes no alpha but 1.
    generated: generate((options) => layers.elu(options), onShape(fc.constant({}), anyShape), false),
  },
  ThresholdedReLU: {
    fixed: [layerCase(() => layers.thresholdedReLU({ theta: 0.3 }), IMAGE, nonlinear)],
    generated: generate(
      (options) => layers.thresholdedReLU(options),
      onShape(fc.record({ theta: decimal(-1, 2) }), anyShape),
      false,
    ),
  },
  Softmax: {
    fixed: [layerCase(() => layers.softmax({ axis: -1 }), IMAGE, nonlinear)],
    generated: generate((options) => layers.softmax(options), softmaxes, false),
  },
  BatchNormalization: {
    fixed: [
      layerCase(() => layers.batchNormalization({ gammaInitializer: 'randomNormal', betaInitializer: 'ones' }), IMAGE),
      layerCase(() => layers.batchNormalization({ axis: 1, scale: false }), IMAGE, alongAnotherAxis),
    ],
    generated: generate((options) => layers.batchNormalization(options), batchNormalizations),
  },
  LayerNormalization: {
    fixed: [layerCase(() => layers.layerNormalization({ axis: -1 }), IMAGE, nonlinear)],
    generated: generate((options) => layers.layerNormalization(options), layerNormalizations, false),
  },
  Rescaling: {
    fixed: [layerCase(() => layers.rescaling({ scale: 0.25, offset: 3 }), IMAGE)],
    generated: generate((options) => layers.rescaling(options), rescalings),
  },
  Masking: {
    fixed: [layerCase(() => layers.masking({ maskValue: 0 }), STEPS)],
    generated: generate((options) => layers.masking(options), onShape(fc.record({ maskValue: between(-1, 1) }), steps)),
  },
  Dropout: {
    fixed: [layerCase(() => layers.dropout({ rate: 0.5 }), IMAGE)],
    generated: generate((options) => layers.dropout(options), onShape(rate, anyShape)),
  },
  SpatialDropout1D: {
    fixed: [layerCase(() => layers.spatialDropout1d({ rate: 0.5 }), STEPS)],
    generated: generate((options) => layers.spatialDropout1d(options), onShape(rate, steps)),
  },
  GaussianNoise: {
    fixed: [layerCase(() => layers.gaussianNoise({ stddev: 1 }), IMAGE)],
    generated: generate(
      (options) => layers.gaussianNoise(options),
      onShape(fc.record({ stddev: decimal(0, 3) }), anyShape),
    ),
  },
  GaussianDropout: {
    fixed: [layerCase(() => layers.gaussianDropout({ rate: 0.5 }), IMAGE)],
    generated: generate((options) => layers.gaussianDropout(options), onShape(rate, anyShape)),
  },
  AlphaDropout: {
    fixed: [layerCase(() => layers.alphaDropout({ rate: 0.5 }), IMAGE)],
    generated: generate((options) => layers.alphaDropout(options), onShape(rate, anyShape)),
  },
};
