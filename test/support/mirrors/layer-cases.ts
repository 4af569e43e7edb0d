import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import type { Layer } from '../../../src/network/layer-access.js';

/** A layer and the shape of an input for it. */
export interface LayerCase {
  readonly title: string;
  readonly layer: Layer;
  readonly input: number[];
  readonly channelAxis: number;
}

interface Sizes {
  readonly window: number[];
  readonly strides: number[];
  readonly dilationRate: number[];
  readonly padding: 'same' | 'valid';
  readonly useBias: boolean;
  readonly dataFormat: 'channelsFirst' | 'channelsLast';
  /** Feature maps of the layer, and how many each channel makes where it has a depth multiplier. */
  readonly filters: number;
  readonly depthMultiplier: number;
}

interface Family {
  readonly rank: 1 | 2 | 3;
  readonly make: (sizes: Sizes) => Layer;
  readonly dilates?: boolean;
  readonly channelsLastOnly?: boolean;
  /** A transposed convolution takes inputs smaller than its window. */
  readonly anyExtent?: boolean;
}

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

/** Layers of the convolution and pooling families, by class. */
export const FAMILIES: Readonly<Record<string, Family>> = {
  Conv1D: {
    rank: 1,
    dilates: true,
    channelsLastOnly: true,
    make: (sizes) => tfl.layers.conv1d(filters(sizes)),
  },
  Conv2D: { rank: 2, dilates: true, make: (sizes) => tfl.layers.conv2d(filters(sizes)) },
  Conv3D: { rank: 3, dilates: true, make: (sizes) => tfl.layers.conv3d(filters(sizes)) },
  DepthwiseConv2D: {
    rank: 2,
    make: (sizes) => tfl.layers.depthwiseConv2d({ ...convolution(sizes), ...depthwise }),
  },
  SeparableConv2D: {
    rank: 2,
    dilates: true,
    make: (sizes) =>
      tfl.layers.separableConv2d({
        ...convolution(sizes),
        ...depthwise,
        // With channels first tfjs adds the bias along the wrong axis.
        useBias: sizes.useBias && sizes.dataFormat === 'channelsLast',
      }),
  },
  Conv2DTranspose: { rank: 2, anyExtent: true, make: (sizes) => tfl.layers.conv2dTranspose(enlarging(sizes)) },
  Conv3DTranspose: { rank: 3, anyExtent: true, make: (sizes) => tfl.layers.conv3dTranspose(enlarging(sizes)) },
  MaxPooling1D: { rank: 1, channelsLastOnly: true, make: (sizes) => tfl.layers.maxPooling1d(pooling1d(sizes)) },
  MaxPooling2D: { rank: 2, make: (sizes) => tfl.layers.maxPooling2d(pooling(sizes)) },
  MaxPooling3D: { rank: 3, make: (sizes) => tfl.layers.maxPooling3d(pooling(sizes)) },
  AveragePooling1D: {
    rank: 1,
    channelsLastOnly: true,
    make: (sizes) => tfl.layers.averagePooling1d(pooling1d(sizes)),
  },
  AveragePooling2D: { rank: 2, make: (sizes) => tfl.layers.averagePooling2d(pooling(sizes)) },
  AveragePooling3D: { rank: 3, make: (sizes) => tfl.layers.averagePooling3d(pooling(sizes)) },
  GlobalMaxPooling1D: { rank: 1, channelsLastOnly: true, make: () => tfl.layers.globalMaxPooling1d({}) },
  GlobalMaxPooling2D: { rank: 2, make: ({ dataFormat }) => tfl.layers.globalMaxPooling2d({ dataFormat }) },
  GlobalAveragePooling1D: {
    rank: 1,
    channelsLastOnly: true,
    make: () => tfl.layers.globalAveragePooling1d({}),
  },
  GlobalAveragePooling2D: {
    rank: 2,
    make: ({ dataFormat }) => tfl.layers.globalAveragePooling2d({ dataFormat }),
  },
};

/** Layers of one class with generated options and input sizes. */
export function layerCases(className: string): fc.Arbitrary<LayerCase> {
  const { rank, make, dilates = false, channelsLastOnly = false, anyExtent = false } = FAMILIES[className]!;
  const perAxis = (min: number, max: number): fc.Arbitrary<number[]> =>
    fc.array(fc.integer({ min, max }), { minLength: rank, maxLength: rank });
  const upTo = (three: number, fewer: number): number => (rank === 3 ? three : fewer);
  return fc
    .record({
      window: perAxis(1, upTo(3, 5)),
      strides: perAxis(1, upTo(3, 4)),
      dilation: perAxis(1, 3),
      dilated: fc.boolean(),
      padding: fc.constantFrom('same' as const, 'valid' as const),
      useBias: fc.boolean(),
      channelsFirst: fc.boolean(),
      channels: fc.integer({ min: 1, max: 3 }),
      filters: fc.integer({ min: 1, max: 3 }),
      depthMultiplier: fc.integer({ min: 1, max: 3 }),
      more: perAxis(0, upTo(4, 7)),
    })
    .map(({ window, strides, dilation, dilated, channelsFirst: first, channels, more, ...rest }) => {
      // tfjs rejects stride and dilation together.
      const spreads = dilates && dilated;
      const dilationRate = spreads ? dilation : window.map(() => 1);
      const extent = window.map((size, axis) =>
        anyExtent ? more[axis]! + 1 : (size - 1) * dilationRate[axis]! + 1 + more[axis]!,
      );
      const channelsFirst = first && !channelsLastOnly;
      const dataFormat = channelsFirst ? ('channelsFirst' as const) : ('channelsLast' as const);
      const sizes = { ...rest, window, strides: spreads ? window.map(() => 1) : strides, dilationRate, dataFormat };
      return {
        title: `${className} ${JSON.stringify({ ...sizes, extent, channels })}`,
        layer: make(sizes),
        input: channelsFirst ? [2, channels, ...extent] : [2, ...extent, channels],
        channelAxis: channelsFirst ? 1 : rank + 1,
      };
    });
}
