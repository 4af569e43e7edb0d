import * as tfl from '@tensorflow/tfjs-layers';
import { except, type LayerCase, type LayerClass, layerCase } from './layer-case.js';
import { type Family, type Sizes, windowedCases } from './windowed-cases.js';

const { layers } = tfl;

/** A class of the convolution or pooling families. */
interface WindowedClass extends LayerClass, Family {}

const windowed = (family: Family, fixed: readonly LayerCase[]): WindowedClass => ({
  ...family,
  fixed,
  generated: windowedCases(family),
});

const initializers = { biasInitializer: 'randomNormal', kernelInitializer: 'glorotNormal' } as const;
const depthwise = { biasInitializer: 'randomNormal', depthwiseInitializer: 'glorotNormal' } as const;

// tfjs types want tuples, by class; `never` fits them all.
const convolution = ({ window, strides, dilationRate, ...sizes }: Sizes) => ({
  ...sizes,
  kernelSize: window as never,
  strides: strides as never,
  dilationRate: dilationRate as never,
});
const filters = (sizes: Sizes) => ({ ...convolution(sizes), ...initializers });
const enlarging = (sizes: Sizes) => {
  const { dilationRate: _, ...options } = filters(sizes);
  return options;
};
const pooling = ({ window, strides, padding, dataFormat }: Sizes) => ({
  poolSize: window as never,
  strides: strides as never,
  padding,
  dataFormat,
});
const pooling1d = (sizes: Sizes) => {
  const { dataFormat: _, ...options } = pooling(sizes);
  return options;
};

const STEPS = [[7, 3]];
const IMAGE = [[6, 5, 4]];
const FIRST = [[4, 6, 5]];
const VOLUME = [[4, 5, 4, 2]];
const biasInitializer = 'ones' as const;
const padding = 'same' as const;
const dataFormat = 'channelsFirst' as const;
const nonlinear = { linear: false };

const zeros = {
  onlyWhereCellsAreLeftOut: true,
  reason: 'where windows with padding `same` leave cells out at the end, tfjs gives zeros',
};
const wrong3d = 'tfjs gives wrong values for every shape';
const transposed3d = { wrongOn: except(wrong3d, 'wasm') };

/** The convolution and pooling families. */
export const WINDOWED_LAYERS: Readonly<Record<string, WindowedClass>> = {
  Conv1D: windowed(
    {
      rank: 1,
      dilates: true,
      channelsLastOnly: true,
      make: (sizes) => layers.conv1d(filters(sizes)),
      wrongOnWasm: zeros,
    },
    [
      layerCase(() => layers.conv1d({ filters: 3, kernelSize: 3, padding, biasInitializer }), STEPS),
      layerCase(() => layers.conv1d({ filters: 2, kernelSize: 2, strides: 2 }), STEPS),
      layerCase(() => layers.conv1d({ filters: 2, kernelSize: 2, dilationRate: 2 }), STEPS),
    ],
  ),
  Conv2D: windowed({ rank: 2, dilates: true, make: (sizes) => layers.conv2d(filters(sizes)), wrongOnWasm: zeros }, [
    layerCase(() => layers.conv2d({ filters: 3, kernelSize: 3, strides: 2, padding, biasInitializer }), IMAGE),
    layerCase(() => layers.conv2d({ filters: 3, kernelSize: [2, 3], dilationRate: 2 }), IMAGE),
    layerCase(() => layers.conv2d({ filters: 3, kernelSize: 2, strides: [1, 2], dataFormat }), FIRST),
  ]),
  Conv3D: windowed({ rank: 3, dilates: true, make: (sizes) => layers.conv3d(filters(sizes)) }, [
    layerCase(() => layers.conv3d({ filters: 3, kernelSize: 2, padding, biasInitializer }), VOLUME),
    layerCase(() => layers.conv3d({ filters: 2, kernelSize: [1, 2, 3], strides: 2 }), VOLUME),
  ]),
  DepthwiseConv2D: windowed(
    {
      rank: 2,
      make: (sizes) => layers.depthwiseConv2d({ ...convolution(sizes), ...depthwise }),
      wrongOnWasm: zeros,
    },
    [
      layerCase(() => layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding, biasInitializer }), IMAGE),
      layerCase(() => layers.depthwiseConv2d({ kernelSize: 3, strides: 2 }), IMAGE),
    ],
  ),
  SeparableConv2D: windowed(
    {
      rank: 2,
      dilates: true,
      make: (sizes) =>
        layers.separableConv2d({
          ...convolution(sizes),
          ...depthwise,
          // With channels first tfjs adds the bias along the wrong axis.
          useBias: sizes.useBias && sizes.dataFormat === 'channelsLast',
        }),
      wrongOnWasm: zeros,
    },
    [
      layerCase(
        () => layers.separableConv2d({ filters: 3, kernelSize: 3, depthMultiplier: 2, biasInitializer }),
        IMAGE,
      ),
      layerCase(() => layers.separableConv2d({ filters: 3, kernelSize: 3, strides: 2, padding }), IMAGE),
    ],
  ),
  Conv2DTranspose: windowed({ rank: 2, anyExtent: true, make: (sizes) => layers.conv2dTranspose(enlarging(sizes)) }, [
    layerCase(() => layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding, biasInitializer }), IMAGE),
    layerCase(() => layers.conv2dTranspose({ filters: 3, kernelSize: [2, 3] }), IMAGE),
  ]),
  Conv3DTranspose: windowed(
    {
      rank: 3,
      anyExtent: true,
      make: (sizes) => layers.conv3dTranspose(enlarging(sizes)),
      wrongOnWasm: { reason: wrong3d },
    },
    [{ strides: 2, padding } as const, { strides: 1, padding: 'valid' } as const].map((options) =>
      layerCase(
        () => layers.conv3dTranspose({ filters: 2, kernelSize: 2, biasInitializer, ...options }),
        VOLUME,
        transposed3d,
      ),
    ),
  ),
  MaxPooling1D: windowed(
    { rank: 1, channelsLastOnly: true, make: (sizes) => layers.maxPooling1d(pooling1d(sizes)), ...nonlinear },
    [layerCase(() => layers.maxPooling1d({ poolSize: 3, strides: 2, padding }), STEPS, nonlinear)],
  ),
  MaxPooling2D: windowed({ rank: 2, make: (sizes) => layers.maxPooling2d(pooling(sizes)), ...nonlinear }, [
    layerCase(() => layers.maxPooling2d({ poolSize: 3, strides: 2, padding }), IMAGE, nonlinear),
    layerCase(() => layers.maxPooling2d({ poolSize: 2, dataFormat }), FIRST, nonlinear),
  ]),
  MaxPooling3D: windowed(
    {
      rank: 3,
      make: (sizes) => layers.maxPooling3d(pooling(sizes)),
      wrongOnWasm: { reason: 'a window whose maximum is negative gives the smallest positive float' },
      ...nonlinear,
    },
    [layerCase(() => layers.maxPooling3d({ poolSize: [2, 3, 2], strides: [1, 2, 2], padding }), VOLUME, nonlinear)],
  ),
  AveragePooling1D: windowed(
    { rank: 1, channelsLastOnly: true, make: (sizes) => layers.averagePooling1d(pooling1d(sizes)) },
    [layerCase(() => layers.averagePooling1d({ poolSize: 3, strides: 2, padding }), STEPS)],
  ),
  AveragePooling2D: windowed({ rank: 2, make: (sizes) => layers.averagePooling2d(pooling(sizes)) }, [
    layerCase(() => layers.averagePooling2d({ poolSize: 3, strides: 2, padding }), IMAGE),
    layerCase(() => layers.averagePooling2d({ poolSize: 2, dataFormat }), FIRST),
  ]),
  AveragePooling3D: windowed({ rank: 3, make: (sizes) => layers.averagePooling3d(pooling(sizes)) }, [
    layerCase(() => layers.averagePooling3d({ poolSize: 2, strides: 1, padding }), VOLUME),
  ]),
  GlobalMaxPooling1D: windowed(
    { rank: 1, channelsLastOnly: true, global: true, make: () => layers.globalMaxPooling1d({}), ...nonlinear },
    [layerCase(() => layers.globalMaxPooling1d(), STEPS, nonlinear)],
  ),
  GlobalMaxPooling2D: windowed(
    { rank: 2, global: true, make: ({ dataFormat }) => layers.globalMaxPooling2d({ dataFormat }), ...nonlinear },
    [layerCase(() => layers.globalMaxPooling2d({}), IMAGE, nonlinear)],
  ),
  GlobalAveragePooling1D: windowed(
    { rank: 1, channelsLastOnly: true, global: true, make: () => layers.globalAveragePooling1d({}) },
    [layerCase(() => layers.globalAveragePooling1d(), STEPS)],
  ),
  GlobalAveragePooling2D: windowed(
    { rank: 2, global: true, make: ({ dataFormat }) => layers.globalAveragePooling2d({ dataFormat }) },
    [
      layerCase(() => layers.globalAveragePooling2d({}), IMAGE),
      layerCase(() => layers.globalAveragePooling2d({ dataFormat }), FIRST),
    ],
  ),
};
