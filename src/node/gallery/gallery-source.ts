import type { Picture } from '../../input/picture.js';
import type { Patch } from '../../mine/patch.js';
import type { Region } from '../../regions/region.js';
import type { Size } from '../../render/resize-grid.js';
import type { GalleryStatistics, LayerFacts } from './gallery-page.js';
import type { EncodedSheet, SheetPlan, WrittenSheet } from './sheet-plan.js';

/** The pictures of one patch. */
export interface TilePair {
  /** Undefined if it could not be made. */
  readonly projection: Picture | undefined;
  /** Whether the projection is zero everywhere. */
  readonly zero: boolean;
  /** Undefined if its pixels were not kept. */
  readonly patch: Picture | undefined;
  /** The part of the input that both show, in input pixels. */
  readonly shown?: Region;
  /** The box that contains 95 % of the energy of the projection. It is absent if the projection is absent or zero. */
  readonly focus?: Region;
}

/** The tiles of one feature map, which are drawn when the size of a tile is known. */
export interface MapTiles {
  /** The size of what a tile shows without zoom, in input pixels. */
  readonly size: Size;
  /** Draws them so that they fit into a tile. */
  draw(tile: Size): {
    /** In the order of the patches. */
    readonly pairs: readonly TilePair[];
    /** The absolute value that is drawn as full black or white; absent if there are no projections. */
    readonly scale?: number;
    /** The share of the drawn values that are not zero that are beyond the scale; absent if there are no projections. */
    readonly clipped?: number;
  };
}

/** Knows which sheets were drawn, so that a run that goes on does not draw them again. */
export interface DrawnSheets {
  /** What is known of a sheet; undefined if it was not drawn. The caller checks that its file is still there. */
  find(plan: SheetPlan): Promise<WrittenSheet | undefined>;
  add(plan: SheetPlan, sheet: WrittenSheet): Promise<void>;
}

/** One layer to draw. */
export interface SourceLayer extends LayerFacts {
  /** The feature maps that were mined, in rising order; all by default. */
  readonly mined?: readonly number[];
  /** How a feature map behaves over all pictures. */
  statistics?(map: number): GalleryStatistics;
  /** What a feature map stands for, if that is known. */
  mapName?(map: number): string | undefined;
  /** The patches of a feature map to show, strongest first; none if it never fired or is constant. They need no pixels. */
  top(map: number): readonly Patch[];
  /** The tiles of these patches. */
  tiles(map: number, patches: readonly Patch[]): Promise<MapTiles>;
  /** Draws a sheet in another thread; absent if this thread draws it from the tiles of its feature maps. */
  draw?(plan: SheetPlan): Promise<EncodedSheet>;
  /** The sheets that were drawn; absent if another run cannot take them over. */
  readonly drawn?: DrawnSheets;
  /** Whether tiles show the whole picture although signals land in a limited box. */
  readonly wholePicture: boolean;
  /** The size of the input along its spatial axes; absent if the model takes any size. */
  readonly extent?: readonly number[];
  /** What the tiles show: the patch, or only the part of it in which the projections are. */
  readonly zoom?: 'field' | 'focus';
}

/**
 * Reads pictures as the network sees them, each once, and calls `use` with one after the other. Pictures that cannot be
 * read are left out.
 */
export type PictureReader = (
  ids: ReadonlySet<string>,
  use: (id: string, picture: Picture) => Promise<void>,
) => Promise<void>;

/** The data from which a gallery is drawn. */
export interface GallerySource {
  /** Patches per feature map. */
  readonly k: number;
  readonly layers: readonly SourceLayer[];
  /** How many sheets are drawn at a time; by default 2: one is drawn while the other one is encoded. */
  readonly sheetsAtATime?: number;
  /** The pictures from which the patches come; absent if they cannot be read. The same function reads the same pictures. */
  readonly pictures?: PictureReader;
  /** The filters of the first layer; undefined if it has none that can be drawn. */
  filters(): Promise<{ readonly layer: string; readonly pictures: readonly Picture[] } | undefined>;
}
