import type { GalleryThumbnails } from './gallery-page.js';

/** Where the thumbnails of the pictures of a layer are, as the page's script reads it. */
export interface ThumbnailData {
  readonly sheets: readonly (readonly [file: string, width: number, height: number])[];
  /** From the corner of one thumbnail to that of the next. */
  readonly step: readonly [width: number, height: number];
  readonly perRow: number;
  readonly perSheet: number;
  /** The number of the thumbnail of each picture of the layer's table of ids; -1 if it has none. */
  readonly at: readonly number[];
  /** The size of all thumbnails; absent if they differ. */
  readonly size?: readonly [width: number, height: number];
  /** If the sizes differ: those of each thumbnail and of its picture; 0 for a picture without a thumbnail. */
  readonly sizes?: readonly (SizesOfOne | 0)[];
}

type SizesOfOne = readonly [width: number, height: number, pictureHeight: number, pictureWidth: number];

/** Packs where the thumbnails of some pictures are. Only the number of each is written if all have the same size. */
export function packThumbnails(
  { sheets, step, perRow, perSheet, places }: GalleryThumbnails,
  { ids, extent }: { readonly ids: readonly string[]; readonly extent: readonly number[] | undefined },
): ThumbnailData {
  const found = ids.map((id) => places.get(id));
  const first = found.find((place) => place !== undefined);
  return {
    sheets: sheets.map(({ file, width, height }) => [file, width, height]),
    ...{ step: [step.width, step.height], perRow, perSheet },
    at: found.map((place) => place?.index ?? -1),
    ...(extent
      ? first && { size: [first.size.width, first.size.height] }
      : {
          sizes: found.map((place): SizesOfOne | 0 =>
            place ? [place.size.width, place.size.height, place.picture.height, place.picture.width] : 0,
          ),
        }),
  };
}
