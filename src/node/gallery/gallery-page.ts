import type { ClassCount } from '../../mine/count-classes.js';
import type { SkippedImage } from '../../mine/project-all.js';
import type { ReceptiveField } from '../../network/receptive-field.js';
import type { Region } from '../../regions/region.js';
import type { Size } from '../../render/resize-grid.js';
import type { FacePlace, SheetLayout } from './sheet-layout.js';

/** A picture file of the gallery. */
export interface GalleryFile {
  /** The path, relative to the page. It has only letters, digits and `-_./`, so that it needs no escaping anywhere. */
  readonly file: string;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
}

/** What the page says about one patch of a feature map and its projection. Their tiles are in a sprite sheet. */
export interface GalleryPatch {
  readonly id: string;
  readonly label?: string;
  /** The value that it is ranked by. */
  readonly activation: number;
  /** Only for a softmax layer, whose `activation` is the logit. */
  readonly probability?: number;
  /** Only for a layer with another bounded nonlinearity, whose `activation` is the input of it: the layer's output. */
  readonly output?: number;
  readonly position: readonly number[];
  /** The landing, in input pixels; it may stick out of the input. */
  readonly field?: Region;
  /** The part of the input that the tiles of the patch and of its projection show, in input pixels. */
  readonly shown?: Region;
  /** The box that contains 95 % of the energy of the projection, in input pixels. It is absent without a projection. */
  readonly focus?: Region;
  /** `missing` if it could not be made because the patch's pixels were not kept. */
  readonly projection: 'drawn' | 'zero' | 'missing';
  /** Whether the patch is drawn. */
  readonly kept: boolean;
}

/** How a feature map behaves over all pictures. */
export interface GalleryStatistics {
  /** 0 to 1. */
  readonly firingShare: number;
  /** The mean of each picture's strongest activation. */
  readonly mean: number;
  /** The strongest activation. */
  readonly maximum: number;
  readonly dead: boolean;
  /** Whether the strongest activation is exactly the same on every picture. Then no patches are shown. */
  readonly constant: boolean;
  /** How the strongest activations of the pictures are distributed; absent in states of version 0.1. */
  readonly histogram?: GalleryHistogram;
}

/** How many pictures have their strongest activation in each bin. */
export interface GalleryHistogram {
  /** The number of pictures whose strongest activation is 0 or negative. */
  readonly notAbove: number;
  /** In rising order, without gaps. A bin begins at a power of two, or at one of the three steps to the next one. */
  readonly bins: readonly { readonly from: number; readonly to: number; readonly count: number }[];
}

/** One feature map. */
export interface GalleryMap {
  readonly map: number;
  /** What it stands for, if that is known: the class of an output unit. */
  readonly name?: string;
  readonly statistics?: GalleryStatistics;
  /** The absolute value that is drawn as full black or white in its projections; absent if there are none. */
  readonly scale?: number;
  /** The share of the drawn values that are not zero that are beyond the scale, from 0 to 1. */
  readonly clipped?: number;
  /** Absent if nothing is drawn, because it never fired or is constant. */
  readonly place?: FacePlace;
  /** Strongest first; empty if it never fired or is constant. */
  readonly patches: readonly GalleryPatch[];
}

/** What a page says about one layer. */
export interface LayerFacts {
  readonly name: string;
  readonly className: string;
  /** Without the batch axis. */
  readonly outputShape: readonly (number | null)[];
  readonly featureMaps: number;
  readonly receptiveField: ReceptiveField | null;
  /** Where signals can land, if that is less than the activations see. */
  readonly landing?: ReceptiveField;
  /**
   * How much projections of the layer depend on the picture under the rule `deconvnet`, as `pictureDependence` measured:
   * 1 if they do not depend on it. Absent if it was not measured.
   */
  readonly dependence?: number;
}

/** The sprite sheets of a layer. */
export interface GalleryDrawing {
  readonly layout: SheetLayout;
  readonly sheets: readonly GalleryFile[];
  /** Whether the tiles were shrunk. */
  readonly shrunk: boolean;
  /** Whether each of their pixels is shown as a square, without smoothing. */
  readonly blocky: boolean;
  /** Whether the tiles show the whole picture although signals land in a limited box. */
  readonly wholePicture: boolean;
  /** The size of the input along its spatial axes; absent if the model takes any size. */
  readonly extent?: readonly number[];
  /** What the tiles show: the patch, or only the part of it in which the projections are. */
  readonly zoom?: 'field' | 'focus';
}

/** Where the thumbnail of a picture is. */
export interface ThumbnailPlace {
  /** Its number. Thumbnails fill a sheet row by row, then the next sheet. */
  readonly index: number;
  /** The size of the picture, as the network sees it. */
  readonly picture: Size;
  /** The size of the thumbnail. */
  readonly size: Size;
}

/** Thumbnails of whole pictures in sprite sheets. */
export interface GalleryThumbnails {
  readonly sheets: readonly GalleryFile[];
  /** From the corner of one thumbnail to that of the next. */
  readonly step: Size;
  /** Thumbnails in a row of a sheet. */
  readonly perRow: number;
  /** Thumbnails in a full sheet. */
  readonly perSheet: number;
  /** By the id of the picture. */
  readonly places: ReadonlyMap<string, ThumbnailPlace>;
}

/** One layer of a gallery. */
export interface GalleryLayer extends LayerFacts {
  /** The feature maps that were mined, in rising order; absent if all were mined. */
  readonly mined?: readonly number[];
  /** The mined feature maps that the gallery covers, in rising order, with those that never fired or are constant. */
  readonly maps: readonly GalleryMap[];
  /** Absent if no feature map is drawn. */
  readonly drawing?: GalleryDrawing;
  /** What another miner found in the same layer. */
  readonly compared?: {
    readonly maps: readonly GalleryMap[];
    readonly drawing?: GalleryDrawing;
    readonly thumbnails?: GalleryThumbnails;
  };
  /** The thumbnails of the pictures; absent if these cannot be read. */
  readonly thumbnails?: GalleryThumbnails;
}

/** The filters of the first layer. */
export interface GalleryFilters extends GalleryFile {
  readonly layer: string;
  readonly count: number;
}

/** What is known about the pictures that were mined. */
export interface GalleryPictures {
  /** How many there are. */
  readonly count: number;
  /** How many pictures each class has; absent if that is not known. */
  readonly classes?: readonly ClassCount[];
  /** Those of which patches were left out, because they cannot be read again or have changed since they were mined. */
  readonly skipped?: readonly SkippedImage[];
}

/** How a gallery was made, for the foot of its page. */
export interface GalleryOrigin {
  readonly inputFormat?: string;
  /** The rule by which the projections were made. */
  readonly rule?: string;
  readonly command?: string;
  readonly versions?: Readonly<Record<string, string>>;
  readonly date?: Date;
}

/** One layer in the overview. */
export interface OverviewLayer extends LayerFacts {
  /** The script that contains the layer's data. */
  readonly file: string;
  /** How many feature maps the gallery covers. */
  readonly covered: number;
  /** How many of these are drawn: they fired, and are not constant. */
  readonly drawn: number;
  /** How many of these are constant. */
  readonly constant: number;
  /** The most telling feature maps; absent if none is drawn. */
  readonly telling?: TellingStrip;
}

/** The most telling feature maps of a layer. */
export interface TellingStrip {
  readonly maps: readonly TellingMap[];
  /** A picture with the strongest projection and patch of each. Absent if they could not be made. */
  readonly strip?: GalleryFile;
}

/** One of the most telling feature maps of a layer. */
export interface TellingMap {
  readonly map: number;
  /** Its strongest activation. */
  readonly activation: number;
  /** The class of an output unit, or the commonest class of its patches. */
  readonly about?: string;
}

/** Everything that the page itself says, without the data of the layers. */
export interface GalleryPage {
  readonly title: string;
  /** Patches per feature map. */
  readonly k: number;
  readonly pictures: GalleryPictures;
  readonly filters?: GalleryFilters;
  readonly layers: readonly OverviewLayer[];
  /** The script that contains the search index. */
  readonly search: string;
  /** The heading of what is compared with. */
  readonly comparedWith?: string;
  /** The rule that was chosen because nobody named one. Absent if a rule was named, or if nothing was measured. */
  readonly ruleChosen?: 'deconvnet' | 'guided';
  readonly origin: GalleryOrigin;
}
