import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { axisOf, between, type Drawn, generate, shapeOf } from './drawn-cases.js';
import { type LayerClasses, layerCase } from './layer-case.js';

const { layers } = tfl;

/** Two to four inputs that broadcast against each other: sizes of 1, and lower ranks. */
const broadcasts: fc.Arbitrary<Drawn<object>> = fc
  .record({
    output: shapeOf(1, 3, 1, 4),
    others: fc.array(fc.record({ drop: between(0, 2), ones: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }) }), {
      minLength: 1,
      maxLength: 3,
    }),
    first: between(0, 3),
    equal: fc.boolean(),
  })
  .map(({ output, others, first, equal }) => {
    const shapes = others.map(({ drop, ones }) =>
      equal
        ? [...output]
        : output.slice(Math.min(drop, output.length - 1)).map((size, axis) => (ones[axis] ? 1 : size)),
    );
    shapes.splice(Math.min(first, shapes.length), 0, output);
    return { options: {}, inputShapes: shapes };
  });

const concatenations = shapeOf(1, 3, 1, 4).chain((shape) =>
  fc
    .record({ axis: axisOf(shape), sizes: fc.array(between(1, 4), { minLength: 2, maxLength: 4 }) })
    .map(({ axis, sizes }) => {
      const along = axis < 0 ? shape.length - 1 : axis - 1;
      return {
        options: { axis },
        inputShapes: sizes.map((size) => shape.map((cells, i) => (i === along ? size : cells))),
      };
    }),
);

/** Vectors and matrices that are as large as each other along one axis each. */
const products = fc
  .record({
    common: between(1, 5),
    results: fc.tuple(between(1, 4), between(1, 4)),
    ranks: fc.tuple(between(1, 2), between(1, 2)),
    last: fc.tuple(fc.boolean(), fc.boolean()),
    short: fc.boolean(),
    normalize: fc.boolean(),
  })
  .map(({ common, results, ranks, last, short, normalize }) => {
    const inputShapes = ranks.map((rank, i) => {
      if (rank === 1) return [common];
      return last[i] ? [results[i]!, common] : [common, results[i]!];
    });
    const axes = ranks.map((rank, i) => (rank === 2 && last[i] ? 2 : 1)) as [number, number];
    const one = short && axes[0] === axes[1] ? axes[0] : axes;
    return { options: { axes: one, normalize }, inputShapes };
  });

const TWO = [
  [6, 5, 4],
  [6, 5, 4],
];
const GATED = [
  [6, 5, 4],
  [1, 1, 4],
];
const VECTORS = [[4], [4]];
const nonlinear = { linear: false };

/** Layers of several inputs. */
export const MERGE_LAYERS: LayerClasses = {
  Concatenate: {
    fixed: [layerCase(() => layers.concatenate(), TWO), layerCase(() => layers.concatenate({ axis: 1 }), TWO)],
    generated: generate((options) => layers.concatenate(options), concatenations),
  },
  Add: {
    fixed: [layerCase(() => layers.add(), TWO)],
    generated: generate((options) => layers.add(options), broadcasts),
  },
  Average: {
    fixed: [layerCase(() => layers.average(), TWO)],
    generated: generate((options) => layers.average(options), broadcasts),
  },
  Maximum: {
    fixed: [layerCase(() => layers.maximum(), TWO, nonlinear)],
    generated: generate((options) => layers.maximum(options), broadcasts, false),
  },
  Minimum: {
    fixed: [layerCase(() => layers.minimum(), TWO, nonlinear)],
    generated: generate((options) => layers.minimum(options), broadcasts, false),
  },
  Multiply: {
    fixed: [TWO, GATED].map((shapes) => layerCase(() => layers.multiply(), shapes, nonlinear)),
    generated: generate((options) => layers.multiply(options), broadcasts, false),
  },
  Dot: {
    fixed: [
      layerCase(() => layers.dot({ axes: -1 }), VECTORS, nonlinear),
      layerCase(() => layers.dot({ axes: -1, normalize: true }), VECTORS, nonlinear),
    ],
    generated: generate((options) => layers.dot(options), products, false),
  },
};
