import { axes, axis, type Form, type Forms, flag, notNegative, number, required } from './option-form.js';

/** A number, or nested lists of numbers. */
const values: Form = {
  expected: 'a number or a list of them',
  read: (value) => ([value].flat(Number.POSITIVE_INFINITY).every((one) => typeof one === 'number') ? value : undefined),
};
/** How many groups there are: -1 stands for one for each feature map. */
const groups: Form = {
  expected: 'a whole number above 0, or -1',
  read: (value) => (Number.isInteger(value) && (value === -1 || (value as number) > 0) ? value : undefined),
};

/** For each class that this library adds to tfjs-layers, the options that the layer computes with. */
export const ADDED_FORMS: Readonly<Record<string, Forms>> = {
  CustomScaleLayer: { scale: required(number) },
  GroupNormalization: { groups, axis, epsilon: number, center: flag, scale: flag },
  Normalization: { axis: axes, mean: values, variance: values, invert: flag },
  RMSNormalization: { axis: axes, epsilon: number },
  UnitNormalization: { axis: axes },
  KerasELU: { alpha: number },
  KerasReLU: { max_value: notNegative, negative_slope: notNegative, threshold: notNegative },
  LayerScale: { init_values: number },
};
