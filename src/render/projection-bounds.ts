import { checkKeys, checkValue } from '../errors/check-options.js';
import type { Projection } from '../project/projection.js';
import type { Region } from '../regions/region.js';
import { type ReadProjection, readProjection } from './read-projection.js';

/** How much of a projection its bounds contain. */
export interface ProjectionBoundsOptions {
  /** The share of the energy (the sum of the squares of all values) that remains, over 0 and at most 1. Default: 0.95. */
  readonly energy?: number;
}

/**
 * Finds the box in which most of a projection is. The box in which a signal of a deep layer can land (the `landing`) is
 * often much larger than the part of it that matters, so that a picture of the whole box shows little.
 *
 * From each side of the projection the box leaves out as many rows (or columns) as have at most `(1 - energy) / (2 n)` of
 * the energy, where `n` is the number of spatial axes: with two axes, a quarter of `1 - energy`. Therefore at least the
 * share `energy` is in the box.
 *
 * @param projection stays the caller's; with any number of spatial axes, cropped or not
 * @returns the box in input pixels, as `landing`. For a projection that is zero everywhere it is the box of all
 * its pixels.
 * @throws DeconvnetError `invalid-option`, `disposed`.
 * @example
 * ```ts
 * import { projectionBounds, type Projection } from 'deconvnet';
 *
 * const describe = async (projection: Projection) => {
 *   const { start, size } = await projectionBounds(projection, { energy: 0.9 });
 *   console.log(`90 % of the energy is in ${size.join('x')} pixels from ${start.join(',')}`);
 * };
 * ```
 */
export async function projectionBounds(projection: Projection, options: ProjectionBoundsOptions = {}): Promise<Region> {
  checkKeys('projectionBounds', options, ['energy']);
  const { energy = 0.95 } = options;
  const isShare = typeof energy === 'number' && energy > 0 && energy <= 1;
  checkValue(isShare, 'energy is a share of the energy, over 0 and at most 1', energy);
  return boundsOf(await readProjection(projection), energy);
}

/** The bounds of a projection whose values have been read already. */
export function boundsOf({ values, shape, cropped, landing }: ReadProjection, energy: number): Region {
  const extent = shape.slice(0, -1);
  const profiles = profilesOf(values, extent, shape.at(-1)!);
  const sides = profiles.map((profile) => {
    const cut = (profile.reduce((sum, part) => sum + part, 0) * (1 - energy)) / (2 * extent.length);
    const first = cellsWithin(profile, cut);
    // A profile of zeros would be cut away from both sides.
    return first === profile.length
      ? { first: 0, size: profile.length }
      : { first, size: profile.length - first - cellsWithin(profile.slice().reverse(), cut) };
  });
  return {
    start: sides.map(({ first }, axis) => first + (cropped ? landing.start[axis]! : 0)),
    size: sides.map(({ size }) => size),
  };
}

/** For each spatial axis, the energy at each of its cells. */
function profilesOf(values: ArrayLike<number>, extent: readonly number[], channels: number): Float64Array[] {
  const profiles = extent.map((size) => new Float64Array(size));
  const cells = values.length / channels;
  for (let cell = 0; cell < cells; cell++) {
    let energy = 0;
    for (let channel = 0; channel < channels; channel++) energy += values[cell * channels + channel]! ** 2;
    for (let axis = extent.length - 1, rest = cell; axis >= 0; axis--) {
      profiles[axis]![rest % extent[axis]!]! += energy;
      rest = Math.floor(rest / extent[axis]!);
    }
  }
  return profiles;
}

/** How many cells, from the first on, have at most this much energy together. */
function cellsWithin(profile: Float64Array, most: number): number {
  let sum = 0;
  const end = profile.findIndex((energy) => {
    sum += energy;
    return sum > most;
  });
  return end === -1 ? profile.length : end;
}
