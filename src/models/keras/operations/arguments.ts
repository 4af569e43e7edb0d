import { isRecord } from '../config-entry.js';
import { isPlace, type LayersByName, placeOf, type TensorPlace } from '../repair-nodes.js';

/** A tensor among the arguments of an operation. */
export class TensorArgument {
  constructor(readonly place: TensorPlace) {}
}

/** The shape of a tensor, as an argument: only its batch axis is of use. */
export class ShapeArgument {
  constructor(readonly of: TensorPlace) {}
}

/** The size of the batch, as an argument. */
export class BatchSizeArgument {}

/** `start:stop:step` in Python. */
export class SliceArgument {
  constructor(
    readonly start: unknown,
    readonly stop: unknown,
    readonly step: unknown,
  ) {}
}

/** `...` in Python: all axes that are not named. */
export class EllipsisArgument {}

/** The arguments of one call, as they stand in the file. */
export interface CallArguments {
  readonly positional: readonly unknown[];
  readonly named: Readonly<Record<string, unknown>>;
}

/**
 * An argument as a file writes it, with its tensors, slices and arrays made plain. Lists of Keras 3 may stand for tuples,
 * and an array is a list of lists of numbers.
 */
export function readArgument(value: unknown, layers: LayersByName): unknown {
  if (isPlace(value) && layers.has(value[0])) return new TensorArgument([value[0], value[1], value[2]]);
  if (Array.isArray(value)) return value.map((item: unknown) => readArgument(item, layers));
  if (!isRecord(value)) return value;
  const { class_name: kind, config } = value;
  const place = placeOf(value, layers);
  if (place) return new TensorArgument(place);
  if (kind === '__ellipsis__') return new EllipsisArgument();
  const within = isRecord(config) ? config : value;
  const inner = (item: unknown): unknown => readArgument(item, layers);
  if (kind === '__slice__' || isSlice(value)) {
    return new SliceArgument(inner(within.start), inner(within.stop), inner(within.step));
  }
  if (kind === '__tuple__') return inner(Array.isArray(config) ? config : (value.items ?? within.value));
  if (typeof kind === 'string' && /^__(numpy|tensor|array)__$/.test(kind)) return inner(within.value);
  return value;
}

/** All tensors in some arguments, in order, at any depth. */
export function tensorsIn(value: unknown): TensorPlace[] {
  if (value instanceof TensorArgument) return [value.place];
  if (Array.isArray(value)) return value.flatMap(tensorsIn);
  if (value instanceof SliceArgument) return tensorsIn([value.start, value.stop, value.step]);
  return [];
}

/** Keras 2 writes a slice as an object of three entries. */
function isSlice(value: Readonly<Record<string, unknown>>): boolean {
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => ['start', 'stop', 'step'].includes(key));
}
