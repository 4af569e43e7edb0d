import type { ConfigEntry } from '../config-entry.js';
import type { TensorPlace } from '../repair-nodes.js';
import { layerError, type RepairScope } from '../repair-scope.js';
import { BatchSizeArgument, TensorArgument, tensorsIn } from './arguments.js';
import type { SavedOperation } from './read-calls.js';

/** The layer that computes what one call of an operation computes, and the tensors that it reads. */
export interface Replacement {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inputs: readonly TensorPlace[];
}

/** What becomes of an operation: a layer, or an argument of other operations that is known without computing. */
export type Translated = Replacement | { readonly argument: unknown };

/** One call of an operation, with its arguments by name. */
export class BoundCall {
  constructor(
    readonly operation: SavedOperation,
    readonly scope: RepairScope,
    readonly args: Readonly<Record<string, unknown>>,
  ) {}

  /** Whether an argument is given, and is not None. */
  has(name: string): boolean {
    return this.args[name] !== undefined && this.args[name] !== null;
  }

  /** The tensor of an argument. */
  tensor(name: string): TensorPlace {
    const value = this.args[name];
    if (value instanceof TensorArgument) return value.place;
    throw this.refused(`reads ${this.described(name)} where it needs a tensor`);
  }

  isTensor(name: string): boolean {
    return this.args[name] instanceof TensorArgument;
  }

  /** All tensors of an argument that is a list of tensors. */
  tensors(name: string): readonly TensorPlace[] {
    const list = [this.args[name]].flat();
    if (list.length > 0 && list.every((item) => item instanceof TensorArgument)) return list.map(({ place }) => place);
    throw this.refused(`reads ${this.described(name)} where it needs a list of tensors`);
  }

  /** A number, or the number in a list of any depth that has no other. */
  number(name: string, fallback?: number): number {
    const value = this.plain(name, fallback);
    const only = [value].flat(Number.POSITIVE_INFINITY);
    if (only.length === 1 && typeof only[0] === 'number' && Number.isFinite(only[0])) return only[0];
    throw this.refused(`has ${this.described(name)}, which must be a number`);
  }

  /** A whole number, or undefined if the argument is None. */
  integer(name: string): number | undefined {
    if (!this.has(name)) return undefined;
    const value = this.number(name);
    if (Number.isInteger(value)) return value;
    throw this.refused(`has ${this.described(name)}, which must be a whole number`);
  }

  /** A list of whole numbers; a single number is a list of one. */
  integers(name: string): readonly number[] {
    const list = [this.plain(name)].flat(Number.POSITIVE_INFINITY);
    if (list.length > 0 && list.every(Number.isInteger)) return list as number[];
    throw this.refused(`has ${this.described(name)}, which must be whole numbers`);
  }

  flag(name: string, fallback = false): boolean {
    const value = this.args[name] ?? fallback;
    if (typeof value === 'boolean') return value;
    if (value === 0 || value === 1) return value === 1;
    throw this.refused(`has ${this.described(name)}, which must be true or false`);
  }

  word(name: string, fallback: string): string {
    const value = this.args[name] ?? fallback;
    if (typeof value === 'string') return value.toLowerCase();
    throw this.refused(`has ${this.described(name)}, which must be a word`);
  }

  /** The value of an argument that must not have tensors in it. */
  plain(name: string, fallback?: unknown): unknown {
    const value = this.args[name] ?? fallback;
    if (tensorsIn(value).length === 0) return value;
    throw this.refused(`has a tensor as its argument '${name}'`);
  }

  /** The error for something that cannot be translated: what it is, and what to do. */
  refused(what: string, wayOut: string = WAY_OUT): Error {
    return refusal(this.operation, this.scope, what, wayOut);
  }

  private described(name: string): string {
    const value = this.args[name];
    if (value === undefined || value === null) return `no '${name}'`;
    if (tensorsIn(value).length > 0) return `a tensor as '${name}'`;
    return `${name}=${value instanceof BatchSizeArgument ? 'the size of the batch' : (JSON.stringify(value)?.slice(0, 60) ?? typeof value)}`;
  }
}

const WAY_OUT =
  'Build this part of the network from layers (Add, Multiply, Rescaling, Activation, Concatenate, Reshape ...), or write a layer class of your own in Keras and register it in TensorFlow.js too; then save the model again.';

/** The error for an operation that has no counterpart here. */
export function refusal(
  { entry, said }: SavedOperation,
  scope: RepairScope,
  what: string,
  wayOut: string = WAY_OUT,
): Error {
  return layerError(
    scope,
    entry as ConfigEntry,
    'unsupported-layer',
    `is the operation ${said}: it ${what}, which cannot be expressed in layers here. ${wayOut}`,
  );
}
