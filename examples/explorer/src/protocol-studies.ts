import type { Picture } from 'deconvnet';
import type {
  Correspondence,
  Invariance,
  Occlusion,
  PictureBoxes,
  StudyProgress,
  Transformation,
} from 'deconvnet/studies';
import type { CollectionPicture, Drawing } from './protocol';

/** The studies of the page. */
export type StudyName = 'evolution' | 'occlusion' | 'invariance' | 'correspondence' | 'sanity' | 'ablation';

/** What takes the place of covered pixels. */
export type StudyFill = 'grey' | 'mean';

/** Is told how far a study has come. */
export type OnProgress = (progress: StudyProgress) => void;

/** The picture that the network looks at, as studies name it. */
export type StudiedPicture = Pick<CollectionPicture, 'id' | 'label'>;

/** Covers a picture with a square. What is undefined is chosen by the library. */
export interface OcclusionRequest {
  readonly picture: StudiedPicture;
  readonly layer: string;
  readonly featureMap: number;
  readonly size?: number;
  readonly stride?: number;
  readonly fill: StudyFill;
  readonly drawing: Drawing;
}

/** What covering a picture changes, with the drawings beside the maps. */
export interface OcclusionView extends Occlusion {
  /** The picture as the network sees it. */
  readonly picture: Picture;
  /** The projection of the feature map's strongest activation; null if the layer cannot be projected. */
  readonly projection: StudiedProjection | null;
}

/** The projection beside the maps of a covered picture. */
export interface StudiedProjection {
  readonly drawn: Picture;
  /** The absolute value that is drawn as black or white. */
  readonly scale: number;
  readonly empty: boolean;
  readonly activation: number;
  readonly rule: string;
}

/** Moves a picture. */
export interface InvarianceRequest {
  readonly picture: StudiedPicture;
  readonly fill: StudyFill;
}

/** How layers change when a picture is moved, in each way. */
export interface InvarianceView {
  /** The picture as the network sees it. */
  readonly picture: Picture;
  readonly moved: Readonly<Record<Transformation, Invariance>>;
}

/** Masks parts of pictures. */
export interface CorrespondenceRequest {
  readonly pictures: readonly CollectionPicture[];
  /** In pixels of the picture files. */
  readonly boxes: PictureBoxes;
  /** By default the library's choice: those that come closest to the paper's. */
  readonly layers?: readonly string[];
  readonly random: number;
  readonly seed: number;
  readonly fill: StudyFill;
}

/** How far parts correspond. */
export type CorrespondenceView = Correspondence;
