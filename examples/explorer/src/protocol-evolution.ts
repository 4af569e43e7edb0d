import type { Picture, Region, RuleName } from 'deconvnet';
import type { CollectionPicture, Drawing, NamedFile } from './protocol';

/** The network at another time of its training: its files. It is loaded when its turn comes. */
export interface CheckpointFiles {
  readonly name: string;
  readonly files: readonly NamedFile[];
}

/** What was found among files. */
export interface FoundCheckpoints {
  readonly checkpoints: readonly CheckpointFiles[];
  /** Why others cannot be taken, in full sentences. */
  readonly problems: readonly string[];
}

/** Follows feature maps through checkpoints. The open network is the last one. */
export interface EvolutionRequest {
  readonly checkpoints: readonly CheckpointFiles[];
  /** What the open network is called. */
  readonly openName: string;
  readonly pictures: readonly CollectionPicture[];
  /** By default the library's choice. */
  readonly layers?: readonly string[];
  /** How many feature maps of each layer are drawn at random, or which ones, by layer. */
  readonly maps: number | Readonly<Record<string, readonly number[]>>;
  readonly seed: number;
  readonly drawing: Drawing;
}

/** What excites the feature maps most at one checkpoint. */
export interface EvolutionStepView {
  /** The same feature maps in the same order at all checkpoints. */
  readonly frames: readonly FrameView[];
  /** The rule of the open network when the study began. All checkpoints have it. */
  readonly rule: RuleName;
  /** Pictures that could not be read. */
  readonly skipped: number;
}

/** Is given what was found at a checkpoint. The study goes on when that has been taken. */
export type OnStep = (step: EvolutionStepView) => void | Promise<void>;

/** A feature map at one checkpoint. */
export interface FrameView {
  readonly layer: string;
  readonly featureMap: number;
  /** Null if the feature map fires on no picture. */
  readonly found: FoundFrame | null;
}

/** The strongest activation of a feature map over all pictures, ready to be drawn. */
export interface FoundFrame {
  readonly id: string;
  readonly label: string | null;
  readonly activation: number;
  /** Whether it comes from another picture than at the checkpoint before. */
  readonly jumped: boolean;
  readonly empty: boolean;
  /** The size of the picture as the network takes it. */
  readonly picture: { readonly width: number; readonly height: number };
  /** The part of the picture that the drawings show. */
  readonly field: Region;
  /** The box in which most of the projection is; null if it is zero everywhere. */
  readonly bounds: Region | null;
  readonly projection: Picture;
  /** The absolute value that is drawn as black or white. */
  readonly scale: number;
  readonly patch: Picture;
}
