/** A layer's config, as a model.json has it. */
export type SavedConfig = Record<string, unknown>;

/** One way in which a version of Keras writes options. */
export interface OptionForm {
  readonly title: string;
  /** The config written that way; `rank` counts the axes of the layer's input, the batch included. */
  readonly write: (config: SavedConfig, rank: number) => SavedConfig;
}

/** What no version of Keras writes in another form, or what stands around a layer. */
const LEFT = ['name', 'trainable', 'seed', 'layer', 'cell', 'cells', 'batch_input_shape'];

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'number');

const each = (write: (value: unknown, key: string) => unknown) => (config: SavedConfig) =>
  Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      LEFT.includes(key) || /_(initializer|regularizer|constraint)$/.test(key) ? value : write(value, key),
    ]),
  );

/** Options of one value that some version of Keras, or a conversion of its files, has written as a list. */
const SINGLE = ['axis', 'max_value', 'alpha', 'theta', 'mask_value', 'epsilon', 'rate', 'n', 'height', 'width'];

const AXES = ['axis', 'axes'];

/** What an option is where nothing is said of it. */
const DEFAULTS: SavedConfig = {
  data_format: 'channels_last',
  dilation_rate: [1, 1],
  padding: 'valid',
  activation: 'linear',
  interpolation: 'nearest',
};

const policy = (class_name: string, name: string): SavedConfig => ({
  module: 'keras',
  class_name,
  config: { name },
  registered_name: null,
});

export const OPTION_FORMS: readonly OptionForm[] = [
  {
    title: 'a list for a number',
    write: each((value, key) => (SINGLE.includes(key) && typeof value === 'number' ? [value] : value)),
  },
  {
    title: 'a number for a list',
    write: each((value, key) =>
      isNumbers(value) && !['target_shape', 'dims'].includes(key) && value.every((item) => item === value[0])
        ? value[0]
        : value,
    ),
  },
  {
    title: 'a tuple for a list',
    write: each((value) => (Array.isArray(value) ? { class_name: '__tuple__', items: value } : value)),
  },
  {
    title: 'a NumPy number for a number (Keras 2.1)',
    write: each((value) => (typeof value === 'number' ? { type: 'ndarray', value } : value)),
  },
  {
    title: 'a NumPy value for a number or a list (Keras 3)',
    write: each((value) =>
      typeof value === 'number' || isNumbers(value)
        ? { class_name: '__numpy__', config: { value, dtype: 'float32' } }
        : value,
    ),
  },
  {
    title: 'null for a default',
    write: (config, rank) =>
      each((value, key) => {
        const isDefault = JSON.stringify(DEFAULTS[key]) === JSON.stringify(value);
        const isPoolSize = key === 'strides' && JSON.stringify(value) === JSON.stringify(config.pool_size);
        const isLast = key === 'axis' && value === rank - 1;
        return isDefault || isPoolSize || isLast ? null : value;
      })(config),
  },
  {
    title: 'nothing for a default',
    write: (config) =>
      Object.fromEntries(
        Object.entries(config).filter(([key, value]) => JSON.stringify(DEFAULTS[key]) !== JSON.stringify(value)),
      ),
  },
  {
    title: 'axes from the end',
    write: (config, rank) =>
      each((value, key) => {
        const back = (axis: number): number => (axis >= 0 ? axis - rank : axis);
        if (!AXES.includes(key)) return value;
        return typeof value === 'number' ? back(value) : isNumbers(value) ? value.map(back) : value;
      })(config),
  },
  {
    title: 'axes from the end, in a list',
    write: (config, rank) =>
      each((value, key) => (key === 'axis' && typeof value === 'number' ? [value >= 0 ? value - rank : value] : value))(
        config,
      ),
  },
  {
    title: 'axes from the front, in a list',
    write: (config, rank) =>
      each((value, key) => (key === 'axis' && typeof value === 'number' ? [value < 0 ? value + rank : value] : value))(
        config,
      ),
  },
  { title: 'a policy of tf.keras', write: (config) => ({ ...config, dtype: policy('Policy', 'float32') }) },
  {
    title: 'a policy of mixed precision',
    write: (config) => ({ ...config, dtype: policy('Policy', 'mixed_float16') }),
  },
  {
    title: 'a policy of Keras 3',
    // In Keras 3 the word hard_sigmoid means another function.
    write: (config) =>
      JSON.stringify(config).includes('hard_sigmoid') ? config : { ...config, dtype: policy('DTypePolicy', 'float32') },
  },
  { title: 'a type of 16 bits', write: (config) => ({ ...config, dtype: 'float16' }) },
  {
    title: 'an activation function as an object',
    write: each((value, key) =>
      /^(recurrent_)?activation$/.test(key) && typeof value === 'string'
        ? { module: 'builtins', class_name: 'function', config: value, registered_name: 'function' }
        : value,
    ),
  },
  {
    title: 'the options that other versions of Keras know',
    write: (config) => ({ ...config, groups: 1, autocast: true, input_spec: null, ragged: false, optional: false }),
  },
];
