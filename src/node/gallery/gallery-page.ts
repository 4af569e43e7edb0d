import type { ReceptiveField } from '../../network/receptive-field.js';
import type { Region } from '../../regions/region.js';
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
  readonly activation: number;
  /** Only for a softmax layer, whose `activation` is the logit. */
  readonly probability?: number;
  readonly position: readonly number[];
  /** `missing` if it could not be made because the patch's pixels were not kept. */
  readonly projection: 'drawn' | 'zero' | 'missing';
  /** Whether the patch is drawn. */
  readonly kept: boolean;
  /** The receptive field, in input pixels; it may stick out of the input. */
  readonly field?: Region;
  /** The part of the input that the tiles of the patch and of its projection show, in input pixels. */
  readonly shown?: Region;
  /** The box in which 95 % of the energy of the projection is, in input pixels; absent if there is none. */
  readonly focus?: Region;
}

/** One feature map that fired. */
export interface GalleryMap {
  readonly map: number;
  /** What it stands for, if that is known: the class of an output unit. */
  readonly name?: string;
  /** Its statistics over all pictures, in one line. */
  readonly facts?: string;
  readonly place: FacePlace;
  /** Strongest first; never empty. */
  readonly patches: readonly GalleryPatch[];
  /** The absolute value that is drawn as full black or white in its projections; absent if there are none. */
  readonly scale?: number;
  /** The share of the drawn values that are not zero that are beyond the scale, from 0 to 1. */
  readonly clipped?: number;
}

/** What a page says about one layer. */
export interface LayerFacts {
  readonly name: string;
  readonly className: string;
  /** Without the batch axis. */
  readonly outputShape: readonly (number | null)[];
  readonly featureMaps: number;
  readonly receptiveField: ReceptiveField | null;
}

/** One layer of a gallery. */
export interface GalleryLayer extends LayerFacts {
  /** The feature maps that were mined, in rising order; absent if all were mined. */
  readonly mined?: readonly number[];
  /** How many of the mined feature maps the gallery covers, counted from the first. */
  readonly looked: number;
  /** Feature maps that never fired, in rising order. */
  readonly silent: readonly number[];
  readonly maps: readonly GalleryMap[];
  /** Absent if no feature map fired. */
  readonly drawing?: {
    readonly layout: SheetLayout;
    readonly sheets: readonly GalleryFile[];
    /** Whether the tiles were shrunk. */
    readonly shrunk: boolean;
    /** Whether each of their pixels is shown as a square, without smoothing. */
    readonly blocky: boolean;
    /** Whether the tiles show the whole picture although the receptive field is limited. */
    readonly wholePicture: boolean;
    /** The size of the input along its spatial axes; absent if the model takes any size. */
    readonly extent?: readonly number[];
    /** What the tiles show: the receptive field, or only the part of it in which the projections are. */
    readonly zoom?: 'field' | 'focus';
  };
}

/** The filters of the first layer. */
export interface GalleryFilters extends GalleryFile {
  readonly layer: string;
  readonly count: number;
}

/** How a gallery was made, for the foot of its page. */
export interface GalleryOrigin {
  /** The number of pictures that were mined. */
  readonly images: number;
  readonly inputFormat?: string;
  readonly command?: string;
  readonly versions?: Readonly<Record<string, string>>;
  readonly date?: Date;
}

/** Everything that a gallery's page says. */
export interface GalleryPage {
  readonly title: string;
  /** Patches per feature map. */
  readonly k: number;
  readonly filters?: GalleryFilters;
  readonly layers: readonly GalleryLayer[];
  readonly origin: GalleryOrigin;
}
