import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { between, type CasesByClass, DATA_FORMATS, onShape, pictureOf, shapeOf, useCases } from './use-cases.js';

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

/** Layers that move values, repeat them, or leave some out. */
export const SHAPE_CASES: CasesByClass = {
  ZeroPadding2D: useCases((options) => layers.zeroPadding2d(options), paddings),
  Cropping2D: useCases((options) => layers.cropping2D(options), croppings),
  UpSampling2D: useCases((options) => layers.upSampling2d(options), upSamplings),
  Resizing: useCases((options) => layers.resizing(options), onShape(resizings, pictures)),
  CenterCrop: useCases(
    (options) => layers.centerCrop(options),
    // On wasm tfjs counts rows with the number of columns.
    onShape(sizes, pictures).map((drawn) => ({ ...drawn, wrongOn: ['wasm'] })),
  ),
  Flatten: useCases((options) => layers.flatten(options), onShape(fc.record({ dataFormat }), shapeOf(2, 4))),
  Reshape: useCases((options) => layers.reshape(options), reshapes),
  Permute: useCases((options) => layers.permute(options), permutations),
  RepeatVector: useCases(
    (options) => layers.repeatVector(options),
    onShape(fc.record({ n: between(1, 5) }), shapeOf(1, 1)),
  ),
};
