import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { ACTIVATIONS, axisOf, between, type CasesByClass, decimal, onShape, shapeOf, useCases } from './use-cases.js';

const { layers } = tfl;
const anyShape = shapeOf(1, 3);
const steps = shapeOf(2, 2);
// tfjs types list fewer names than it registers; `never` fits them all.
const activation = fc.constantFrom(...ACTIVATIONS).map((name) => name as never);
// Half of them linear, so that the adjoint is checked too.
const fusedActivation = fc.oneof(fc.constant('linear' as never), activation);
const isLinear = ({ activation }: { readonly activation: string }): boolean => activation === 'linear';
const rate = fc.record({ rate: decimal(0, 0.95) });

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
      // Along another axis than the last tfjs reads the statistics along the last one all the same.
      ...(options.axis > 0 && options.axis < shape.length && { wrongOn: ['cpu', 'wasm'] }),
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

/** Layers that keep every value where it is, and Dense. */
export const VALUE_CASES: CasesByClass = {
  Dense: useCases(
    (options) => layers.dense(options),
    onShape(fc.record({ units: between(1, 4), useBias: fc.boolean(), activation: fusedActivation }), anyShape),
    isLinear,
  ),
  Activation: useCases((options) => layers.activation(options), onShape(fc.record({ activation }), anyShape), isLinear),
  ReLU: useCases(
    (options) => layers.reLU(options),
    onShape(fc.record({ maxValue: decimal(0.1, 6) }, { requiredKeys: [] }), anyShape),
    false,
  ),
  LeakyReLU: useCases(
    (options) => layers.leakyReLU(options),
    onShape(fc.record({ alpha: decimal(-1, 1) }), anyShape),
    false,
  ),
  PReLU: useCases((options) => layers.prelu(options), parametricRelus, false),
  // tfjs takes no alpha but 1.
  ELU: useCases((options) => layers.elu(options), onShape(fc.constant({}), anyShape), false),
  ThresholdedReLU: useCases(
    (options) => layers.thresholdedReLU(options),
    onShape(fc.record({ theta: decimal(-1, 2) }), anyShape),
    false,
  ),
  Softmax: useCases((options) => layers.softmax(options), softmaxes, false),
  BatchNormalization: useCases((options) => layers.batchNormalization(options), batchNormalizations),
  LayerNormalization: useCases((options) => layers.layerNormalization(options), layerNormalizations, false),
  Rescaling: useCases((options) => layers.rescaling(options), rescalings),
  Masking: useCases((options) => layers.masking(options), onShape(fc.record({ maskValue: between(-1, 1) }), steps)),
  Dropout: useCases((options) => layers.dropout(options), onShape(rate, anyShape)),
  SpatialDropout1D: useCases((options) => layers.spatialDropout1d(options), onShape(rate, steps)),
  GaussianNoise: useCases(
    (options) => layers.gaussianNoise(options),
    onShape(fc.record({ stddev: decimal(0, 3) }), anyShape),
  ),
  GaussianDropout: useCases((options) => layers.gaussianDropout(options), onShape(rate, anyShape)),
  AlphaDropout: useCases((options) => layers.alphaDropout(options), onShape(rate, anyShape)),
};
