import { type ConfigEntry, isConfigEntry, isRecord } from './config-entry.js';
import { layerError, type RepairScope, titleOf } from './repair-scope.js';

type Config = ConfigEntry['config'];

/** An option with which TensorFlow.js computes something else than Keras, mostly because a layer's `call` ignores it. */
export interface IgnoredOption {
  /** If a config asks for something that is not computed: what it asks for, as it is written in Python. Else false. */
  readonly asks: (config: Config) => string | false;
  /** What the model's author can do: the beginning of a sentence that ends with "and save the model again". */
  readonly wayOut: string;
}

type Options = Readonly<Record<string, IgnoredOption>>;

const said = (name: string, value: unknown): string => `${name}=${JSON.stringify(value)}`;

/** An option that TensorFlow.js computes as Keras does only if its value is harmless. */
const unless = (name: string, harmless: (value: unknown) => boolean, wayOut: string): IgnoredOption => ({
  asks: ({ [name]: value }) => value != null && !harmless(value) && said(name, value),
  wayOut,
});

const isOne = (value: unknown): boolean => [value].flat().every((n) => n === 1);
const isFalse = (value: unknown): boolean => value === false;
const isChannelsLast = (value: unknown): boolean => value !== 'channels_first';

const groups = unless('groups', isOne, 'Split the layer by hand (or use DepthwiseConv2D)');
const channelsFirst = unless('data_format', isChannelsLast, 'Put a Permute before the layer and use channels_last,');
const strideAndDilation: IgnoredOption = {
  asks: ({ strides, dilation_rate: rate }) =>
    strides != null &&
    rate != null &&
    !isOne(strides) &&
    !isOne(rate) &&
    `${said('strides', strides)} and ${said('dilation_rate', rate)}`,
  wayOut: 'Use only one of the two, as Keras itself demands,',
};
const timeMajor = unless('time_major', isFalse, 'Put the time axis after the batch axis');
const resetAfter = unless('reset_after', isFalse, 'Train it with reset_after=False');

const recurrent: Options = { time_major: timeMajor };
const transposed: Options = { groups, strides: strideAndDilation };

/**
 * By class and option: what TensorFlow.js 4.22 ignores, computes wrongly, or rejects without naming the layer. What
 * another class computes instead, of tfjs or of this library, is not here: see `repairLayer`.
 */
export const IGNORED_OPTIONS: Readonly<Record<string, Options>> = {
  Conv1D: {
    data_format: channelsFirst,
    strides: strideAndDilation,
  },
  Conv2D: { strides: strideAndDilation },
  Conv3D: { strides: strideAndDilation },
  DepthwiseConv1D: { groups, data_format: channelsFirst, strides: strideAndDilation },
  DepthwiseConv2D: { groups, strides: strideAndDilation },
  SeparableConv1D: { groups, data_format: channelsFirst, strides: strideAndDilation },
  SeparableConv2D: {
    groups,
    strides: strideAndDilation,
    data_format: {
      asks: ({ data_format, use_bias }) =>
        data_format === 'channels_first' && use_bias !== false && "data_format='channels_first' and a bias",
      wayOut: 'Leave out the bias, or use channels_last,',
    },
  },
  Conv1DTranspose: { ...transposed, data_format: channelsFirst },
  Conv2DTranspose: transposed,
  Conv3DTranspose: transposed,
  MaxPooling1D: { data_format: channelsFirst },
  AveragePooling1D: { data_format: channelsFirst },
  GlobalMaxPooling1D: { data_format: channelsFirst },
  GlobalAveragePooling1D: { data_format: channelsFirst },
  UpSampling2D: {
    interpolation: unless(
      'interpolation',
      (value) => ['nearest', 'bilinear'].includes(String(value)),
      "Use 'nearest' or 'bilinear'",
    ),
  },
  Concatenate: {
    axis: {
      // TensorFlow.js reads every negative axis as the last one.
      asks: ({ axis }) => [axis].flat().some((one) => typeof one === 'number' && one < -1) && said('axis', axis),
      wayOut: 'Count the axis from the front',
    },
  },
  BatchNormalization: {
    axis: {
      asks: ({ axis }) => Array.isArray(axis) && axis.length > 1 && `the axes ${JSON.stringify(axis)}`,
      wayOut: 'Normalise along one axis only',
    },
    virtual_batch_size: unless('virtual_batch_size', () => false, 'Leave it out'),
  },
  Resizing: {
    // TensorFlow.js aligns the corners, but Keras the centres of cells; it does not crop; its output shape has no batch.
    interpolation: unless('height', () => false, 'Leave the layer out, and feed images of the size that it makes,'),
  },
  LayerNormalization: { rms_scaling: unless('rms_scaling', isFalse, 'Leave it out') },
  SimpleRNN: recurrent,
  LSTM: recurrent,
  GRU: { ...recurrent, reset_after: resetAfter },
  GRUCell: { reset_after: resetAfter },
  RNN: recurrent,
  ConvLSTM2D: recurrent,
  Bidirectional: {
    backward_layer: {
      asks: ({ layer, backward_layer: backward }) =>
        isConfigEntry(layer) &&
        isConfigEntry(backward) &&
        !isSameButForWay(layer, backward) &&
        'a backward_layer that is not a copy of its layer in the other direction',
      wayOut: 'Leave it out, or build the two directions from two layers and a Concatenate,',
    },
  },
};

/**
 * What TensorFlow.js computes slightly differently from Keras, so that the network still works. A warning says so.
 *
 * A network that TensorFlow.js wrote gets no warning, because it was made with the values of TensorFlow.js.
 */
const DIFFERENCES: Options = {
  UpSampling2D: {
    asks: ({ interpolation }) => interpolation === 'bilinear' && "interpolation='bilinear'",
    wayOut:
      'TensorFlow.js interpolates between the edges of cells, as TensorFlow 1 did, and Keras between their centres, so its values differ a little from those of Keras.',
  },
};

/** An option that layers of any class may have. */
const QUANTISED: IgnoredOption = {
  asks: ({ dtype }) => isRecord(dtype) && /Quantized/.test(String(dtype.class_name)) && 'quantised weights',
  wayOut: 'Load the network as it was before quantize(),',
};

/**
 * Checks that TensorFlow.js computes what Keras computes with a layer's options.
 *
 * @throws DeconvnetError `unsupported-option`.
 */
export function checkOptions(entry: ConfigEntry, scope: RepairScope): void {
  const { class_name } = entry;
  const config = Object.fromEntries(Object.entries(entry.config).map(([key, value]) => [key, single(value)]));
  const options = Object.hasOwn(IGNORED_OPTIONS, class_name) ? Object.values(IGNORED_OPTIONS[class_name]!) : [];
  for (const { asks, wayOut } of [QUANTISED, ...options]) {
    const what = asks(config);
    if (what === false) continue;
    throw layerError(
      scope,
      entry,
      'unsupported-option',
      `is of the class ${class_name} with ${what}, which TensorFlow.js does not compute as Keras does. ${wayOut} and save the model again.`,
    );
  }
}

/** Adds a warning if a layer's values are close to those of Keras, but not the same. */
export function sayDifferences({ class_name, config }: ConfigEntry, { warnings, tfjs, ...scope }: RepairScope): void {
  const difference = Object.hasOwn(DIFFERENCES, class_name) ? DIFFERENCES[class_name] : undefined;
  const what = difference?.asks(config);
  if (!difference || !what || tfjs) return;
  warnings.push(
    `${titleOf(scope, String(config.name))} is of the class ${class_name} with ${what}. ${difference.wayOut}`,
  );
}

/** Turns a list of one number into the number, because versions of Keras have written both. */
function single(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 && typeof value[0] === 'number' ? value[0] : value;
}

/** Whether a backward layer equals the one that TensorFlow.js makes from the forward layer: the same, from the end. */
function isSameButForWay(forward: ConfigEntry, backward: ConfigEntry): boolean {
  if (forward.class_name !== backward.class_name || forward.config.go_backwards === backward.config.go_backwards) {
    return false;
  }
  return ['units', 'activation', 'recurrent_activation', 'use_bias', 'filters', 'kernel_size', 'cell'].every(
    (option) => JSON.stringify(forward.config[option]) === JSON.stringify(backward.config[option]),
  );
}
