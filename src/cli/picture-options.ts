import type { ReadPicturesOptions } from 'deconvnet/node';

/** The options of a command that say how pictures are read. */
export interface PictureOptions {
  readonly allowHost?: readonly string[];
  readonly maxPixels?: number;
}

/** How pictures are read, in the form that the library takes. */
export type Reading = Pick<ReadPicturesOptions, 'allowHosts' | 'maxPixels'>;

/** Makes the options of the library from those of a command. */
export function readingOptions({ allowHost, maxPixels }: PictureOptions): Reading {
  return {
    ...(allowHost !== undefined && { allowHosts: allowHost }),
    ...(maxPixels !== undefined && { maxPixels }),
  };
}
