import * as tfl from '@tensorflow/tfjs-layers';

/** What a layer gives. */
export type Tensor = tfl.SymbolicTensor;
/** One layer, or several. */
export type Step = (x: Tensor) => Tensor;

export const layers: typeof tfl.layers = tfl.layers;

/** Fewer filters than published: the structure is what counts, and real weights would take a gigabyte. */
export const NARROW = 8;
/** A picture of this size is large enough for five halvings. */
const SIZE = 64;

export const apply = (layer: tfl.layers.Layer, ...from: Tensor[]): Tensor =>
  layer.apply(from.length === 1 ? from[0]! : from) as Tensor;

interface ConvOptions {
  readonly size?: number;
  readonly stride?: number;
  readonly padding?: 'same' | 'valid';
  readonly activation?: 'swish' | 'sigmoid';
}

export const conv = (
  name: string,
  filters: number,
  { size = 1, stride = 1, padding = 'valid', activation }: ConvOptions = {},
): Step => {
  const options = { filters: Math.ceil(filters / NARROW), kernelSize: size, strides: stride, padding, name };
  return (x) =>
    apply(
      layers.conv2d({
        ...options,
        kernelInitializer: 'zeros',
        ...(activation && { activation: activation as 'relu' }),
      }),
      x,
    );
};
export const depthwise =
  (name: string, size: number, stride: number): Step =>
  (x) => {
    const padding = stride === 1 ? 'same' : 'valid';
    return apply(
      layers.depthwiseConv2d({ kernelSize: size, strides: stride, padding, name, depthwiseInitializer: 'zeros' }),
      x,
    );
  };
export const bn =
  (name: string): Step =>
  (x) =>
    apply(layers.batchNormalization({ name }), x);
export const relu =
  (name: string): Step =>
  (x) =>
    apply(layers.activation({ activation: 'relu', name }), x);
export const relu6 =
  (name: string): Step =>
  (x) =>
    apply(layers.reLU({ maxValue: 6, name }), x);
export const swish =
  (name: string): Step =>
  (x) =>
    apply(layers.activation({ activation: 'swish' as 'relu', name }), x);
export const pad =
  (cells: number, name?: string): Step =>
  (x) =>
    apply(layers.zeroPadding2d({ padding: cells, ...(name && { name }) }), x);
export const maxPool =
  (poolSize: number, strides: number): Step =>
  (x) =>
    apply(layers.maxPooling2d({ poolSize, strides }), x);
export const chain = (x: Tensor, ...steps: Step[]): Tensor => steps.reduce((below, step) => step(below), x);
export const add = (name: string, ...from: Tensor[]): Tensor => apply(layers.add({ name }), ...from);

/** A classifier on top of what is built. */
export function model(build: Step): tfl.LayersModel {
  const input = tfl.input({ shape: [SIZE, SIZE, 3] });
  const top = chain(build(input), (x) => apply(layers.globalAveragePooling2d({ name: 'avg_pool' }), x));
  const outputs = apply(layers.dense({ units: 10, activation: 'softmax', name: 'predictions' }), top);
  return tfl.model({ inputs: input, outputs });
}
