/**
 * One entry of an index: `['slice', start, stop, step]`, `['index', i]`, `['new']` for an axis of size 1 that is added, and
 * `['rest']` for all axes that have no entry. What is null is left out in Python.
 */
export type IndexPart =
  | readonly ['slice', number | null, number | null, number | null]
  | readonly ['index', number]
  | readonly ['new']
  | readonly ['rest'];

/** What an index does along one axis of its input. */
export interface AxisCut {
  /** The size of the axis; null if it is unknown. */
  readonly size: number | null;
  /** Whether the axis stays as it is. */
  readonly whole: boolean;
  /** The first cell that is read, the number of cells, and the step from one to the next, which may be negative. */
  readonly begin: number;
  readonly count: number | null;
  readonly step: number;
  /** Whether the axis, which has one cell then, is left out of the result. */
  readonly drop: boolean;
  /** How many axes of size 1 are put before this axis. */
  readonly newBefore: number;
  /** The same behind the last axis. */
  readonly newAfter: number;
}

/** What an index does along each axis of a tensor; undefined if it does not fit the tensor. */
export function cutsOf(parts: readonly IndexPart[], shape: readonly (number | null)[]): readonly AxisCut[] | undefined {
  const entries = parts.filter(([kind]) => kind === 'slice' || kind === 'index').length;
  if (entries > shape.length) return undefined;
  const rest = shape.length - entries;
  const whole: IndexPart = ['slice', null, null, null];
  const filled: IndexPart[] = parts.flatMap((part): IndexPart[] =>
    part[0] === 'rest' ? Array<IndexPart>(rest).fill(whole) : [part],
  );
  if (!parts.some(([kind]) => kind === 'rest')) filled.push(...Array<IndexPart>(rest).fill(whole));
  const cuts: AxisCut[] = [];
  let added = 0;
  for (const part of filled) {
    if (part[0] === 'new') {
      added++;
      continue;
    }
    const size = shape[cuts.length]!;
    const cut = part[0] === 'index' ? indexed(part[1], size) : part[0] === 'slice' ? sliced(part, size) : undefined;
    if (!cut) return undefined;
    cuts.push({ ...cut, size, newBefore: added, newAfter: 0 });
    added = 0;
  }
  const last = cuts.pop();
  return last && [...cuts, { ...last, newAfter: added }];
}

/** The shape of the result. */
export function sliceShape(cuts: readonly AxisCut[]): (number | null)[] {
  return cuts.flatMap(({ count, drop, newBefore, newAfter }) => [
    ...Array<number>(newBefore).fill(1),
    ...(drop ? [] : [count]),
    ...Array<number>(newAfter).fill(1),
  ]);
}

type OneCut = Omit<AxisCut, 'size' | 'newBefore' | 'newAfter'>;

function indexed(index: number, size: number | null): OneCut | undefined {
  const begin = index < 0 ? index + (size ?? 0) : index;
  if (size !== null && (begin < 0 || begin >= size)) return undefined;
  return { whole: false, begin, count: 1, step: 1, drop: true };
}

function sliced(
  [, start, stop, given]: Extract<IndexPart, readonly ['slice', ...unknown[]]>,
  size: number | null,
): OneCut | undefined {
  const step = given ?? 1;
  if (step === 0) return undefined;
  if (step === 1 && (start ?? 0) === 0 && stop === null)
    return { whole: true, begin: 0, count: size, step, drop: false };
  if (size === null) return { whole: false, begin: 0, count: null, step, drop: false };
  const least = step < 0 ? -1 : 0;
  const most = step < 0 ? size - 1 : size;
  const at = (place: number): number => Math.min(Math.max(place < 0 ? place + size : place, least), most);
  const begin = start === null ? (step < 0 ? size - 1 : 0) : at(start);
  const end = stop === null ? (step < 0 ? -1 : size) : at(stop);
  const count = Math.max(0, Math.ceil((end - begin) / step));
  return { whole: step === 1 && count === size, begin, count, step, drop: false };
}
