import { add, image, sub, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { channelsLast } from '../../mirrors/kit/channels-last.js';
import type { LayerClass } from '../../mirrors/layer-class.js';
import type { Mirror } from '../../mirrors/mirror.js';
import { perMap, plain } from '../../mirrors/rows.js';
import { interpolation as interpolated } from '../../mirrors/shape/interpolation.js';
import { isChannelsFirst } from '../../network/layer-options.js';
import { AddedLayer, type Shape } from './added-layer.js';
import { frameOf, type Interpolation, middleOf, radiusOf, resamplingMatrix, type Span } from './resampling.js';

type Pair = readonly [rows: number, columns: number];

/** A layer that resamples the rows and the columns of images. */
abstract class Resampling<Options extends object> extends AddedLayer<Options> {
  /** The size that it makes of an image. */
  abstract sizeOf(size: Pair): Pair;

  /** The rows and columns that it reads. */
  abstract spansOf(size: Pair): [Span, Span];

  abstract readonly interpolation: Interpolation;
  readonly antialias: boolean = false;
  /** The value around an image. */
  readonly fill: number = 0;

  override computeOutputShape(inputShape: Shape): Shape {
    if (inputShape.length !== 4) {
      throw new DeconvnetError(
        'unsupported-layer',
        `Layer '${this.name}' resizes a tensor of the shape [${inputShape.map((size) => size ?? 'any').join(', ')}]. It must be [batch, height, width, channels], or have the channels after the batch. Repair the network, and save the model again.`,
        { layer: this.name },
      );
    }
    const from = isChannelsFirst(this) ? 2 : 1;
    const [height, width] = this.sizeOf(inputShape.slice(from, from + 2) as unknown as Pair);
    const made = [...inputShape];
    made.splice(from, 2, height, width);
    return made;
  }

  override deconvnetClass(): LayerClass {
    return ROW;
  }

  /** The matrix of one axis of images of a size. */
  matrix(size: Pair, axis: 0 | 1): Tensor {
    return resamplingMatrix(size[axis], this.sizeOf(size)[axis], this.spansOf(size)[axis], this);
  }
}

/** UpSampling2D that interpolates. tfjs measures from the edges of cells, or repeats wrong cells for large factors. */
export class KerasUpSampling2D extends Resampling<{ size?: Pair; interpolation?: Interpolation }> {
  static readonly className = 'KerasUpSampling2D';
  readonly interpolation: Interpolation = this.options.interpolation ?? 'nearest';

  override sizeOf([height, width]: Pair): Pair {
    const [rows, columns] = this.factors;
    return [times(height, rows), times(width, columns)];
  }

  override spansOf(size: Pair): [Span, Span] {
    return wholeOf(size);
  }

  override deconvnetClass(): LayerClass {
    return UP_SAMPLING;
  }

  get factors(): Pair {
    return this.options.size ?? [2, 2];
  }

  protected override compute(inputs: readonly Tensor[]): Tensor {
    return isChannelsFirst(this) || this.interpolation !== 'bilinear' ? super.compute(inputs) : fast(this, inputs[0]!);
  }
}

interface ResizingOptions {
  readonly height: number;
  readonly width: number;
  readonly interpolation?: Interpolation;
  readonly cropToAspectRatio?: boolean;
  readonly padToAspectRatio?: boolean;
  readonly fillValue?: number;
  readonly antialias?: boolean;
}

/** Resizing, which tfjs aligns at the corners, and which states a wrong shape there. */
export class KerasResizing extends Resampling<ResizingOptions> {
  static readonly className = 'KerasResizing';
  readonly interpolation: Interpolation = this.options.interpolation ?? 'bilinear';
  override readonly antialias: boolean = this.options.antialias ?? false;
  override readonly fill: number = this.options.padToAspectRatio ? (this.options.fillValue ?? 0) : 0;

  override sizeOf(): Pair {
    return [this.options.height, this.options.width];
  }

  override spansOf(size: Pair): [Span, Span] {
    const { cropToAspectRatio, padToAspectRatio } = this.options;
    if (cropToAspectRatio) return middleOf(size, this.sizeOf());
    return padToAspectRatio ? frameOf(size, this.sizeOf()) : wholeOf(size);
  }

  protected override compute(inputs: readonly Tensor[]): Tensor {
    const { cropToAspectRatio, padToAspectRatio, antialias } = this.options;
    const isPlain = !cropToAspectRatio && !padToAspectRatio && !antialias && this.interpolation === 'bilinear';
    return isPlain && !isChannelsFirst(this) ? fast(this, inputs[0]!) : super.compute(inputs);
  }
}

/** CenterCrop. An image that is too small is enlarged, and its middle is taken. tfjs cannot run it if it changes a size. */
export class KerasCenterCrop extends Resampling<{ readonly height: number; readonly width: number }> {
  static readonly className = 'KerasCenterCrop';
  readonly interpolation = 'bilinear';

  override sizeOf(): Pair {
    return [this.options.height, this.options.width];
  }

  override spansOf(size: Pair): [Span, Span] {
    const wanted = this.sizeOf();
    if (size.some((cells, axis) => cells < wanted[axis]!)) return middleOf(size, wanted);
    const [height, width] = size.map((cells, axis) => ({
      start: Math.floor((cells - wanted[axis]!) / 2),
      size: wanted[axis]!,
    }));
    return [height!, width!];
  }

  override deconvnetClass(): LayerClass {
    return CENTER_CROP;
  }
}

/** The size of an image may be unknown. */
const times = (size: number | null, factor: number): number => (size === null ? null : size * factor) as number;

const wholeOf = ([height, width]: Pair): [Span, Span] => [
  { start: 0, size: height },
  { start: 0, size: width },
];

/** Bilinear interpolation of whole images, which tfjs has. */
function fast(layer: Resampling<object>, x: Tensor): Tensor {
  const size = layer.sizeOf(x.shape.slice(1, 3) as unknown as Pair);
  return image.resizeBilinear(x as Tensor4D, [...size], false, true);
}

function resampling(layer: Resampling<object>, window?: Mirror['window']): Mirror {
  const { fill } = layer;
  // Bicubic and Lanczos kernels have negative shares.
  const keepsSign = ['nearest', 'bilinear'].includes(layer.interpolation) && fill >= 0;
  const mirror = interpolated((_line, axis, { inputShapes }) =>
    layer.matrix(inputShapes[0]!.slice(1, 3) as unknown as Pair, axis),
  );
  return channelsLast<Mirror>(layer, {
    kind: 'interpolation',
    ...mirror,
    ...(keepsSign && { sign: 'as-input' as const }),
    ...(window && { window }),
    // Every result is a mean of cells, so the value around the image can be taken away first.
    ...(fill !== 0 && { up: ([x], at) => add(mirror.up!([sub(x!, fill)], at), fill) }),
  });
}

/** The results that a cell writes: those that lie less than the radius of the interpolation away. */
function enlarging(layer: KerasUpSampling2D): Mirror {
  const radius = radiusOf(layer.interpolation);
  const first = layer.factors.map((factor) => Math.floor(factor * (0.5 - radius) - 0.5) + 1);
  const last = layer.factors.map((factor) => Math.ceil(factor * (0.5 + radius) - 0.5) - 1);
  return resampling(layer, {
    size: first.map((from, axis) => last[axis]! - from + 1),
    stride: layer.factors,
    padding: first.map((from) => [0 - from, 0 - from] as const),
    transposed: true,
  });
}

const ROW: LayerClass = { mirror: perMap((layer) => resampling(layer as Resampling<object>)) };
const UP_SAMPLING: LayerClass = { mirror: perMap((layer) => enlarging(layer as KerasUpSampling2D)) };
const CENTER_CROP: LayerClass = {
  mirror: plain((given, placement) => {
    const layer = given as KerasCenterCrop;
    const [, ...sizes] = placement?.inputShapes[0] ?? [];
    const size = isChannelsFirst(layer) ? sizes.slice(1) : sizes.slice(0, 2);
    const crops = size.length === 2 && size.every((cells, axis) => cells !== null && cells >= layer.sizeOf()[axis]!);
    if (!crops) return { ...resampling(layer), kind: 'pad' };
    const spans = layer.spansOf(size as unknown as Pair);
    const padding = spans.map(({ start, size: kept }, axis) => [-start, start + kept - size[axis]!] as const);
    return { ...resampling(layer, { size: [1, 1], stride: [1, 1], padding }), kind: 'pad' };
  }),
  keepsFeatures: true,
};
