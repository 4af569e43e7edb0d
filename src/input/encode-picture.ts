import * as tf from '@tensorflow/tfjs-core';
import { describeValue } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { type InputSuggestion, type ResolvedInputFormat, requireInputFormat } from './input-format.js';
import { type InputLayout, noPictures, takesPictures } from './input-layout.js';
import { checkPicture, type Picture } from './picture.js';

/**
 * What `toInput` takes: a canvas, image, video or ImageData of a browser, a Picture, or a tensor `[height, width, 1, 3
 * or 4]` with values from 0 to 255.
 */
export type PictureSource =
  | Picture
  | HTMLCanvasElement
  | HTMLImageElement
  | HTMLVideoElement
  | ImageBitmap
  | OffscreenCanvas
  | tf.Tensor;

/** The weights of red, green and blue in grey, from Rec. 601. PNG and JPEG decoders use the same ones. */
const LUMA = [0.299, 0.587, 0.114];

/**
 * Turns a picture of any size into model input, `[1, ...input]`, float32. The caller disposes the tensor.
 *
 * @throws DeconvnetError `input-unknown`, `shape-mismatch`, `unsupported-option`, `disposed`.
 */
export function encodePicture(
  source: PictureSource,
  format: ResolvedInputFormat | undefined,
  layout: InputLayout,
  suggestion?: InputSuggestion,
): tf.Tensor {
  if (typeof source !== 'object' || source === null || 'then' in source || ENCODED.test(kindOf(source))) {
    throw notAPicture(source);
  }
  if (!takesPictures(layout)) {
    throw new DeconvnetError('unsupported-option', `This network takes ${noPictures(layout)}.`, {
      advice: { about: 'input-tensor', text: 'Make the input tensor yourself and hand it to project.' },
    });
  }
  const known = requireInputFormat(format, suggestion);
  if (isOnHost(source)) {
    checkPicture(source);
    if (hasSizeOf(source, layout)) return encodeBytes(source, known, layout);
  }
  return tf.tidy(() => {
    const rgb = fitted(pixelsOf(source), known.fit, layout);
    const coloured =
      layout.channels === 1
        ? tf.sum(tf.mul(rgb, tf.tensor1d(LUMA)), -1, true)
        : known.channels === 'bgr'
          ? tf.reverse(rgb, -1)
          : rgb;
    const scaled = tf.sub(tf.mul(coloured, known.scale), tf.tensor1d([...known.mean]));
    const input = tf.div(scaled, tf.tensor1d([...known.std]));
    return tf.expandDims(layout.channelsFirst ? tf.transpose(input, [2, 0, 1]) : input, 0);
  });
}

/** Whether a source has its pixels in an array `data`. The `data` of a tensor is a method. */
function isOnHost(source: PictureSource): source is Picture {
  return !('dataId' in source) && (source as Partial<Picture>).data !== undefined;
}

/** Whether a picture has the size and the channels that the model takes. */
function hasSizeOf(picture: Picture, { width, height, channels }: InputLayout): boolean {
  return channels === 3 && (width ?? picture.width) === picture.width && (height ?? picture.height) === picture.height;
}

/**
 * Encodes a picture that is on the host and need not be resized. The bits are those of tensor operations on cpu and wasm.
 * This loop is much faster than these, most of all for BGR.
 */
function encodeBytes(
  { width, height, data }: Picture,
  { scale, mean, std, channels }: ResolvedInputFormat,
  { channelsFirst }: InputLayout,
): tf.Tensor {
  const { fround } = Math;
  const rgb = bytesOnWhite(data);
  const cells = width * height;
  const values = new Float32Array(rgb.length);
  for (let channel = 0; channel < 3; channel++) {
    const [factor, shift, divisor] = [fround(scale), fround(mean[channel]!), fround(std[channel]!)];
    const [start, step] = channelsFirst ? [channel * cells, 1] : [channel, 3];
    for (let cell = 0, from = channels === 'bgr' ? 2 - channel : channel; cell < cells; cell++, from += 3) {
      values[start + cell * step] = fround(fround(rgb[from]! * factor) - shift) / divisor;
    }
  }
  return tf.tensor4d(values, channelsFirst ? [1, 3, height, width] : [1, height, width, 3]);
}

/** The pixels of a picture as RGB, 0 to 255, float32, `[height, width, 3]`. Transparent pixels are put on white. */
function pixelsOf(source: PictureSource): tf.Tensor3D {
  if ('dataId' in source) return tensorPixels(source);
  if (isOnHost(source)) return tf.tensor3d(bytesOnWhite(source.data), [source.height, source.width, 3]);
  let pixels: tf.Tensor3D;
  try {
    pixels = tf.browser.fromPixels(source as HTMLCanvasElement, 4);
  } catch (cause) {
    throw notAPicture(source, cause);
  }
  return onWhite(tf.cast(pixels, 'float32'));
}

/** The types of the bytes of a file: an encoded picture, which has no pixels yet. */
const ENCODED = /^(ArrayBuffer|SharedArrayBuffer|DataView|Blob|File|\w+Array)$/;

function kindOf(value: object): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

function notAPicture(source: unknown, cause?: unknown): DeconvnetError {
  const encoded =
    typeof source === 'string' || (typeof source === 'object' && source !== null && ENCODED.test(kindOf(source)));
  const wayOut = encoded
    ? ' A file must be decoded first: by readPicture of deconvnet/node from its path, or in a page by createImageBitmap.'
    : '';
  const why = cause instanceof Error ? ` TensorFlow.js says: ${cause.message}` : '';
  return new DeconvnetError(
    'shape-mismatch',
    `toInput takes a picture: a canvas, image, video, ImageData, Picture or tensor; this is ${describeValue(source)}.${wayOut}${why}`,
    { cause },
  );
}

function tensorPixels(tensor: tf.Tensor): tf.Tensor3D {
  if (tensor.isDisposed) {
    throw new DeconvnetError('disposed', `The picture, a tensor shaped [${tensor.shape}], has been disposed.`);
  }
  const picture = tensor.rank === 4 && tensor.shape[0] === 1 ? tf.squeeze(tensor, [0]) : tensor;
  const channels = picture.shape.at(-1);
  if (picture.rank !== 3 || (channels !== 1 && channels !== 3 && channels !== 4)) {
    throw new DeconvnetError(
      'shape-mismatch',
      `A tensor that is a picture is shaped [height, width, 1, 3 or 4], with values from 0 to 255; this one is [${tensor.shape}].`,
    );
  }
  const values = tf.cast(picture, 'float32') as tf.Tensor3D;
  if (channels === 4) return onWhite(values);
  return channels === 1 ? tf.tile(values, [1, 1, 3]) : values;
}

/** RGBA put on white, as RGB. The bits are those of `onWhite`, and for pictures on the host this loop is faster. */
function bytesOnWhite(rgba: ArrayLike<number>): Float32Array {
  const rgb = new Float32Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    if (rgba[from + 3] === 255) {
      for (let c = 0; c < 3; c++) rgb[to + c] = rgba[from + c]!;
      continue;
    }
    const cover = Math.fround(rgba[from + 3]! / 255);
    const white = Math.fround(255 * Math.fround(1 - cover));
    for (let c = 0; c < 3; c++) rgb[to + c] = Math.fround(rgba[from + c]! * cover) + white;
  }
  return rgb;
}

function onWhite(rgba: tf.Tensor3D): tf.Tensor3D {
  const [height, width] = rgba.shape;
  const colour = tf.slice(rgba, [0, 0, 0], [height, width, 3]);
  const cover = tf.div(tf.slice(rgba, [0, 0, 3], [height, width, 1]), 255);
  return tf.add(tf.mul(colour, cover), tf.mul(255, tf.sub(1, cover))) as tf.Tensor3D;
}

/**
 * Cuts and resizes a picture to the size that the model takes. A picture that shrinks to half its size or less is
 * averaged first, because bilinear interpolation alone would skip pixels.
 */
function fitted(rgb: tf.Tensor3D, fit: 'crop' | 'stretch', layout: InputLayout): tf.Tensor3D {
  let picture = rgb;
  const height = layout.height ?? rgb.shape[0];
  const width = layout.width ?? rgb.shape[1];
  if (rgb.shape[0] === height && rgb.shape[1] === width) return picture;
  if (fit === 'crop') {
    const zoom = Math.min(rgb.shape[0] / height, rgb.shape[1] / width);
    const [rows, columns] = [Math.max(1, Math.round(height * zoom)), Math.max(1, Math.round(width * zoom))];
    const [top, left] = [Math.floor((rgb.shape[0] - rows) / 2), Math.floor((rgb.shape[1] - columns) / 2)];
    picture = tf.slice(rgb, [top, left, 0], [rows, columns, 3]);
  }
  const shrink = [Math.floor(picture.shape[0] / height), Math.floor(picture.shape[1] / width)].map((n) =>
    Math.max(n, 1),
  );
  if (shrink.some((n) => n > 1))
    picture = tf.avgPool(picture, shrink as [number, number], shrink as [number, number], 'valid');
  if (picture.shape[0] === height && picture.shape[1] === width) return picture;
  return tf.image.resizeBilinear(picture, [height, width], false, true);
}
