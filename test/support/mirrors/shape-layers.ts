import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { between, DATA_FORMATS, generate, onShape, pictureOf, shapeOf } from './drawn-cases.js';
import { except, type LayerClasses, layerCase } from './layer-case.js';

const { layers } = tfl;
const dataFormat = fc.constantFrom(...DATA_FORMATS);
const maps = between(1, 3);
const extent = fc.tuple(between(1, 5), between(1, 5));
const sizes = fc.record({ height: between(1, 9), width: between(1, 9) });
const pictures = fc.tuple(between(1, 9), between(1, 9), maps).map((shape) => [...shape]);

type Sides = [[number, number], [number, number]];

/** Sides as tfjs takes them: one number for all, one for each axis, or one for each side. */
const sides = fc.oneof(
  between(0, 2).map((all): { given: unknown; sides: Sides } => ({
    given: all,
    sides: [
      [all, all],
      [all, all],
    ],
  })),
  fc.tuple(between(0, 3), between(0, 3)).map(([rows, columns]): { given: unknown; sides: Sides } => ({
    given: [rows, columns],
    sides: [
      [rows, rows],
      [columns, columns],
    ],
  })),
  fc
    .tuple(fc.tuple(between(0, 3), between(0, 3)), fc.tuple(between(0, 3), between(0, 3)))
    .map((each): { given: unknown; sides: Sides } => ({ given: each, sides: each })),
);
const framed = fc.record({ around: sides, dataFormat, extent, maps });

const paddings = framed.map(({ around, dataFormat, extent, maps }) => ({
  options: { padding: around.given as number, dataFormat },
  inputShapes: [pictureOf(dataFormat, extent, maps)],
}));

const croppings = framed.map(({ around, dataFormat, extent, maps }) => ({
  options: { cropping: around.given as number, dataFormat },
  // What is left is the extent.
  inputShapes: [
    pictureOf(
      dataFormat,
      extent.map((cells, axis) => cells + around.sides[axis]![0] + around.sides[axis]![1]),
      maps,
    ),
  ],
}));

const upSamplings = fc
  .record({
    size: fc.tuple(between(1, 4), between(1, 4)),
    interpolation: fc.constantFrom('nearest' as const, 'bilinear' as const),
    dataFormat,
    extent,
    maps,
  })
  .map(({ extent, maps, ...options }) => ({
    options,
    inputShapes: [pictureOf(options.dataFormat, extent, maps)],
  }));

const reshapes = shapeOf(3, 3, 1, 4).chain((shape) => {
  const [a, b, c] = shape as [number, number, number];
  return onShape(
    fc.record({
      targetShape: fc.constantFrom<number[]>(
        [a * b * c],
        [a, b * c],
        [a * b, c],
        [c, b, a],
        [1, b, a * c],
        [-1, c],
        [a, -1, 1],
      ),
    }),
    fc.constantFrom(shape, [a * b, c], [a * b * c]),
  );
});

const permutations = shapeOf(2, 4).chain((shape) => {
  const axes = shape.map((_, i) => i + 1);
  const dims = fc.shuffledSubarray(axes, { minLength: axes.length, maxLength: axes.length });
  return onShape(fc.record({ dims }), fc.constant(shape));
});

const resizings = fc.record({
  height: between(1, 9),
  width: between(1, 9),
  interpolation: fc.constantFrom('nearest' as const, 'bilinear' as const),
  cropToAspectRatio: fc.boolean(),
});

const IMAGE = [[6, 5, 4]];
const unevenSides: Sides = [
  [1, 2],
  [0, 3],
];
const miscounted = { wrongOn: except('tfjs counts rows with the number of columns', 'wasm') };

/** Layers that move values, repeat them, or leave some out. */
export const SHAPE_LAYERS: LayerClasses = {
  Flatten: {
    fixed: [
      layerCase(() => layers.flatten(), IMAGE),
      layerCase(() => layers.flatten({ dataFormat: 'channelsFirst' }), IMAGE),
    ],
    generated: generate((options) => layers.flatten(options), onShape(fc.record({ dataFormat }), shapeOf(2, 4))),
  },
  Reshape: {
    fixed: [layerCase(() => layers.reshape({ targetShape: [10, 12] }), IMAGE)],
    generated: generate((options) => layers.reshape(options), reshapes),
  },
  Permute: {
    fixed: [layerCase(() => layers.permute({ dims: [2, 1, 3] }), IMAGE)],
    generated: generate((options) => layers.permute(options), permutations),
  },
  RepeatVector: {
    fixed: [layerCase(() => layers.repeatVector({ n: 3 }), [[4]])],
    generated: generate(
      (options) => layers.repeatVector(options),
      onShape(fc.record({ n: between(1, 5) }), shapeOf(1, 1)),
    ),
  },
  ZeroPadding2D: {
    fixed: [layerCase(() => layers.zeroPadding2d({ padding: unevenSides }), IMAGE)],
    generated: generate((options) => layers.zeroPadding2d(options), paddings),
  },
  Cropping2D: {
    fixed: [layerCase(() => layers.cropping2D({ cropping: unevenSides }), IMAGE)],
    generated: generate((options) => layers.cropping2D(options), croppings),
  },
  CenterCrop: {
    fixed: [layerCase(() => layers.centerCrop({ height: 4, width: 3 }), IMAGE, miscounted)],
    generated: generate(
      (options) => layers.centerCrop(options),
      onShape(sizes, pictures).map((drawn) => ({ ...drawn, ...miscounted })),
    ),
  },
  UpSampling2D: {
    fixed: [
      layerCase(() => layers.upSampling2d({ size: [2, 3] }), IMAGE),
      layerCase(() => layers.upSampling2d({ size: [2, 2], interpolation: 'bilinear' }), IMAGE),
    ],
    generated: generate((options) => layers.upSampling2d(options), upSamplings),
  },
  Resizing: {
    fixed: [
      layerCase(() => layers.resizing({ height: 9, width: 4 }), IMAGE),
      layerCase(() => layers.resizing({ height: 9, width: 4, interpolation: 'nearest' }), IMAGE),
    ],
    generated: generate((options) => layers.resizing(options), onShape(resizings, pictures)),
  },
};
