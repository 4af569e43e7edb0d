import type { CheckpointFiles, EvolutionStepView } from './protocol-evolution';

/** A checkpoint in the list of the page. */
export interface ListedCheckpoint extends CheckpointFiles {
  /** A number of its own. Names can be changed. */
  readonly key: number;
}

/** Feature maps that were followed, as far as the study has come. */
export interface EvolutionState {
  /** When its study started: the study that runs has the same number. */
  readonly start: number;
  /** The names of all checkpoints, in order. */
  readonly names: readonly string[];
  /** How many pictures are searched at each checkpoint. */
  readonly pictures: number;
  /** How many feature maps of each layer are drawn, and with which seed; null if a person chose the feature map. */
  readonly drawn: { readonly maps: number; readonly seed: number } | null;
  /** One for each checkpoint that is finished. */
  readonly steps: readonly EvolutionStepView[];
}

/** The checkpoints that a person has added. They belong to the open network. */
export interface CheckpointsState {
  readonly checkpoints: readonly ListedCheckpoint[];
  /** What the open network, which is the last checkpoint, is called. */
  readonly openName: string;
  /** Whether files are being fetched or read at the moment. */
  readonly areCheckpointsRead: boolean;
}

export const NO_CHECKPOINTS: CheckpointsState = {
  checkpoints: [],
  openName: 'open network',
  areCheckpointsRead: false,
};
