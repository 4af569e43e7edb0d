import type { BoundCall, Translated } from './bound-call.js';

/** What is known of an operation: the names of its arguments, in order, and how a call becomes a layer. */
export interface Signature {
  /**
   * The arguments in the order of the function. Each is a name, or several names with bars between them, because versions
   * and libraries call them differently; the first is the one that `translate` uses.
   */
  readonly params: readonly string[];
  readonly translate: (call: BoundCall) => Translated;
}

export type Signatures = Readonly<Record<string, Signature>>;

/** Makes a signature from arguments that are written in one line. */
export function signature(params: string, translate: Signature['translate']): Signature {
  return { params: params.split(' '), translate };
}

/** Arguments that change nothing at inference, or that say where a result is computed. */
export const IGNORED: RegExp =
  /^(name|T|T[a-z]\w*|_\w+|N|dtype|out_type|Index|SrcT|DstT|Truncate|validate_shape|trainable|training)$/;
