import { DeconvnetError } from '../errors.js';
import { type ConfigEntry, isRecord, nameOf } from './config-entry.js';

/** What an option makes of a layer that TensorFlow.js would compute without it, and what to do. */
type Check = (config: ConfigEntry['config']) => readonly [what: string, wayOut: string] | false;

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const several = (value: unknown): boolean =>
  (isList(value) ? value : [value]).some((n) => typeof n === 'number' && n > 1);

const dilated: Check = ({ dilation_rate: rate }) =>
  several(rate) && [`dilation_rate=${JSON.stringify(rate)}`, 'Use a Conv2D or SeparableConv2D, which can be dilated,'];

const CHECKS: Readonly<Record<string, readonly Check[]>> = {
  Conv1D: [({ padding }) => padding === 'causal' && ["padding='causal'", 'Pad before a valid convolution']],
  DepthwiseConv2D: [dilated],
  Conv2DTranspose: [
    dilated,
    ({ output_padding: padding }) =>
      padding != null && [`output_padding=${JSON.stringify(padding)}`, 'Leave it out, pad or crop after the layer,'],
  ],
  ReLU: [
    ({ threshold }) => Boolean(threshold) && [`threshold=${threshold}`, 'Use a ReLU without it'],
    ({ negative_slope: slope, max_value: ceiling }) =>
      Boolean(slope) && ceiling != null && ['negative_slope and max_value together', 'Use one of them'],
  ],
  ELU: [({ alpha }) => alpha != null && alpha !== 1 && [`alpha=${alpha}`, 'Use alpha=1, a LeakyReLU or a PReLU']],
  BatchNormalization: [({ axis }) => isList(axis) && axis.length > 1 && ['several axes', 'Normalise along one axis']],
  LayerNormalization: [({ rms_scaling: rms }) => rms === true && ['rms_scaling=True', 'Leave it out']],
  GRU: [({ reset_after: after }) => after === true && ['reset_after=True', 'Train it with reset_after=False']],
};

/**
 * Checks that TensorFlow.js computes what Keras 3 computes with a layer's options.
 *
 * @throws DeconvnetError `unsupported-option`.
 */
export function checkOptions(entry: ConfigEntry, subject: string): void {
  const { class_name, config } = entry;
  for (const check of [grouped, quantised, ...(CHECKS[class_name] ?? [])]) {
    const found = check(config);
    if (!found) continue;
    const [what, wayOut] = found;
    const layer = nameOf(entry);
    throw new DeconvnetError(
      'unsupported-option',
      `Layer '${layer}' of ${subject} is a ${class_name} with ${what}, which TensorFlow.js does not compute as Keras 3 does. ${wayOut} and convert again.`,
      { layer },
    );
  }
}

const grouped: Check = ({ groups }) =>
  several(groups) && [`groups=${groups}`, 'Split the layer by hand (or use DepthwiseConv2D)'];

const quantised: Check = ({ dtype }) =>
  isRecord(dtype) &&
  /Quantized/.test(String(dtype.class_name)) && ['quantised weights', 'Save the network before quantize()'];
