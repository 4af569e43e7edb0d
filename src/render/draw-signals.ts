import type { Picture } from '../input/picture.js';
import { drawLine, type Point } from './draw-line.js';
import type { Size } from './resize-grid.js';

/** Samples of a signal, or of its projection. */
export interface Samples {
  /** Channel by channel for each sample. */
  readonly values: ArrayLike<number>;
  readonly channels: number;
  /** The number of the first sample in `values`. */
  readonly first: number;
}

/** A part of a signal that is drawn as lines, one for each channel. */
export interface SignalPlot extends Samples {
  /** The first sample that is shown. */
  readonly start: number;
  /** How many samples are shown. Samples that do not exist are transparent. */
  readonly length: number;
}

/** The values behind a line: for each pixel column and channel a number from -1 to 1. */
export type Backdrop = (column: number, channel: number) => number;

type Colour = readonly [number, number, number];

const PAPER: Colour = [246, 246, 246];
const POSITIVE: Colour = [214, 72, 38];
const NEGATIVE: Colour = [38, 104, 196];
const INK: Colour = [24, 24, 24];

/** Pixels between a line and the edge of its band. */
const MARGIN = 2;
/** Bands that are at least this high have a transparent line between them. */
const SEPARATE = 8;

/**
 * Draws signals as lines. Each channel has a band of its own, from the top. A channel has the same vertical scale in all
 * pictures, from its smallest to its largest value, so that they can be compared.
 */
export function drawSignals(
  plots: readonly SignalPlot[],
  { width, height }: Size,
  backdrops?: readonly Backdrop[],
): Picture[] {
  const ranges = rangesOf(plots);
  return plots.map((plot, i) => {
    const { channels, start, length } = plot;
    const data = new Uint8ClampedArray(width * height * 4);
    const xOf = (sample: number): number => ((sample - start + 0.5) * width) / length;
    const count = plot.values.length / channels;
    const [from, to] = [plot.first, plot.first + count].map((edge) => ((edge - start) * width) / length);
    for (let channel = 0; channel < channels; channel++) {
      const top = Math.round((channel * height) / channels);
      const end = Math.round(((channel + 1) * height) / channels);
      const band = { width, height: end - top - (end - top >= SEPARATE && channel + 1 < channels ? 1 : 0) };
      const { least, range } = ranges[channel]!;
      const margin = Math.min(MARGIN, Math.floor(band.height / 4));
      const points: Point[] = [];
      for (let sample = Math.max(0, start - plot.first - 1); sample < count; sample++) {
        const share = range === 0 ? 0.5 : (plot.values[sample * channels + channel]! - least) / range;
        points.push({ x: xOf(plot.first + sample), y: margin + (1 - share) * (band.height - 2 * margin) });
        if (plot.first + sample > start + length) break;
      }
      const ink = drawLine(points, band);
      for (let y = 0; y < band.height; y++) {
        for (let x = 0; x < width; x++) {
          if (x + 0.5 < from! || x + 0.5 > to!) continue;
          const share = backdrops?.[i]?.(x, channel) ?? 0;
          const behind = mix(PAPER, share < 0 ? NEGATIVE : POSITIVE, Math.abs(share));
          data.set([...mix(behind, INK, ink[y * width + x]!), 255], ((top + y) * width + x) * 4);
        }
      }
    }
    return { width, height, data };
  });
}

/** For each channel, its smallest value and the distance to its largest, over what all plots show. */
function rangesOf(plots: readonly SignalPlot[]): { readonly least: number; readonly range: number }[] {
  return Array.from({ length: plots[0]?.channels ?? 0 }, (_, channel) => {
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (const { values, channels, first, start, length } of plots) {
      for (let i = 0; i < values.length / channels; i++) {
        if (first + i < start || first + i >= start + length) continue;
        least = Math.min(least, values[i * channels + channel]!);
        most = Math.max(most, values[i * channels + channel]!);
      }
    }
    return most > least ? { least, range: most - least } : { least: 0, range: 0 };
  });
}

function mix(from: Colour, to: Colour, share: number): Colour {
  return [0, 1, 2].map((i) => from[i]! + (to[i]! - from[i]!) * share) as unknown as Colour;
}
