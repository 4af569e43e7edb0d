import type { PictureBoxes, StudyProgress } from 'deconvnet/studies';
import { type CheckpointsState, type EvolutionState, NO_CHECKPOINTS } from './evolution-state';
import type { AblationView } from './protocol-ablation';
import type { SanityView } from './protocol-sanity';
import type { CorrespondenceView, InvarianceView, OcclusionView, StudyName } from './protocol-studies';

/** A study that runs. */
export interface RunningState {
  readonly study: StudyName;
  /** Null before the first batch. */
  readonly progress: StudyProgress | null;
  /** When it started, on the clock of `performance.now`. */
  readonly start: number;
}

/** What the page shows of its studies. */
export interface StudiesState extends CheckpointsState {
  /** The study whose settings and results are shown. */
  readonly study: StudyName;
  readonly studying: RunningState | null;
  readonly evolution: EvolutionState | null;
  readonly occlusion: OcclusionView | null;
  readonly invariance: InvarianceView | null;
  readonly correspondence: CorrespondenceView | null;
  /** Grows while the study runs. */
  readonly sanity: SanityView | null;
  readonly ablation: AblationView | null;
  /** The boxes that a person has marked, by picture and part, in pixels of the picture files. A picture may have none yet. */
  readonly boxes: PictureBoxes;
}

/** What is left of studies in another network, or under another input format: the boxes of people stay. */
export const NOTHING_STUDIED = {
  studying: null,
  evolution: null,
  occlusion: null,
  invariance: null,
  correspondence: null,
  sanity: null,
  ablation: null,
} as const;

export const initialStudies: StudiesState = { study: 'occlusion', ...NOTHING_STUDIED, ...NO_CHECKPOINTS, boxes: {} };
