import type { Picture } from '../../input/picture.js';
import type { Region } from '../../regions/region.js';
import type { GalleryFile } from './gallery-page.js';
import type { SheetLayout } from './sheet-layout.js';

/** What is drawn on one sprite sheet. It is plain data. */
export interface SheetPlan {
  /** With this the name of its file begins. */
  readonly title: string;
  readonly layout: SheetLayout;
  /** The number of the sheet, from 0. */
  readonly sheet: number;
  /** The feature maps whose faces are on it, in the order of the layout. */
  readonly maps: readonly number[];
  /** Those of them by which the layer is shown in the overview. */
  readonly telling: readonly number[];
}

/** What became of a patch and of its projection. */
export interface DrawnPatch {
  /** `missing` if the projection could not be made. */
  readonly projection: 'drawn' | 'zero' | 'missing';
  /** Whether the patch is drawn: its pixels are known. */
  readonly kept: boolean;
  /** The part of the input that both tiles show, in input pixels. */
  readonly shown?: Region;
  /** The box that contains 95 % of the energy of the projection. It is absent if the projection is absent or zero. */
  readonly focus?: Region;
}

/** What is known of a feature map when it is drawn. */
export interface DrawnFace {
  /** The absolute value that is drawn as full black or white; absent if there are no projections. */
  readonly scale?: number;
  /** The share of the drawn values that are not zero that are beyond the scale; absent if there are no projections. */
  readonly clipped?: number;
  /** Strongest first. */
  readonly patches: readonly DrawnPatch[];
}

/** What is known of a sheet when it is drawn. */
export interface DrawnSheet {
  /** In the order of the feature maps of the plan. */
  readonly faces: readonly DrawnFace[];
  /** For each telling feature map of the plan, its strongest projection and the patch of it side by side. */
  readonly pairs: readonly Picture[];
}

/** A sheet as the bytes of a PNG file. */
export interface EncodedSheet extends DrawnSheet {
  readonly png: Uint8Array;
}

/** A sheet that is in the folder of the gallery. */
export interface WrittenSheet extends DrawnSheet {
  readonly file: GalleryFile;
}
