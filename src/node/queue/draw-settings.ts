import type { GalleryDrawingOptions } from '../gallery/check-gallery-options.js';

/** How the parts of a gallery are made, without anything that depends on a machine. */
export interface DrawSettings {
  readonly kind: 'draw';
  /** How many of the parts project pictures. They come first; the other ones draw sheets. */
  readonly projecting: number;
  /** SHA-256 of the state that was mined. */
  readonly state: string;
  /** SHA-256 of the list of pictures; absent if there are none. */
  readonly list?: string;
  /** The largest number of pixels of a picture. */
  readonly maxPixels: number;
  /** What `galleryWork` calls the identity. */
  readonly gallery: string;
  readonly drawing: Omit<GalleryDrawingOptions, 'out' | 'source' | 'workers' | 'network' | 'signal'>;
}
