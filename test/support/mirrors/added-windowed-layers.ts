import fc from 'fast-check';
import { addedLayer } from './added-layer.js';
import { added } from './added-value-layers.js';
import { between, shapeOf } from './drawn-cases.js';
import { type LayerClass, type LayerClasses, layerCase } from './layer-case.js';
import { type Family, type Sizes, windowedCases } from './windowed-cases.js';

const STEPS = [[9, 4]];
const IMAGE = [[6, 7, 4]];
const VOLUME = [[4, 5, 4, 2]];
const INPUTS = [STEPS, IMAGE, VOLUME];
const FIRST = [[4, 6, 7]];

const drawn = ({ window, strides, dilationRate, padding, useBias, dataFormat }: Sizes) => ({
  ...{ kernelSize: window, strides, dilationRate, padding, useBias, dataFormat },
});

/** A convolution, with some options that are written down. */
function convolution(
  className: string,
  family: Pick<Family, 'rank' | 'dilates' | 'both' | 'anyExtent' | 'groups'>,
  options: (sizes: Sizes) => object,
  fixed: readonly object[],
): LayerClass {
  const { rank } = family;
  return {
    fixed: fixed.map((one) => layerCase(() => addedLayer(className, one), INPUTS[rank - 1]!)),
    generated: windowedCases({
      ...family,
      make: (sizes) => addedLayer(className, { ...drawn(sizes), ...options(sizes) }),
    }),
  };
}

const grouped = ({ filters }: Sizes) => ({ filters: 2 * filters, groups: 2 });
const enlarging = (sizes: Sizes) => ({ filters: sizes.filters });
const multiplied = ({ depthMultiplier }: Sizes) => ({ depthMultiplier });
const separable = ({ filters, depthMultiplier }: Sizes) => ({ filters, depthMultiplier });
const padding = 'same';
const both = true;

const ends = (rank: number): fc.Arbitrary<[number, number][]> =>
  fc.array(fc.tuple(between(0, 2), between(0, 2)), { minLength: rank, maxLength: rank });

const shapes = (rank: number): fc.Arbitrary<number[]> => shapeOf(rank + 1, rank + 1, rank === 1 ? 5 : 4);

function padded(className: string, rank: 1 | 3, option: 'padding' | 'cropping'): LayerClass {
  const pairs = rank === 1 ? [[1, 2]] : [...[[1, 2]], ...[[0, 1]], ...[[1, 0]]];
  return added(
    className,
    [layerCase(() => addedLayer(className, { [option]: pairs }), INPUTS[rank - 1]!)],
    shapes(rank).map((shape) => shape.map((size) => size + 1)),
    () => ends(rank).map((one) => ({ [option]: one })),
  );
}

function enlarged(className: string, rank: 1 | 3): LayerClass {
  return added(
    className,
    [layerCase(() => addedLayer(className, { size: rank === 1 ? [3] : [2, 1, 2] }), INPUTS[rank - 1]!)],
    shapeOf(rank + 1, rank + 1),
    () => fc.array(between(1, 3), { minLength: rank, maxLength: rank }).map((size) => ({ size })),
  );
}

function adaptive(kind: 'Average' | 'Max', rank: 1 | 2 | 3): LayerClass {
  const className = `Adaptive${kind}Pooling${rank}D`;
  const linear = kind === 'Average';
  const outputSize = [3, 2, 2].slice(0, rank);
  return added(
    className,
    [
      layerCase(() => addedLayer(className, { outputSize }), INPUTS[rank - 1]!, { linear }),
      layerCase(() => addedLayer(className, { outputSize, dataFormat: 'channelsFirst' }), INPUTS[rank - 1]!, {
        linear,
        channelAxis: 1,
      }),
    ],
    shapeOf(rank + 1, rank + 1),
    () => fc.record({ outputSize: fc.array(between(1, 4), { minLength: rank, maxLength: rank }) }),
    linear,
  );
}

function pooled(className: string, rank: 1 | 2 | 3, alwaysKeeps: boolean): LayerClass {
  const linear = className.includes('Average');
  const keepdims = alwaysKeeps ? fc.constant(true) : fc.boolean();
  return added(
    className,
    [layerCase(() => addedLayer(className, { keepdims: true }), INPUTS[rank - 1]!, { linear })],
    shapeOf(rank + 1, rank + 1),
    () => fc.record({ keepdims }),
    linear,
  );
}

const sizesOf = (rank: number) => ({ poolSize: [3, 1, 2].slice(0, rank), strides: [2, 2, 1].slice(0, rank) });

/** A pooling along one axis, or along three. */
function slid(className: string, linear: boolean, rank: 1 | 3 = 1): LayerClass {
  const make = ({ window, strides, padding, dataFormat }: Sizes) =>
    addedLayer(className, { poolSize: window, strides, padding, dataFormat });
  return {
    fixed: [
      layerCase(() => addedLayer(className, { poolSize: rank === 1 ? [2] : [2, 1, 2] }), INPUTS[rank - 1]!, {
        linear,
        windowed: true,
      }),
      layerCase(
        () => addedLayer(className, { ...sizesOf(rank), padding, dataFormat: 'channelsFirst' }),
        [[4, 9, 5, 4].slice(0, rank + 1)],
        { linear, windowed: true },
      ),
    ],
    generated: windowedCases({ rank, make, linear }),
  };
}

/** The layers that this library adds and whose outputs read windows, or lie on other cells than their inputs. */
export const ADDED_WINDOWED_LAYERS: LayerClasses = {
  KerasConv1D: convolution('KerasConv1D', { rank: 1, dilates: true, groups: 2 }, grouped, [
    { kernelSize: [3], filters: 4, groups: 2, padding },
    { kernelSize: [3], filters: 3, padding: 'causal', dilationRate: [2] },
    { kernelSize: [3], filters: 3, padding: 'causal', strides: [2] },
  ]),
  KerasConv2D: {
    ...convolution('KerasConv2D', { rank: 2, dilates: true, groups: 2 }, grouped, []),
    fixed: [
      layerCase(() => addedLayer('KerasConv2D', { kernelSize: [3, 2], filters: 4, groups: 2, strides: [2, 2] }), IMAGE),
      layerCase(
        () => addedLayer('KerasConv2D', { kernelSize: [3, 2], filters: 4, groups: 2, dataFormat: 'channelsFirst' }),
        FIRST,
      ),
    ],
  },
  KerasConv3D: convolution('KerasConv3D', { rank: 3, groups: 2 }, grouped, [
    { kernelSize: [2, 2, 2], filters: 2, groups: 2 },
  ]),
  DepthwiseConv1D: convolution('DepthwiseConv1D', { rank: 1, dilates: true, both }, multiplied, [
    { kernelSize: [3], depthMultiplier: 2, strides: [2] },
    { kernelSize: [3], dilationRate: [2], padding },
  ]),
  KerasDepthwiseConv2D: convolution('KerasDepthwiseConv2D', { rank: 2, dilates: true, both }, multiplied, [
    { kernelSize: [3, 2], dilationRate: [2, 2], padding },
    { kernelSize: [2, 2], dilationRate: [2, 3], strides: [2, 2] },
  ]),
  SeparableConv1D: convolution('SeparableConv1D', { rank: 1, dilates: true, both }, separable, [
    { kernelSize: [3], filters: 3, depthMultiplier: 2 },
  ]),
  KerasSeparableConv2D: convolution('KerasSeparableConv2D', { rank: 2, dilates: true, both }, separable, [
    { kernelSize: [3, 2], filters: 3, dilationRate: [1, 2], strides: [2, 2], padding },
  ]),
  Conv1DTranspose: convolution('Conv1DTranspose', { rank: 1, dilates: true, anyExtent: true }, enlarging, [
    { kernelSize: [3], filters: 3, strides: [2], padding },
  ]),
  KerasConv2DTranspose: convolution('KerasConv2DTranspose', { rank: 2, dilates: true, anyExtent: true }, enlarging, [
    { kernelSize: [3, 2], filters: 3, dilationRate: [2, 2] },
    { kernelSize: [3, 3], filters: 3, strides: [2, 2], padding, outputPadding: [1, 1] },
  ]),
  KerasConv3DTranspose: convolution('KerasConv3DTranspose', { rank: 3, anyExtent: true }, enlarging, [
    { kernelSize: [2, 2, 2], filters: 2, strides: [2, 2, 2], outputPadding: [0, 1, 0] },
  ]),
  ZeroPadding1D: padded('ZeroPadding1D', 1, 'padding'),
  ZeroPadding3D: padded('ZeroPadding3D', 3, 'padding'),
  Cropping1D: padded('Cropping1D', 1, 'cropping'),
  Cropping3D: padded('Cropping3D', 3, 'cropping'),
  UpSampling1D: enlarged('UpSampling1D', 1),
  UpSampling3D: enlarged('UpSampling3D', 3),
  AdaptiveAveragePooling1D: adaptive('Average', 1),
  AdaptiveAveragePooling2D: adaptive('Average', 2),
  AdaptiveAveragePooling3D: adaptive('Average', 3),
  AdaptiveMaxPooling1D: adaptive('Max', 1),
  AdaptiveMaxPooling2D: adaptive('Max', 2),
  AdaptiveMaxPooling3D: adaptive('Max', 3),
  GlobalAveragePooling3D: pooled('GlobalAveragePooling3D', 3, false),
  GlobalMaxPooling3D: pooled('GlobalMaxPooling3D', 3, false),
  KerasMaxPooling1D: slid('KerasMaxPooling1D', false),
  KerasMaxPooling3D: slid('KerasMaxPooling3D', false, 3),
  KerasAveragePooling1D: slid('KerasAveragePooling1D', true),
  KerasAveragePooling3D: slid('KerasAveragePooling3D', true, 3),
  KerasGlobalAveragePooling1D: pooled('KerasGlobalAveragePooling1D', 1, true),
  KerasGlobalAveragePooling2D: pooled('KerasGlobalAveragePooling2D', 2, true),
  KerasGlobalMaxPooling1D: pooled('KerasGlobalMaxPooling1D', 1, true),
  KerasGlobalMaxPooling2D: pooled('KerasGlobalMaxPooling2D', 2, true),
};
