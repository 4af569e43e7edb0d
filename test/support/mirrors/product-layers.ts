import * as tfl from '@tensorflow/tfjs-layers';
import { noise } from '../project/networks.js';
import { flat, positions } from './positions.js';
import type { ProductLayer, Term } from './product-oracle.js';

const { layers } = tfl;

/** Cell by cell; where an input has one cell, or lacks an axis in front, all outputs read the same. */
function broadcast(kind: 'add' | 'average' | 'multiply', shapes: number[][], out: number[]): ProductLayer {
  const terms = positions(out).flatMap((cell, to): Term[] => {
    const of = shapes.map((shape, input) => {
      const own = cell.slice(out.length - shape.length).map((at, axis) => (shape[axis] === 1 ? 0 : at));
      return [input, flat(own, shape)] as const;
    });
    if (kind === 'multiply') return [{ to, weight: 1, of }];
    return of.map((one) => ({ to, weight: kind === 'add' ? 1 : 1 / shapes.length, of: [one] }));
  });
  return { layer: () => layers[kind]({ name: 'top' }), shapes, out, terms };
}

function concatenate(axis: number, shapes: number[][]): ProductLayer {
  const out = shapes[0]!.map((size, i) => (i === axis ? shapes.reduce((sum, shape) => sum + shape[axis]!, 0) : size));
  const terms = shapes.flatMap((shape, input) => {
    const before = shapes.slice(0, input).reduce((sum, one) => sum + one[axis]!, 0);
    return positions(shape).map((cell, index): Term => {
      const moved = cell.map((at, i) => (i === axis ? at + before : at));
      return { to: flat(moved, out), weight: 1, of: [[input, index]] };
    });
  });
  return { layer: () => layers.concatenate({ axis: axis + 1, name: 'top' }), shapes, out, terms };
}

function upSampling(size: [number, number], shape: number[]): ProductLayer {
  const out = shape.map((cells, axis) => cells * (size[axis] ?? 1));
  const terms = positions(out).map((cell, to): Term => {
    const from = cell.map((at, axis) => Math.floor(at / (size[axis] ?? 1)));
    return { to, weight: 1, of: [[0, flat(from, shape)]] };
  });
  return { layer: () => layers.upSampling2d({ size, name: 'top' }), shapes: [shape], out, terms };
}

/** Here and below axes count without the batch. */
function normalization(axis: number, shape: number[]): ProductLayer {
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((seed) => Array.from(noise(shape[axis]!, seed))) as number[][];
  const spread = variance!.map((value) => Math.abs(value) + 0.2);
  const cells = positions(shape);
  const scale = gamma!.map((value, i) => value / Math.sqrt(spread[i]! + 0.01));
  return {
    layer: () => layers.batchNormalization({ axis: axis + 1, epsilon: 0.01, name: 'top' }),
    shapes: [shape],
    out: shape,
    terms: cells.map((cell, to) => ({ to, weight: scale[cell[axis]!]!, of: [[0, to]] })),
    shift: (to) => beta![cells[to]![axis]!]! - mean![cells[to]![axis]!]! * scale[cells[to]![axis]!]!,
    weights: [gamma!, beta!, mean!, spread],
  };
}

function dot(axes: [number, number], shapes: [number[], number[]], normalize = false): ProductLayer {
  const rest = shapes.map((shape, input) => shape.filter((_, axis) => axis !== axes[input]));
  const insert = (cell: number[], input: 0 | 1, at: number): number =>
    flat([...cell.slice(0, axes[input]), at, ...cell.slice(axes[input])], shapes[input]);
  const [left, right] = rest.map(positions) as [number[][], number[][]];
  const terms = positions([left.length, right.length, shapes[0][axes[0]]!]).map(([i, j, k]): Term => {
    const [a, b] = [insert(left[i!]!, 0, k!), insert(right[j!]!, 1, k!)];
    return { to: i! * right.length + j!, weight: 1, of: [[0, a] as const, [1, b] as const] };
  });
  return {
    layer: () => layers.dot({ axes: [axes[0] + 1, axes[1] + 1], normalize, name: 'top' }),
    shapes,
    out: rest.flat().length === 0 ? [1] : rest.flat(),
    terms,
    ...(normalize ? { normalized: axes } : {}),
  };
}

const image = [4, 3, 3];
const column = [4, 1, 3];
const row = [1, 3, 3];
const layersByName: Record<string, ProductLayer> = {
  'Add of three': broadcast('add', [image, image, image], image),
  'Add along other axes': broadcast('add', [column, row], image),
  'Average of channels and vectors': broadcast('average', [image, [4, 3, 1], [3]], image),
  Multiply: broadcast('multiply', [image, image], image),
  'Multiply of three, broadcast': broadcast('multiply', [[3, 3], image, [4, 3, 1]], image),
  'Concatenate of channels': concatenate(2, [image, [4, 3, 2], image]),
  'Concatenate of rows': concatenate(0, [image, [2, 3, 3]]),
  'Concatenate of columns': concatenate(1, [image, [4, 2, 3]]),
  UpSampling2D: upSampling([2, 3], image),
  'BatchNormalization of vectors': normalization(0, [7]),
  'BatchNormalization of steps': normalization(0, [4, 3]),
};
for (const axis of [0, 1, 2]) layersByName[`BatchNormalization of axis ${axis}`] = normalization(axis, [4, 5, 3]);
for (const normalize of [false, true]) {
  const name = normalize ? 'normalized Dot' : 'Dot';
  layersByName[`${name} of vectors`] = dot([0, 0], [[4], [4]], normalize);
  for (const [a, b] of positions([2, 2]) as [number, number][]) {
    const shapes: [number[], number[]] = [a === 0 ? [3, 2] : [2, 3], b === 0 ? [3, 4] : [4, 3]];
    layersByName[`${name} of axes ${a} and ${b}`] = dot([a, b], shapes, normalize);
  }
}

/** Layers whose output values are sums of products, by a name for each. */
export const PRODUCT_LAYERS: Readonly<Record<string, ProductLayer>> = layersByName;
