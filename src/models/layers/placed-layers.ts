import { reshape, sum, type Tensor, tile } from '@tensorflow/tfjs-core';
import { channelsLast } from '../../mirrors/kit/channels-last.js';
import type { LayerClass } from '../../mirrors/layer-class.js';
import type { Mirror } from '../../mirrors/mirror.js';
import { FEATURES, perMap } from '../../mirrors/rows.js';
import { zeroPadding } from '../../mirrors/shape/identity-and-flatten.js';
import { cropping } from '../../mirrors/shape/padding-and-cropping.js';
import { isChannelsFirst } from '../../network/layer-options.js';
import { fitRegion } from '../../regions/fit-region.js';
import type { Region } from '../../regions/region.js';
import { AddedLayer, type Shape } from './added-layer.js';

/** Applies a function to the sizes of the spatial axes. */
function onExtent(layer: AddedLayer, shape: Shape, change: (size: number, axis: number) => number): Shape {
  const from = isChannelsFirst(layer) ? 2 : 1;
  const spatial = shape.length - 2;
  return shape.map((size, axis) =>
    size === null || axis < from || axis >= from + spatial ? size : change(size, axis - from),
  );
}

type Pairs = readonly (readonly [before: number, after: number])[];

abstract class ZeroPadding extends AddedLayer<{ readonly padding: Pairs }> {
  override deconvnetClass(): LayerClass {
    return PADDING;
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return onExtent(this, inputShape, (size, axis) => this.options.padding[axis]!.reduce((a, b) => a + b, size));
  }
}

/** ZeroPadding1D, which tfjs lacks. */
export class ZeroPadding1D extends ZeroPadding {
  static readonly className = 'ZeroPadding1D';
}

/** ZeroPadding3D, which tfjs lacks. */
export class ZeroPadding3D extends ZeroPadding {
  static readonly className = 'ZeroPadding3D';
}

abstract class Cropping extends AddedLayer<{ readonly cropping: Pairs }> {
  override deconvnetClass(): LayerClass {
    return CROPPING;
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return onExtent(this, inputShape, (size, axis) => this.options.cropping[axis]!.reduce((a, b) => a - b, size));
  }
}

/** Cropping1D, which tfjs lacks. */
export class Cropping1D extends Cropping {
  static readonly className = 'Cropping1D';
}

/** Cropping3D, which tfjs lacks. */
export class Cropping3D extends Cropping {
  static readonly className = 'Cropping3D';
}

abstract class UpSampling extends AddedLayer<{ readonly size: readonly number[] }> {
  override deconvnetClass(): LayerClass {
    return UP_SAMPLING;
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return onExtent(this, inputShape, (size, axis) => size * this.options.size[axis]!);
  }
}

/** UpSampling1D, which tfjs lacks: it repeats each step. */
export class UpSampling1D extends UpSampling {
  static readonly className = 'UpSampling1D';
}

/** UpSampling3D, which tfjs lacks: it repeats each cell along the three axes. */
export class UpSampling3D extends UpSampling {
  static readonly className = 'UpSampling3D';
}

/** Repeats each cell along an axis. */
function repeated(x: Tensor, axis: number, times: number): Tensor {
  const [outer, cells, inner] = sizesAround(x, axis, 1);
  return reshape(tile(reshape(x, [outer * cells, 1, inner]), [1, times, 1]), [
    ...x.shape.slice(0, axis),
    cells * times,
    ...x.shape.slice(axis + 1),
  ]);
}

/** Sums the copies of each cell along an axis. */
function summed(x: Tensor, axis: number, times: number): Tensor {
  const [outer, cells, inner] = sizesAround(x, axis, times);
  return reshape(sum(reshape(x, [outer * cells, times, inner]), 1), [
    ...x.shape.slice(0, axis),
    cells,
    ...x.shape.slice(axis + 1),
  ]);
}

function sizesAround(x: Tensor, axis: number, times: number): [outer: number, cells: number, inner: number] {
  const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
  return [product(x.shape.slice(0, axis)), x.shape[axis]! / times, product(x.shape.slice(axis + 1))];
}

function upSampling(layer: UpSampling): Mirror {
  const { size } = layer.options;
  const axes = size.map((_, axis) => axis + 1);
  /** Where the copies of a region of the input lie. */
  const copies = ({ start, size: cells }: Region): Region => ({
    start: start.map((from, axis) => from * size[axis]!),
    size: cells.map((count, axis) => count * size[axis]!),
  });
  const along = (x: Tensor, step: typeof repeated): Tensor =>
    axes.reduce((held, axis, i) => step(held, axis, size[i]!), x);
  return channelsLast<Mirror>(layer, {
    kind: 'sum',
    sign: 'as-input',
    window: { size, stride: size, padding: 'valid', transposed: true },
    up: ([x], at) => fitRegion(along(x!, repeated), copies(at.inputRegions[0]!), at.outputRegion, axes),
    down: (signal, at) => along(fitRegion(signal, at.outputRegion, copies(at.inputRegions[0]!), axes), summed),
  });
}

const PADDING: LayerClass = { mirror: perMap(zeroPadding), ...FEATURES };
const CROPPING: LayerClass = { mirror: perMap(cropping), ...FEATURES };
const UP_SAMPLING: LayerClass = { mirror: perMap((layer) => upSampling(layer as UpSampling)) };
