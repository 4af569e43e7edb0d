import type { Picture, Region } from 'deconvnet';

/** A projection's place in its picture. */
export interface Place {
  /** The box in which most of the projection is; null if the projection is zero everywhere. */
  readonly bounds: Region | null;
  readonly field: Region;
  readonly picture: Pick<Picture, 'width' | 'height'>;
}

/** The side of a focus is longer than that of the largest bounds by this factor, so that one sees what is around it. */
const PADDING = 1.1;

/** Where the projections are: squares of one size, each around its bounds, and inside the picture where they fit. */
export function focusOf(places: readonly Place[]): Region[] {
  const side = Math.ceil(Math.max(1, ...places.flatMap(({ bounds }) => bounds?.size ?? [])) * PADDING);
  const shortest = Math.min(...places.flatMap(({ picture: { width, height } }) => [width, height]));
  const length = Math.min(side, shortest);
  return places.map(({ bounds, field, picture }) => {
    const { start, size } = bounds ?? field;
    return {
      start: [picture.height, picture.width].map((extent, axis) => {
        const centred = Math.round(start[axis]! + (size[axis]! - length) / 2);
        return Math.min(Math.max(centred, 0), extent - length);
      }),
      size: [length, length],
    };
  });
}

/** A receptive field as it is shown: along an axis on which it is not smaller than the picture, the whole picture. */
export function shownField({ field: { start, size }, picture: { width, height } }: Place): Region {
  const isWhole = [height, width].map((extent, axis) => size[axis]! >= extent);
  return {
    start: start.map((first, axis) => (isWhole[axis] ? 0 : first)),
    size: [height, width].map((extent, axis) => (isWhole[axis] ? extent : size[axis]!)),
  };
}
