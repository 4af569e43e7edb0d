import { type ConfigEntry, isConfigEntry, isRecord } from './config-entry.js';
import { layerError, type RepairScope } from './repair-scope.js';

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

const groups = unless('groups', isOne, 'Split the layer by hand (or use DepthwiseConv2D)');
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

const INTERPOLATIONS = ['nearest', 'bilinear', 'bicubic', 'lanczos3', 'lanczos5'];
const interpolation = unless(
  'interpolation',
  (value) => INTERPOLATIONS.includes(String(value).toLowerCase()),
  `Use one of ${INTERPOLATIONS.join(', ')}`,
);

const recurrent: Options = { time_major: timeMajor };
const transposed: Options = { groups, strides: strideAndDilation };

/**
 * By class and option: what TensorFlow.js 4.22 ignores, computes wrongly, or rejects without naming the layer. What
 * another class computes instead, of tfjs or of this library, is not here: see `repairLayer`.
 */
export const IGNORED_OPTIONS: Readonly<Record<string, Options>> = {
  Conv1D: { strides: strideAndDilation },
  Conv2D: { strides: strideAndDilation },
  Conv3D: { strides: strideAndDilation },
  DepthwiseConv1D: { groups },
  DepthwiseConv2D: { groups },
  SeparableConv1D: { groups },
  SeparableConv2D: { groups },
  Conv1DTranspose: transposed,
  Conv2DTranspose: transposed,
  Conv3DTranspose: transposed,
  UpSampling2D: { interpolation },
  RandomCrop: {
    // Keras 3.15 changes nothing at inference, and states the smaller shape all the same. Keras 2 cuts the middle out.
    height: unless(
      'height',
      () => false,
      'Keras 2 and Keras 3 differ in what the layer does at inference. Put a CenterCrop or a Resizing in its place,',
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
    interpolation,
    pad_to_aspect_ratio: {
      asks: ({ crop_to_aspect_ratio: crop, pad_to_aspect_ratio: pad }) =>
        crop === true && pad === true && 'crop_to_aspect_ratio=True and pad_to_aspect_ratio=True',
      wayOut: 'Use only one of the two, as Keras itself demands,',
    },
    fill_mode: unless('fill_mode', (value) => value === 'constant', "Use 'constant'"),
  },
  LayerNormalization: { rms_scaling: unless('rms_scaling', isFalse, 'Leave it out') },
  SimpleRNN: recurrent,
  LSTM: recurrent,
  GRU: recurrent,
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

/** Turns a list of one number into the number, because versions of Keras have written both. */
function single(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 && typeof value[0] === 'number' ? value[0] : value;
}

/** Whether a backward layer equals the one that TensorFlow.js makes from the forward layer: the same, from the end. */
function isSameButForWay(forward: ConfigEntry, backward: ConfigEntry): boolean {
  if (forward.class_name !== backward.class_name || forward.config.go_backwards === backward.config.go_backwards) {
    return false;
  }
  return [
    'units',
    'activation',
    'recurrent_activation',
    'use_bias',
    'reset_after',
    'filters',
    'kernel_size',
    'cell',
  ].every((option) => JSON.stringify(forward.config[option]) === JSON.stringify(backward.config[option]));
}
