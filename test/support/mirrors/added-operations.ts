import fc from 'fast-check';
import { addedLayer } from './added-layer.js';
import { added } from './added-value-layers.js';
import { between, type Drawn, decimal, generate, shapeOf } from './drawn-cases.js';
import { type LayerCase, type LayerClass, type LayerClasses, layerCase } from './layer-case.js';

const IMAGE = [6, 5, 4];
const nonlinear = { linear: false };

/** Tensors with the same number of axes, some of whose sizes are 1. */
const broadcasts = (most: number): fc.Arbitrary<Drawn<object>> =>
  shapeOf(1, 3, 1, 4).chain((shape) =>
    fc
      .array(fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }), {
        minLength: 1,
        maxLength: most - 1,
      })
      .map((others) => ({
        options: {},
        inputShapes: [shape, ...others.map((ones) => shape.map((size, axis) => (ones[axis] ? 1 : size)))],
      })),
  );

/** A class that joins tensors value by value. */
function merge(className: string, linear: boolean, most = 2): LayerClass {
  const make = (): unknown => addedLayer(className);
  const more = linear ? {} : nonlinear;
  return {
    fixed: [
      layerCase(make, [IMAGE, IMAGE], more),
      layerCase(make, [IMAGE, [1, 5, 1]], more),
      layerCase(make, [[1, 1, 4], IMAGE], more),
    ],
    generated: generate(make, broadcasts(most), linear),
  };
}

const one = (className: string, config: object, shape = IMAGE, more: Partial<LayerCase> = {}): LayerCase =>
  layerCase(() => addedLayer(className, config), [shape], more);

/** A class with one input: some cases, and options for any image. */
const single = (
  className: string,
  fixed: readonly [object, Partial<LayerCase>?][],
  options: (shape: readonly number[]) => fc.Arbitrary<object>,
  { linear = true, smallest = 1 }: { linear?: boolean; smallest?: number } = {},
): LayerClass =>
  added(
    className,
    fixed.map(([config, more]) => one(className, config, IMAGE, { ...(!linear && nonlinear), ...more })),
    shapeOf(3, 3, smallest),
    options,
    linear,
  );

const pair = fc.tuple(between(0, 2), between(0, 2));
const windowed = { windowed: true };

/** A class whose options depend on the axes of its inputs, which are several. */
const joined = (className: string, axes: readonly number[]): LayerClass => ({
  fixed: axes.map((axis) => layerCase(() => addedLayer(className, { axis }), [IMAGE, IMAGE])),
  generated: generate(
    (config: object) => addedLayer(className, config),
    fc
      .record({ shape: shapeOf(2, 3), axis: fc.constantFrom(...axes), count: between(2, 3) })
      .map(({ shape, axis, count }) => ({
        options: { axis: Math.abs(axis) > shape.length ? -1 : axis },
        inputShapes: Array<number[]>(count).fill(shape),
      })),
  ),
});

/** The layers of this library that operations become. */
export const ADDED_OPERATIONS: LayerClasses = {
  AddOperation: merge('AddOperation', true, 3),
  SubtractOperation: merge('SubtractOperation', true),
  MultiplyOperation: merge('MultiplyOperation', false, 3),
  DivideOperation: merge('DivideOperation', false),
  MaximumOperation: merge('MaximumOperation', false),
  MinimumOperation: merge('MinimumOperation', false),
  ScaleOperation: single(
    'ScaleOperation',
    [
      [{ shape: [4], scale: [1, 2, -3, 0.5], offset: [0] }],
      [{ shape: [6, 1, 1], scale: [1, 2, 3, 4, 5, 6], offset: [2] }],
    ],
    (shape) =>
      fc.record({ shape: fc.constant([shape[2]!]), scale: fc.constant(shape.slice(0, 1)), offset: fc.constant([1]) }),
  ),
  PointwiseOperation: single(
    'PointwiseOperation',
    [[{ kind: 'power', numbers: [2] }], [{ kind: 'clip', numbers: [-0.5, 0.5] }], [{ kind: 'gelu' }]],
    () =>
      fc.oneof(
        fc.constant({ kind: 'abs' }),
        decimal(-1, 1).map((number) => ({ kind: 'atLeast', numbers: [number] })),
      ),
    { linear: false },
  ),
  LocalResponseOperation: single(
    'LocalResponseOperation',
    [[{}], [{ depthRadius: 1, bias: 2, alpha: 0.5, beta: 0.75 }]],
    () =>
      fc.record({
        depthRadius: between(0, 3),
        bias: decimal(0.5, 2),
        alpha: decimal(0.1, 1),
        beta: fc.constantFrom(0.5, 0.75, 1),
      }),
    { linear: false },
  ),
  ReduceOperation: single(
    'ReduceOperation',
    [
      [{ kind: 'mean', axes: [1, 2] }],
      [{ kind: 'sum', axes: [-1], keepdims: true }],
      [{ kind: 'max', axes: [2, 1], keepdims: true }, nonlinear],
      [{ kind: 'min', axes: [3] }, nonlinear],
    ],
    () =>
      fc.record({
        kind: fc.constantFrom('mean', 'sum'),
        axes: fc.subarray([1, 2, 3], { minLength: 1, maxLength: 2 }),
        keepdims: fc.boolean(),
      }),
  ),
  ReshapeOperation: single(
    'ReshapeOperation',
    [[{ shape: [-1, 4] }], [{ added: [1, -1] }], [{ removed: [] }]],
    ([height]) =>
      fc.oneof(
        fc.constant({ shape: [height, -1] }),
        between(1, 4).map((axis) => ({ added: [axis] })),
      ),
  ),
  ConcatenateOperation: joined('ConcatenateOperation', [-1, 1, -2]),
  StackOperation: joined('StackOperation', [-1, 1]),
  SliceOperation: single(
    'SliceOperation',
    [
      [
        {
          parts: [
            ['slice', null, null, null],
            ['slice', 1, -1, null],
            ['slice', 2, null, 1],
            ['slice', 1, 3, null],
          ],
        },
      ],
      [{ parts: [['slice', null, null, null], ['slice', null, null, -2], ['index', -1], ['new'], ['rest']] }],
    ],
    ([height]) =>
      between(0, height! - 1).chain((start) =>
        fc.record({ stop: between(start + 1, height!), step: between(1, 3) }).map(({ stop, step }) => ({
          parts: [['slice', null, null, null], ['slice', start, stop, step], ['rest']],
        })),
      ),
  ),
  PadOperation: single(
    'PadOperation',
    [
      [
        {
          paddings: [
            [0, 0],
            [1, 2],
            [0, 3],
            [1, 0],
          ],
        },
        windowed,
      ],
      [
        {
          paddings: [
            [0, 0],
            [1, 2],
            [0, 3],
            [0, 0],
          ],
          mode: 'symmetric',
        },
      ],
    ],
    () =>
      fc.record({
        paddings: fc.tuple(fc.constant([0, 0]), pair, pair, pair),
        mode: fc.constantFrom('constant', 'reflect', 'symmetric'),
      }),
    { smallest: 3 },
  ),
  ResizeOperation: single(
    'ResizeOperation',
    [
      [{ height: 9, width: 4 }],
      [{ height: 12, width: 10, nearest: true }],
      [{ height: 3, width: 7, alignment: 'corners' }],
    ],
    () =>
      fc.record({
        height: between(1, 9),
        width: between(1, 9),
        nearest: fc.boolean(),
        alignment: fc.constantFrom('centres', 'edges', 'corners'),
      }),
  ),
  DepthToSpaceOperation: added(
    'DepthToSpaceOperation',
    [one('DepthToSpaceOperation', { block: 2 })],
    fc.tuple(between(1, 4), between(1, 4), between(1, 2)).map(([height, width, maps]) => [height, width, 4 * maps]),
    () => fc.constant({ block: 2 }),
  ),
};
