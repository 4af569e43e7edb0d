import type { ReceptiveField } from '../../network/receptive-field.js';
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
  /** Only for a layer with another bounded nonlinearity, whose `activation` is the input of it: the layer's output. */
  readonly output?: number;
  readonly position: readonly number[];
  /** `missing` if it could not be made because the patch's pixels were not kept. */
  readonly projection: 'drawn' | 'zero' | 'missing';
  /** Whether the patch is drawn. */
  readonly kept: boolean;
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
  /**
   * How much projections of the layer depend on the picture under the rule `deconvnet`, as `pictureDependence` measured:
   * 1 if they do not depend on it; NaN if all projections that were compared are zero. Absent if it was not measured.
   */
  readonly dependence?: number;
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
  /** The rule that was chosen because nobody named one. Absent if a rule was named, or if nothing was measured. */
  readonly ruleChosen?: 'deconvnet' | 'guided';
  readonly title: string;
  /** Patches per feature map. */
  readonly k: number;
  readonly filters?: GalleryFilters;
  readonly layers: readonly GalleryLayer[];
  readonly origin: GalleryOrigin;
}
