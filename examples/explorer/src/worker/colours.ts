import { interpolateInferno, interpolatePuOr } from 'd3-scale-chromatic';

/** Colours for activations: 256 steps of RGB, from the least to the most. */
export interface Colours {
  /** For activations that cannot be negative: black is nothing, light is much. */
  readonly positive: Uint8ClampedArray;
  /** For others: zero in the middle, white. */
  readonly signed: Uint8ClampedArray;
}

/** Perceptually even, and told apart by people who are colour-blind. */
export const colours: Colours = { positive: table(interpolateInferno), signed: table(interpolatePuOr) };

function table(colourAt: (share: number) => string): Uint8ClampedArray {
  const steps = new Uint8ClampedArray(256 * 3);
  for (let step = 0; step < 256; step++) steps.set(rgbOf(colourAt(step / 255)), step * 3);
  return steps;
}

/** d3 writes `#rrggbb` for some scales and `rgb(r, g, b)` for others. */
function rgbOf(colour: string): number[] {
  if (colour.startsWith('#')) return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return (colour.match(/\d+/g) ?? []).map(Number);
}
