import type { Layer } from 'deconvnet';
import fc from 'fast-check';
import { except, type LayerCase } from './layer-case.js';

/** The options of a layer whose windows slide over spatial axes. */
export interface Sizes {
  readonly window: number[];
  readonly strides: number[];
  readonly dilationRate: number[];
  readonly padding: 'same' | 'valid';
  readonly useBias: boolean;
  readonly dataFormat: 'channelsFirst' | 'channelsLast';
  /** Feature maps of the layer, and how many each channel makes where it has a depth multiplier. */
  readonly filters: number;
  readonly depthMultiplier: number;
}

/** What is drawn for a class of such layers. */
export interface Family {
  readonly rank: 1 | 2 | 3;
  readonly make: (sizes: Sizes) => Layer;
  readonly dilates?: boolean;
  /** Whether it can have a stride and a dilation together. */
  readonly both?: boolean;
  readonly channelsLastOnly?: boolean;
  /** A transposed convolution takes inputs smaller than its window. */
  readonly anyExtent?: boolean;
  /** Whether the layer is linear but for a bias; true by default. */
  readonly linear?: boolean;
  /** How many groups its channels fall into: their number is a multiple of it. */
  readonly groups?: number;
  /** Whether its windows are the whole extent. */
  readonly global?: boolean;
  /** Why tfjs computes the layer wrong on wasm: for all sizes, or where windows leave cells out. */
  readonly wrongOnWasm?: { readonly reason: string; readonly onlyWhereCellsAreLeftOut?: boolean };
}

/** Whether windows with padding `same` end before the input does: a stride is wider than the window. */
function leavesCellsOut({ window, strides, dilationRate, padding }: Sizes, extent: readonly number[]): boolean {
  if (padding === 'valid' || window.every((size) => size === 1)) return false;
  return extent.some((cells, axis) => {
    const span = (window[axis]! - 1) * dilationRate[axis]! + 1;
    return (Math.ceil(cells / strides[axis]!) - 1) * strides[axis]! + span < cells;
  });
}

/** Layers of one class with generated options and input sizes. */
export function windowedCases(family: Family): fc.Arbitrary<LayerCase> {
  const {
    rank,
    make,
    dilates = false,
    both = false,
    channelsLastOnly = false,
    anyExtent = false,
    groups = 1,
    wrongOnWasm,
  } = family;
  const perAxis = (min: number, max: number): fc.Arbitrary<number[]> =>
    fc.array(fc.integer({ min, max }), { minLength: rank, maxLength: rank });
  const upTo = (three: number, fewer: number): number => (rank === 3 ? three : fewer);
  return fc
    .record({
      window: perAxis(1, upTo(3, 5)),
      strides: perAxis(1, upTo(3, 4)),
      dilation: perAxis(1, 3),
      dilated: fc.boolean(),
      padding: fc.constantFrom('same' as const, 'valid' as const),
      useBias: fc.boolean(),
      channelsFirst: fc.boolean(),
      channels: fc.integer({ min: 1, max: 3 }),
      filters: fc.integer({ min: 1, max: 3 }),
      depthMultiplier: fc.integer({ min: 1, max: 3 }),
      more: perAxis(0, upTo(4, 7)),
    })
    .map(({ window, strides, dilation, dilated, channelsFirst: first, channels: each, more, ...rest }) => {
      const channels = each * groups;
      // The convolutions of tfjs and Keras reject stride and dilation together.
      const spreads = dilates && dilated;
      const dilationRate = spreads ? dilation : window.map(() => 1);
      const extent = window.map((size, axis) =>
        anyExtent ? more[axis]! + 1 : (size - 1) * dilationRate[axis]! + 1 + more[axis]!,
      );
      const stepped = spreads && !both ? window.map(() => 1) : strides;
      const channelsFirst = first && !channelsLastOnly;
      const dataFormat = channelsFirst ? ('channelsFirst' as const) : ('channelsLast' as const);
      const sizes = { ...rest, window, strides: stepped, dilationRate, dataFormat };
      const isWrong = wrongOnWasm && (!wrongOnWasm.onlyWhereCellsAreLeftOut || leavesCellsOut(sizes, extent));
      return {
        title: JSON.stringify({ ...sizes, extent, channels }),
        make: () => make(sizes),
        inputShapes: [channelsFirst ? [channels, ...extent] : [...extent, channels]],
        channelAxis: channelsFirst ? 1 : rank + 1,
        linear: family.linear ?? true,
        windowed: !family.global,
        ...(isWrong && { wrongOn: except(wrongOnWasm.reason, 'wasm') }),
      };
    });
}
