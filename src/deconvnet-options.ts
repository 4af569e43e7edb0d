import { checkKeys, checkValue } from './errors/check-options.js';
import type { InputFormat, InputFormatName } from './input/input-format.js';
import type { GateRoles } from './mirrors/constant-gates.js';
import type { MirrorFactory } from './mirrors/mirror.js';
import type { RuleOptions } from './mirrors/rules.js';

/** How a Deconvnet reads pictures, and how it goes down. */
export interface DeconvnetOptions extends RuleOptions {
  /**
   * How a picture becomes model input: the name of a format, or its numbers. Default: what the model tells, that is
   * `preprocessing` in its `userDefinedMetadata`; or `raw` if its first layers scale the pixels; or the format of the
   * application of Keras that it is by its name and layers. If the model tells nothing, the format is unknown, and
   * `toInput` and `toPicture` fail with `input-unknown`.
   */
  readonly input?: InputFormatName | InputFormat;
  /** Names of the classes, in the order of the output. Default: `classes` or `labels` in the model's metadata. */
  readonly labels?: readonly string[];
  /**
   * Your own mirrors, by the name of a layer or of a class. A layer inside a nested model is named `outer/inner`, or by
   * a suffix that only one layer has. A mirror for a layer takes precedence over one for its class, and both take
   * precedence over the built-in table. A name that no layer and no class has is an error.
   */
  readonly mirrors?: Readonly<Record<string, MirrorFactory>>;
  /**
   * What the gates of Multiply layers are on the way down. A gate is a factor without a place in the image, as in a
   * squeeze-and-excitation block; `deconvnet.layers` names the gates of each layer.
   *
   * - `constant` (default): a gate is a constant at its recorded value, and the signal follows the other factors only.
   * - `signal`: the signal goes to all factors, as in a gradient. The rule `gradient` always does this.
   *
   * An object gives one of these to each layer, by the name of a Multiply layer as in `mirrors`: `{ se1: 'signal' }`. Layers
   * that it does not name keep the default.
   */
  readonly gates?: GateRoles;
  /**
   * What to do with a layer whose class has no mirror: `gradient` uses its plain gradient. Default: an error that names
   * the layer.
   */
  readonly fallback?: 'gradient';
  /**
   * About how many bytes the images that go up together, or the signals that go down together, may take, beside the
   * mirrored weights. Larger jobs are split into several batches of at least one image or signal. The resulting
   * projections are not counted. Default: 96 MiB.
   */
  readonly maxBytes?: number;
}

/**
 * Checks options and fills in the default of `maxBytes`. The other defaults depend on the model or on the rule.
 *
 * @throws DeconvnetError `invalid-option`.
 */
export function resolveOptions(options: DeconvnetOptions): DeconvnetOptions & { readonly maxBytes: number } {
  checkKeys('Deconvnet', options, [
    'input',
    'labels',
    'rule',
    'unpool',
    'rectify',
    'filter',
    'mirrors',
    'gates',
    'fallback',
    'maxBytes',
  ]);
  const { fallback, labels, maxBytes = 96 * 2 ** 20 } = options;
  checkValue(fallback === undefined || fallback === 'gradient', "fallback is 'gradient', or left out", fallback);
  const areNames =
    labels === undefined || (Array.isArray(labels) && labels.every((label) => typeof label === 'string'));
  checkValue(areNames, 'labels is a list of names of classes, all strings', labels);
  const isSize = typeof maxBytes === 'number' && maxBytes > 0;
  checkValue(isSize, 'maxBytes is how many bytes the signals of one batch may take, a number above 0', maxBytes);
  return { ...options, maxBytes };
}
