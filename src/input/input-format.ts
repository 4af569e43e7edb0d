// Stage: after `network/`. `input/` turns pictures into images and back.
// In: a picture that a person sees (RGBA pixels), or a tensor, and what is known of the input format.
// Out: an image, which is a tensor that the model takes, or a picture (`encode-picture.ts` and
// `decode-picture.ts`). `find-input-format.ts` finds the format that a model states for itself, by
// `model-metadata.ts`, `leading-layers.ts` and `applications.ts`.

import { checkKeys, describeValue } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';

/** How a picture becomes model input, in numbers: `input = (pixel * scale - mean) / std`. */
export interface InputFormat {
  /** The factor by which a pixel value, 0 to 255, is multiplied first. Default: 1. */
  readonly scale?: number;
  /** The number that is subtracted next: one for all channels, or a list in the order of the model's. Default: 0. */
  readonly mean?: number | readonly number[];
  /** The divisor of the result: one for all channels, or a list in the order of the model's. Default: 1. */
  readonly std?: number | readonly number[];
  /** The order of the model's channels. Default: `rgb`. */
  readonly channels?: 'rgb' | 'bgr';
  /** How a picture of another shape is made to fit: `crop` cuts out its centre, `stretch` resizes it. Default: `crop`. */
  readonly fit?: 'crop' | 'stretch';
}

/** The names in `InputFormat`. */
export const INPUT_FORMAT_KEYS = ['scale', 'mean', 'std', 'channels', 'fit'] as const;

/**
 * An input format by its name, most of which are Keras's: `tf` (-1 to 1), `torch` (0 to 1, then minus ImageNet's mean,
 * divided by its standard deviation), `caffe` (BGR, 0 to 255 minus ImageNet's mean), `unit` (0 to 1), `raw` (0 to 255).
 */
export type InputFormatName = 'tf' | 'torch' | 'caffe' | 'unit' | 'raw';

/** An input format with all defaults filled in. */
export interface ResolvedInputFormat {
  readonly scale: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly channels: 'rgb' | 'bgr';
  readonly fit: 'crop' | 'stretch';
  /** The name of the format, or `custom` if it was given in numbers. */
  readonly name: InputFormatName | 'custom';
  /**
   * Where the format comes from: `option` is the option `input`; `metadata` is the model's metadata; `layers` are its first
   * layers, which scale the pixels; `application` means that the model is an application of Keras by its name and layers.
   */
  readonly from: 'option' | 'metadata' | 'layers' | 'application';
  /** What in the model tells it: the names of these layers, or the name of the application, such as `vgg16`. */
  readonly by?: readonly string[];
}

/** An input format that a model may have, but does not state. It is used only if it is given. */
export interface InputSuggestion {
  /** The application of Keras whose layers the model has, such as `VGG16`. */
  readonly application: string;
  /** The format that the published weights of this application expect: a value for the option `input`. */
  readonly input: InputFormatName;
}

/** The named formats in numbers. */
export const inputFormats: Readonly<Record<InputFormatName, InputFormat>> = {
  tf: { scale: 1 / 127.5, mean: 1 },
  torch: { scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  caffe: { mean: [103.939, 116.779, 123.68], channels: 'bgr' },
  unit: { scale: 1 / 255 },
  raw: {},
};

/**
 * Fills in the defaults of an input format.
 *
 * @param channels - how many channels the model's input has
 * @throws DeconvnetError `invalid-option` if the name is unknown or a number cannot be used.
 */
export function resolveInputFormat(
  format: InputFormatName | InputFormat,
  channels: number,
  from: ResolvedInputFormat['from'],
  by?: readonly string[],
): ResolvedInputFormat {
  const named = typeof format === 'string';
  if (named && !Object.hasOwn(inputFormats, format)) {
    throw invalid(`The input format '${format}' is unknown. Options: ${Object.keys(inputFormats).join(', ')}.`);
  }
  if (!named && (typeof format !== 'object' || format === null)) {
    throw invalid(
      `An input format is a name or an object { scale, mean, std, channels, fit }, not ${describeValue(format)}.`,
    );
  }
  if (!named) checkKeys('An input format', format, INPUT_FORMAT_KEYS);
  const { scale = 1, mean = 0, std = 1, channels: order = 'rgb', fit = 'crop' } = named ? inputFormats[format] : format;
  const perChannel = (what: string, value: number | readonly number[]): readonly number[] => {
    // A named format has three means. A grey model gets their average.
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
    ...(by && { by }),
  };
  if (!Number.isFinite(scale) || scale === 0)
    throw invalid(`The input format's scale is ${describeValue(scale)}; it must be a number other than 0.`);
  if (resolved.std.includes(0)) {
    throw invalid(`The input format's std contains 0; it must not, because values are divided by it.`);
  }
  if (order !== 'rgb' && order !== 'bgr')
    throw invalid(`The input format's channels are ${describeValue(order)}. Options: rgb, bgr.`);
  if (fit !== 'crop' && fit !== 'stretch')
    throw invalid(`The input format's fit is ${describeValue(fit)}. Options: crop, stretch.`);
  return resolved;
}

/**
 * Returns a known input format.
 *
 * @throws DeconvnetError `input-unknown` if it is undefined.
 */
export function requireInputFormat(
  format: ResolvedInputFormat | undefined,
  suggestion?: InputSuggestion,
): ResolvedInputFormat {
  if (format) return format;
  const names = Object.keys(inputFormats).map((name) => `'${name}'`);
  const hint = suggestion
    ? ` The network contains ${suggestion.application} of Keras, whose published weights expect '${suggestion.input}': give it if yours were trained with it.`
    : '';
  throw new DeconvnetError(
    'input-unknown',
    `It is unknown how a picture becomes this model's input, and a wrong guess would give wrong pictures. Give it as new Deconvnet(model, { input: ... }): one of ${names.join(', ')}, or { scale, mean, std, channels, fit }.${hint}`,
  );
}

/** Describes an input format for a person, in one line. */
export function describeInputFormat(format: ResolvedInputFormat | undefined): string {
  if (!format) return 'unknown';
  const { scale, mean, std, channels, fit, name, from, by = [] } = format;
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
  const names = by.join(', ');
  const origin = {
    option: 'options',
    metadata: "model's metadata",
    layers: `model's layers: ${names}`,
    application: `model's name and layers: ${names} of keras.applications`,
  }[from];
  return `${title}${formula}, ${channels.toUpperCase()}, ${fit} to fit (from the ${origin})`;
}

function invalid(message: string): DeconvnetError {
  return new DeconvnetError('invalid-option', message);
}
