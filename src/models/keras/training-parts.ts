import { type ConfigEntry, isConfigEntry, isRegistered } from './config-entry.js';
import { errorOfMaking } from './make-object.js';

/** The cheapest initializer. */
const ZEROS: ConfigEntry = { class_name: 'Zeros', config: {} };

/** An initializer, regularizer or constraint. It is dropped if tfjs-layers lacks it, because only training needs it. */
export function repairTraining(role: string, value: unknown): unknown {
  const without = role === 'initializer' ? ZEROS : null;
  if (typeof value === 'string') {
    const className = value.replace(/(^|_)(\w)/g, (_, _start, letter: string) => letter.toUpperCase());
    return isRegistered(className) ? value : without;
  }
  if (!isConfigEntry(value)) return null;
  const { class_name, config } = value;
  if (class_name === 'L1' || class_name === 'L2') {
    return { class_name: 'L1L2', config: { l1: config.l1 ?? 0, l2: config.l2 ?? 0 } };
  }
  return !isDrawable(config) || errorOfMaking(value) ? without : { class_name, config };
}

/** The options of initializers that are numbers. */
const NUMBERS = ['scale', 'mean', 'stddev', 'minval', 'maxval', 'value', 'gain'];

/** Whether values can be drawn with a config. With a deviation below 0 or NaN, TensorFlow.js would draw forever. */
function isDrawable(config: ConfigEntry['config']): boolean {
  const given = NUMBERS.filter((key) => config[key] !== undefined && config[key] !== null);
  return given.every((key) => Number.isFinite(config[key]) && !((config.stddev as number) < 0));
}

/** Which of `initializer`, `regularizer` and `constraint` an option is; undefined for all other options. */
export function trainingRole(option: string): string | undefined {
  return /_(initializer|regularizer|constraint)$/.exec(option)?.[1];
}
