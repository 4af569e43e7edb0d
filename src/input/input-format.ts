// Stage: after `network/`. `input/` turns pictures into images and back.
// In: a picture that a person sees (RGBA pixels), or a tensor, and what is known of the input format.
// Out: an image, which is a tensor that the model takes, or a picture (`picture-codec.ts`). `model-metadata.ts` finds
// out the format that a model states for itself.

import { checkKeys, describeValue } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';

/** How a picture becomes model input, spelled out. */
export interface InputFormat {
  /** What a pixel value, 0 to 255, is multiplied by first; 1 by default. */
  readonly scale?: number;
  /** What is subtracted then, for all channels or for each in the model's order; 0 by default. */
  readonly mean?: number | readonly number[];
  /** What the rest is divided by, for all channels or for each in the model's order; 1 by default. */
  readonly std?: number | readonly number[];
  /** The model's channel order; `rgb` by default. */
  readonly channels?: 'rgb' | 'bgr';
  /** How a picture of another shape is made to fit: its centre is cut out (default), or it is stretched. */
  readonly fit?: 'crop' | 'stretch';
}

/**
 * An input format in Keras's words: `tf` (-1 to 1), `torch` (0 to 1, then ImageNet's mean and deviation), `caffe`
 * (BGR, 0 to 255 less ImageNet's mean), `unit` (0 to 1), `raw` (0 to 255).
 */
export type InputFormatName = 'tf' | 'torch' | 'caffe' | 'unit' | 'raw';

/** An input format with nothing left open. */
export interface ResolvedInputFormat {
  readonly scale: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly channels: 'rgb' | 'bgr';
  readonly fit: 'crop' | 'stretch';
  /** One of Keras's words, or `custom`. */
  readonly name: InputFormatName | 'custom';
  /** Who said so. */
  readonly from: 'option' | 'metadata' | 'rescaling layer';
}

/** The named formats: what each does to a pixel value. */
export const inputFormats: Readonly<Record<InputFormatName, InputFormat>> = {
  tf: { scale: 1 / 127.5, mean: 1 },
  torch: { scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  caffe: { mean: [103.939, 116.779, 123.68], channels: 'bgr' },
  unit: { scale: 1 / 255 },
  raw: {},
};

/**
 * Fills in an input format for a model with that many channels.
 *
 * @throws DeconvnetError `invalid-option` for a name nobody knows and for numbers that make no picture.
 */
export function resolveInputFormat(
  format: InputFormatName | InputFormat,
  channels: number,
  from: ResolvedInputFormat['from'],
): ResolvedInputFormat {
  const named = typeof format === 'string';
  if (named && !Object.hasOwn(inputFormats, format)) {
    throw invalid(`There is no input format '${format}'. The formats are: ${Object.keys(inputFormats).join(', ')}.`);
  }
  if (!named && (typeof format !== 'object' || format === null)) {
    throw invalid(
      `An input format is a name or an object { scale, mean, std, channels, fit }, not ${describeValue(format)}.`,
    );
  }
  if (!named) checkKeys('An input format', format, ['scale', 'mean', 'std', 'channels', 'fit']);
  const { scale = 1, mean = 0, std = 1, channels: order = 'rgb', fit = 'crop' } = named ? inputFormats[format] : format;
  const perChannel = (what: string, value: number | readonly number[]): readonly number[] => {
    // A named format has three means; a grey model takes their average.
    const values =
      typeof value === 'number' || (named && value.length !== channels)
        ? Array<number>(channels).fill(typeof value === 'number' ? value : value.reduce((a, b) => a + b) / value.length)
        : value;
    if (!Array.isArray(values) || values.length !== channels || !values.every(Number.isFinite)) {
      throw invalid(
        `The input format's ${what} is ${Array.isArray(value) ? `[${value.map(String)}]` : describeValue(value)}; it must be one number, or one for each of the model's ${channels} channels.`,
      );
    }
    return values;
  };
  const resolved: ResolvedInputFormat = {
    scale,
    mean: perChannel('mean', mean),
    std: perChannel('std', std),
    channels: order,
    fit,
    name: named ? format : 'custom',
    from,
  };
  if (!Number.isFinite(scale) || scale === 0)
    throw invalid(`The input format's scale is ${describeValue(scale)}; it must be a number other than 0.`);
  if (resolved.std.includes(0)) throw invalid(`The input format's std holds 0, and pixels are divided by it.`);
  if (order !== 'rgb' && order !== 'bgr')
    throw invalid(`The input format's channels are ${describeValue(order)}; known are rgb and bgr.`);
  if (fit !== 'crop' && fit !== 'stretch')
    throw invalid(`The input format's fit is ${describeValue(fit)}; known are crop and stretch.`);
  return resolved;
}

/** An input format in a line, for people. */
export function describeInputFormat(format: ResolvedInputFormat | undefined): string {
  if (!format) return 'unknown';
  const { scale, mean, std, channels, fit, name, from } = format;
  const round = (values: readonly number[]): string => {
    const shown = values.map((value) => Number(value.toPrecision(5)));
    return shown.every((value) => value === shown[0]) ? String(shown[0]) : `[${shown.join(', ')}]`;
  };
  const reciprocal = 1 / scale;
  const scaled =
    scale === 1
      ? 'pixel'
      : Math.abs(reciprocal - Math.round(reciprocal * 10) / 10) < 1e-6
        ? `pixel / ${Math.round(reciprocal * 10) / 10}`
        : `pixel * ${scale}`;
  const centred = mean.every((value) => value === 0) ? scaled : `${scaled} - ${round(mean)}`;
  const formula = std.every((value) => value === 1) ? centred : `(${centred}) / ${round(std)}`;
  const title = name === 'custom' ? '' : `${name}: `;
  return `${title}${formula}, ${channels.toUpperCase()}, ${fit} to fit (from the ${from === 'option' ? 'options' : `model's ${from}`})`;
}

function invalid(message: string): DeconvnetError {
  return new DeconvnetError('invalid-option', message);
}
