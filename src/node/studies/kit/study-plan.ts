import type { StudyFolder } from './study-folder.js';
import type { StudyPage } from './study-page.js';

/** What is known while a part of a study runs. */
export interface PartContext {
  /** Where the part writes its pictures. */
  readonly folder: StudyFolder;
  /** The records of the parts before this one, by their keys. */
  readonly records: ReadonlyMap<string, unknown>;
  /** To be called with the number of images that have been run for this part, up or down. */
  readonly onProgress: (done: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * A part of a study, such as one picture or one checkpoint. It does not depend on how the run went before, so that a run
 * that was stopped can go on with the next part.
 */
export interface StudyPart {
  /** A name among the parts of the study. */
  readonly key: string;
  /** How many images are run through the network, up to a layer and back down to the pixels. */
  readonly up: number;
  readonly down: number;
  /** Whether there can be fewer, because it is not known before on how many pictures a feature map fires. */
  readonly atMost?: boolean;
  /**
   * How many images through the whole network take as long as those that go up, if some of them run through a part of it
   * only. Default: `up`.
   */
  readonly wholeUp?: number;
  /** How many projections are compared with others, which takes long too. Default: none. */
  readonly comparisons?: number;
  /**
   * Does the work, and writes its pictures.
   *
   * @returns what the page needs of it: a value that JSON can hold, without NaN and infinite numbers
   */
  readonly run: (context: PartContext) => Promise<unknown>;
}

/** A study that is ready to run. */
export interface StudyPlan {
  /** The name of the study: `occlusion`. */
  readonly study: string;
  /** The page of a report that contains the study, relative to its own page. */
  readonly report?: string;
  /** All that the result depends on, by name. A run can only go on from one with the same identity. */
  readonly identity: Readonly<Record<string, string>>;
  readonly parts: readonly StudyPart[];
  /** Makes the page from the records of all parts, and writes the plots and the numbers. */
  readonly finish: (folder: StudyFolder, records: ReadonlyMap<string, unknown>) => Promise<StudyPage>;
}

/** How much work a study is. */
export interface StudyCost {
  /** How many images are run through the network, up to a layer and back down to the pixels. */
  readonly up: number;
  readonly down: number;
  /** Whether there can be fewer of both. */
  readonly atMost: boolean;
  /** How many of both an earlier run has done. */
  readonly done: number;
  /**
   * What is left, for an estimate of the time: the number of images through the whole network that takes as long as those
   * that go up, since some of them run through a part of it only; the number of those that go down; and, if there are any,
   * how often two projections are compared.
   */
  readonly left: { readonly up: number; readonly down: number; readonly comparisons?: number };
}

/** The work of some parts of a study. */
export function workOf(parts: readonly StudyPart[]): Required<Omit<StudyPart, 'key' | 'run'>> {
  const sum = (count: (part: StudyPart) => number): number => parts.reduce((all, part) => all + count(part), 0);
  return {
    up: sum(({ up }) => up),
    down: sum(({ down }) => down),
    atMost: parts.some(({ atMost }) => atMost),
    wholeUp: sum(({ up, wholeUp = up }) => wholeUp),
    comparisons: sum(({ comparisons = 0 }) => comparisons),
  };
}
