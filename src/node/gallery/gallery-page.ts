import type { ReceptiveField } from '../../network/receptive-field.js';
import type { FacePlace, SheetLayout } from './sheet-layout.js';

/** A picture file of the gallery. */
export interface GalleryFile {
  /** Relative to the page; letters, digits and `-_./` only, so that it needs no escaping anywhere. */
  readonly file: string;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
}

/** One patch of a feature map and its projection, in words: their tiles lie in a sprite sheet. */
export interface GalleryPatch {
  readonly id: string;
  readonly label?: string;
  readonly activation: number;
  /** For a softmax layer, whose activation here is the logit. */
  readonly probability?: number;
  readonly position: readonly number[];
  /** `missing`: it could not be made, since the patch's pixels were not kept. */
  readonly projection: 'drawn' | 'zero' | 'missing';
  /** Whether the patch is drawn. */
  readonly kept: boolean;
}

/** One feature map that fired. */
export interface GalleryMap {
  readonly map: number;
  /** What it stands for, where that is known: the class of an output unit. */
  readonly name?: string;
  /** How it behaves over all pictures, in a line. */
  readonly facts?: string;
  readonly place: FacePlace;
  /** Strongest first; never empty. */
  readonly patches: readonly GalleryPatch[];
}

/** What a page says of one layer. */
export interface LayerFacts {
  readonly name: string;
  readonly className: string;
  /** Without the batch. */
  readonly outputShape: readonly (number | null)[];
  readonly featureMaps: number;
  readonly receptiveField: ReceptiveField | null;
}

/** One layer of a gallery. */
export interface GalleryLayer extends LayerFacts {
  /** The feature maps that were mined, in rising order, where not all were. */
  readonly mined?: readonly number[];
  /** How many of those that were mined were looked at, counted from the first. */
  readonly looked: number;
  /** Feature maps that never fired, in rising order. */
  readonly silent: readonly number[];
  readonly maps: readonly GalleryMap[];
  /** Absent where no feature map fired. */
  readonly drawing?: {
    readonly layout: SheetLayout;
    readonly sheets: readonly GalleryFile[];
    /** Whether the tiles were shrunk. */
    readonly shrunk: boolean;
    /** Whether each of their pixels is drawn as a square. */
    readonly blocky: boolean;
    /** Whether the tiles show the whole picture though the receptive field is limited. */
    readonly wholePicture: boolean;
  };
}

/** The filters of the first layer. */
export interface GalleryFilters extends GalleryFile {
  readonly layer: string;
  readonly count: number;
}

/** Where a gallery comes from. */
export interface GalleryOrigin {
  /** How many pictures were mined. */
  readonly images: number;
  readonly inputFormat?: string;
  readonly command?: string;
  readonly versions?: Readonly<Record<string, string>>;
  readonly date?: Date;
}

/** Everything that a gallery's page says. */
export interface GalleryPage {
  readonly title: string;
  /** Patches a feature map. */
  readonly k: number;
  readonly filters?: GalleryFilters;
  readonly layers: readonly GalleryLayer[];
  readonly origin: GalleryOrigin;
}
