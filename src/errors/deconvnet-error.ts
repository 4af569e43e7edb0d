// Stage: before all others. `errors/` says to people what is wrong.
// In: values that users gave, and what is known about them.
// Out: a `DeconvnetError` with a stable code, or nothing if the value is as it should be. `check-options.ts` has the
// checks of options, and `did-you-mean.ts` finds names that are close to a misspelt one.

/** What went wrong, as a word that a program can branch on. */
export type DeconvnetErrorCode =
  | 'unknown-layer'
  | 'unsupported-layer'
  | 'unsupported-option'
  | 'unsupported-topology'
  | 'feature-map-out-of-range'
  | 'position-out-of-range'
  | 'shape-mismatch'
  | 'not-finite'
  | 'disposed'
  | 'inside-tidy'
  | 'invalid-option'
  | 'invalid-mirror'
  | 'input-unknown'
  | 'not-a-layers-model'
  | 'duplicate-id'
  | 'empty-source'
  | 'source-missing'
  | 'state-mismatch'
  | 'state-unreadable'
  | 'graph-model'
  | 'model-not-found'
  | 'model-unreadable'
  | 'weights-mismatch'
  | 'pictures-not-found'
  | 'picture-unreadable'
  | 'missing-peer'
  | 'backend-unavailable'
  | 'worker-failed'
  | 'write-failed'
  | 'queue-unreachable'
  | 'run-unknown'
  | 'part-failed'
  | 'path-refused';

/** What to do about an error. A program with a surface of its own, such as a command line, can reword it by `about`. */
export interface Advice {
  /** The subject of the advice. These words are stable across releases. */
  readonly about:
    | 'register-class'
    | 'give-topology'
    | 'give-weights'
    | 'give-mirror'
    | 'choose-layers'
    | 'choose-map'
    | 'give-labels'
    | 'mine-layer'
    | 'mine-again'
    | 'resume'
    | 'max-pixels'
    | 'follow-links'
    | 'allow-host'
    | 'fewer-workers'
    | 'worker-backend'
    | 'input-tensor'
    | 'input-format';
  /** The advice for a caller of this library. The message ends with it. */
  readonly text: string;
}

/**
 * The one error class of this library.
 *
 * Branch on `code`, which is stable across releases; `instanceof` fails if an app holds both the ESM and the CJS
 * copy of a package. The message names the subject, what was expected, what was received, and the way out.
 *
 * @example
 * ```ts
 * import { DeconvnetError } from 'deconvnet';
 *
 * const error = new DeconvnetError('unknown-layer', 'There is no layer "conv9".', { layer: 'conv9' });
 * console.log(error.code, error.layer); // unknown-layer conv9
 * ```
 */
export class DeconvnetError extends Error {
  override readonly name = 'DeconvnetError';
  /** What went wrong. */
  readonly code: DeconvnetErrorCode;
  /** The name of the layer that the error is about, if it is about one. */
  readonly layer?: string;
  /** The message without its advice. */
  readonly what: string;
  /** The advice at the end of the message, if it is worded in terms of this library. */
  readonly advice?: Advice;

  constructor(
    code: DeconvnetErrorCode,
    message: string,
    {
      layer,
      cause,
      advice,
    }: { readonly layer?: string; readonly cause?: unknown; readonly advice?: Advice | undefined } = {},
  ) {
    super(advice ? `${message} ${advice.text}` : message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.what = message;
    if (advice) this.advice = advice;
    if (layer !== undefined) this.layer = layer;
  }
}
