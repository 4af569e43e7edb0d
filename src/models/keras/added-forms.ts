import { type Forms, number, required } from './option-form.js';

/** For each class that this library adds to tfjs-layers, the options that the layer computes with. */
export const ADDED_FORMS: Readonly<Record<string, Forms>> = {
  CustomScaleLayer: { scale: required(number) },
  LayerScale: { init_values: number },
};
