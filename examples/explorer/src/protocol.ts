import type {
  InputFormat,
  InputFormatName,
  InputSuggestion,
  LayerInfo,
  Picture,
  Region,
  ResolvedInputFormat,
  RuleName,
} from 'deconvnet';

/** A file with its path inside the folder or the zip file that it came from. */
export interface NamedFile {
  readonly path: string;
  readonly blob: Blob;
}

/** Where a network comes from. */
export type NetworkSource = { readonly files: readonly NamedFile[] } | { readonly url: string };

/** What the page can choose for a network. */
export interface NetworkOptions {
  /** Only where the model does not say it, or where a person knows better. */
  readonly input?: InputFormatName | InputFormat;
  readonly rule: RuleName;
}

/** What the page shows of a network. */
export interface NetworkView {
  readonly name: string;
  readonly layers: readonly LayerInfo[];
  /** The names of the layers that are mined, unless others are chosen: the nonlinearities above the convolutions. */
  readonly minedLayers: readonly string[];
  readonly labels: readonly string[];
  /** How many classes an output seems to have; 0 if none has one score for each class. */
  readonly classes: number;
  readonly inputSize: { readonly width: number; readonly height: number } | null;
  /** What a person should know of how it was loaded, in full sentences. */
  readonly warnings: readonly string[];
  /** Null where nobody has said it yet. */
  readonly inputFormat: InputView | null;
  /** If nobody has: the format of an application of Keras that the network contains, which may be the network's too. */
  readonly inputSuggestion: InputSuggestion | null;
  /** The name of the layer whose filters can be drawn; null where there is none. */
  readonly filtersOf: string | null;
}

/** How a network takes pictures. */
export interface InputView {
  /** In a line. */
  readonly line: string;
  readonly name: ResolvedInputFormat['name'];
  readonly from: ResolvedInputFormat['from'];
}

/** Which feature maps of a layer to draw. */
export interface MapsRequest {
  readonly layer: string;
  /** `each` shows weak maps as bright as strong ones. */
  readonly scale: 'common' | 'each';
  /** In which order to draw how many of them; or exactly which. */
  readonly show: { readonly order: 'number' | 'strength'; readonly limit: number } | readonly number[];
}

/** The feature maps of a layer on one picture, as tiles of one image. */
export interface MapsView {
  readonly layer: string;
  /** In the order of the tiles, each with its largest activation. */
  readonly maps: readonly { readonly featureMap: number; readonly peak: number }[];
  /** How many feature maps the layer has. */
  readonly total: number;
  readonly tiles: ImageBitmap;
  /** Tiles in a row of `tiles`. */
  readonly columns: number;
  readonly tile: { readonly width: number; readonly height: number };
  /** Positions of a feature map per spatial axis; a tile may have fewer cells. */
  readonly extent: readonly number[];
  /** Whether activations can be negative, so that zero is in the middle of the colours. */
  readonly signed: boolean;
  /** The feature map that fires most. */
  readonly strongest: number;
}

/** Which activation to project. */
export interface ProjectRequest {
  readonly layer: string;
  readonly featureMap: number;
  readonly position: 'all' | 'strongest' | readonly number[];
}

/** How projections are drawn. */
export interface Drawing {
  /** The percentile of the absolute values that is drawn as black or white; 100 clips nothing. */
  readonly contrast: number;
  /** Below 1, weak values are more visible. */
  readonly gamma: number;
  /** What is enlarged: all that the activation sees, or the part where its projection is strong. */
  readonly zoom: 'field' | 'focus';
  /** Pixels of the screen along the longer side of what is drawn; more are made fewer before they get contrast. */
  readonly tile: number;
}

/** A projection, ready to be drawn. */
export interface ProjectionView {
  readonly layer: string;
  readonly featureMap: number;
  readonly rule: string;
  /** All of it, at most as large as the screen shows it. */
  readonly projection: Picture;
  /** The absolute value that is drawn as black or white. */
  readonly scale: number;
  /** The share of the values that are not zero which are larger than the scale. */
  readonly clipped: number;
  readonly activation: number;
  readonly probability: number | null;
  readonly position: 'all' | readonly number[];
  /** The receptive field; it may stick out of the picture. */
  readonly field: Region;
  /** Where most of the projection is; null where there is none. */
  readonly focus: Region | null;
  /** The enlarged part of the picture and of the projection; null where it is the whole picture. */
  readonly patch: { readonly picture: Picture; readonly projection: Picture } | null;
  /** Nothing came down to the pixels. */
  readonly empty: boolean;
  readonly milliseconds: number;
}

/** For which layer to measure how much its projections depend on the picture. */
export interface DependenceRequest {
  readonly layer: string;
  /** Two or more, unless projections of the layer do not depend on the picture at all. */
  readonly pictures: readonly Blob[];
  /** What was measured under the rule `deconvnet` in other layers of the network, by their names. */
  readonly known: Readonly<Record<string, number>>;
}

/** How much projections of a layer depend on the picture. */
export interface DependenceView {
  /** How alike those of different pictures are: from -1 to 1, and 1 if they do not depend on the picture. */
  readonly similarity: number;
  /** The rule that suits the layers measured so far; null if it was measured under another rule than `deconvnet`. */
  readonly suited: RuleName | null;
}

/** A picture of a collection. */
export interface CollectionPicture {
  readonly id: string;
  readonly label?: string;
  readonly blob: Blob;
}

/** How far mining has come. */
export interface MiningProgress {
  readonly images: number;
  readonly total: number;
  /** Pictures that could not be read. */
  readonly skipped: number;
}

/** The strongest patches of a feature map. */
export interface TopView {
  readonly layer: string;
  readonly featureMap: number;
  /** Pictures mined so far. */
  readonly images: number;
  /** The absolute value that is drawn as black or white in all projections. */
  readonly scale: number;
  readonly patches: readonly {
    readonly id: string;
    readonly label: string | null;
    readonly activation: number;
    readonly patch: Picture | null;
    readonly projection: Picture;
  }[];
}

/** What one frame of a camera gives. */
export interface LiveView {
  /** The frame as the network sees it. */
  readonly picture: Picture;
  readonly maps: MapsView;
  readonly chosen: ProjectionView | null;
  readonly strongest: readonly {
    readonly featureMap: number;
    readonly activation: number;
    readonly projection: Picture;
  }[];
}

/** The filters of the first layer, side by side. */
export interface FiltersView {
  readonly count: number;
  /** Of one filter. */
  readonly size: { readonly width: number; readonly height: number };
  readonly picture: Picture;
}

/** What TensorFlow.js holds in the worker. */
export interface Memory {
  readonly tensors: number;
  readonly bytes: number;
}
