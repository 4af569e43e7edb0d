import fc from 'fast-check';
import { addedLayer } from './added-layer.js';
import { axisOf, decimal, generate, onShape, shapeOf } from './drawn-cases.js';
import { type LayerCase, type LayerClass, type LayerClasses, layerCase } from './layer-case.js';

const STEPS = [[7, 3]];
const IMAGE = [[6, 5, 4]];
const nonlinear = { linear: false };

/** A class with fixed options, each for an image, and options that are drawn for a shape. */
export function added<Options extends object>(
  className: string,
  fixed: readonly LayerCase[],
  drawn: fc.Arbitrary<number[]>,
  options: (shape: readonly number[]) => fc.Arbitrary<Options>,
  linear = true,
): LayerClass {
  return {
    fixed,
    generated: generate(
      (one) => addedLayer(className, one),
      drawn.chain((shape) => onShape(options(shape), fc.constant(shape))),
      linear,
    ),
  };
}

const several = (shape: readonly number[]): fc.Arbitrary<number[]> =>
  fc.subarray(
    shape.map((_, i) => i + 1),
    { minLength: 1 },
  );
const anyShape = shapeOf(1, 3);
const affine = { scale: fc.boolean(), center: fc.boolean() };

/** The layers that this library adds and that keep every value where it is. */
export const ADDED_VALUE_LAYERS: LayerClasses = {
  Normalization: added(
    'Normalization',
    [
      layerCase(() => addedLayer('Normalization'), IMAGE),
      layerCase(() => addedLayer('Normalization', { axis: [1, 3] }), IMAGE),
      layerCase(() => addedLayer('Normalization', { mean: 0.5, variance: 4, axis: [], invert: true }), STEPS),
    ],
    anyShape,
    (shape) => fc.record({ axis: fc.oneof(axisOf(shape), several(shape), fc.constant([])), invert: fc.boolean() }),
  ),
  KerasBatchNormalization: added(
    'KerasBatchNormalization',
    [
      layerCase(() => addedLayer('KerasBatchNormalization'), [[3, 4, 2, 5]]),
      layerCase(() => addedLayer('KerasBatchNormalization', { axis: 1, scale: false }), IMAGE),
    ],
    shapeOf(1, 4),
    (shape) => fc.record({ axis: axisOf(shape), epsilon: fc.constantFrom(1e-3, 0.1), ...affine }),
  ),
  GroupNormalization: added(
    'GroupNormalization',
    [
      layerCase(() => addedLayer('GroupNormalization', { groups: 2 }), IMAGE, nonlinear),
      layerCase(() => addedLayer('GroupNormalization', { groups: 3, axis: 1, scale: false }), IMAGE, nonlinear),
    ],
    shapeOf(1, 3, 2),
    (shape) =>
      axisOf(shape).chain((axis) => {
        const size = axis === -1 ? shape.at(-1)! : shape[axis - 1]!;
        const divisors = Array.from({ length: size }, (_, i) => i + 1).filter((count) => size % count === 0);
        // Over a single value the variance is 0, and the derivative is nothing but rounding.
        const counts = shape.length > 1 ? divisors : divisors.filter((count) => count < size);
        const epsilon = fc.constantFrom(1e-3, 0.1);
        return fc.record({ axis: fc.constant(axis), groups: fc.constantFrom(...counts), epsilon, ...affine });
      }),
    false,
  ),
  UnitNormalization: added(
    'UnitNormalization',
    [
      layerCase(() => addedLayer('UnitNormalization'), IMAGE, nonlinear),
      layerCase(() => addedLayer('UnitNormalization', { axis: [1, 2] }), IMAGE, nonlinear),
    ],
    shapeOf(1, 3, 2),
    (shape) => fc.record({ axis: fc.oneof(axisOf(shape), several(shape)) }),
    false,
  ),
  RMSNormalization: added(
    'RMSNormalization',
    [layerCase(() => addedLayer('RMSNormalization'), IMAGE, nonlinear)],
    shapeOf(1, 3, 2),
    () => fc.record({ epsilon: fc.constantFrom(1e-6, 0.1) }),
    false,
  ),
  KerasReLU: added(
    'KerasReLU',
    [
      layerCase(() => addedLayer('KerasReLU', { maxValue: 1, negativeSlope: 0.1, threshold: 0.2 }), IMAGE, nonlinear),
      layerCase(() => addedLayer('KerasReLU', { negativeSlope: 0.2, threshold: 0.5 }), IMAGE, nonlinear),
      layerCase(() => addedLayer('KerasReLU', { maxValue: 1, threshold: 0.5 }), IMAGE, nonlinear),
    ],
    anyShape,
    () =>
      fc.record(
        { maxValue: decimal(0.1, 2), negativeSlope: decimal(0, 1), threshold: decimal(0, 1) },
        { requiredKeys: [] },
      ),
    false,
  ),
  KerasPReLU: added(
    'KerasPReLU',
    [
      layerCase(() => addedLayer('KerasPReLU', { sharedAxes: [2, 3] }), IMAGE, nonlinear),
      layerCase(() => addedLayer('KerasPReLU', { sharedAxes: [2] }), STEPS, nonlinear),
    ],
    anyShape,
    (shape) => fc.record({ sharedAxes: several(shape) }),
    false,
  ),
  KerasELU: added(
    'KerasELU',
    [layerCase(() => addedLayer('KerasELU', { alpha: 0.5 }), IMAGE, nonlinear)],
    anyShape,
    () => fc.record({ alpha: decimal(0.1, 2) }),
    false,
  ),
  KerasSoftmax: added(
    'KerasSoftmax',
    [
      layerCase(() => addedLayer('KerasSoftmax', { axis: [1, 2] }), IMAGE, nonlinear),
      layerCase(() => addedLayer('KerasSoftmax', { axis: -2 }), STEPS, nonlinear),
      layerCase(() => addedLayer('KerasSoftmax', { logarithm: true }), STEPS, nonlinear),
    ],
    anyShape,
    (shape) => fc.record({ axis: fc.oneof(axisOf(shape), several(shape)), logarithm: fc.boolean() }),
    false,
  ),
  LayerScale: added('LayerScale', [layerCase(() => addedLayer('LayerScale'), IMAGE)], anyShape, () => fc.constant({})),
  CustomScaleLayer: {
    fixed: [layerCase(() => addedLayer('CustomScaleLayer', { scale: 0.3 }), [...IMAGE, ...IMAGE])],
    generated: generate(
      (options) => addedLayer('CustomScaleLayer', options),
      fc.record({ scale: decimal(-2, 2), shape: anyShape }).map(({ scale, shape }) => ({
        options: { scale },
        inputShapes: [shape, shape],
      })),
    ),
  },
};
