import type { Deconvnet } from '../../../deconvnet.js';
import { TEN_COLOURS } from '../../../plots/colours.js';
import { classOutputOf } from '../../../studies/kit/class-scores.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import { planAblation } from '../ablation/plan-ablation.js';
import { planCorrespondence } from '../correspondence/plan-correspondence.js';
import { planEvolution } from '../evolution/plan-evolution.js';
import { planInvariance } from '../invariance/plan-invariance.js';
import type { StudyPictures } from '../kit/study-pictures.js';
import type { StudyPlan } from '../kit/study-plan.js';
import { planOcclusion } from '../occlusion/plan-occlusion.js';
import { planSanity } from '../sanity/plan-sanity.js';
import type { StudyName } from './study-names.js';
import type { WriteStudiesOptions } from './write-studies-options.js';

/** What the studies of a report have in common. */
export interface ReportContext {
  readonly deconvnet: Deconvnet;
  /** What the user gave: a folder, a list of URLs, or a list of files. */
  readonly pictures: string | readonly PictureFile[];
  /** The pictures of it, as far as their number is not limited. */
  readonly all: StudyPictures;
  readonly options: WriteStudiesOptions;
}

/** A study that a report can contain. The gallery is not among them, because it is not a plan. */
interface StudyEntry {
  /** Says what is missing for the study, as a sentence; undefined if nothing is. */
  readonly missing: (context: ReportContext) => string | undefined;
  /** Plans the study, in its own folder. */
  readonly plan: (context: ReportContext, out: string) => Promise<StudyPlan>;
}

/** What a study takes from the options of the report. */
function shared({ all, options }: ReportContext, out: string) {
  const { batchSize, command, versions, date } = options;
  return {
    ...{ out, ...all.reading },
    ...(batchSize !== undefined && { batchSize }),
    ...(command !== undefined && { command }),
    ...(versions && { versions }),
    ...(date && { date }),
  };
}

/** The contrast that was chosen. */
function contrastOf({ options: { contrast, gamma } }: ReportContext) {
  return { ...(contrast !== undefined && { contrast }), ...(gamma !== undefined && { gamma }) };
}

/**
 * The pictures that are studied one by one, if somebody chose them. Each study has its own usual number.
 *
 * @param most how many of them the study can show
 */
function chosenPictures({ options: { pictures } }: ReportContext, most = Number.POSITIVE_INFINITY) {
  if (pictures === undefined) return undefined;
  return { pictures: typeof pictures === 'number' ? Math.min(pictures, most) : pictures.slice(0, most) };
}

/** The seed, if one was given. */
function seedOf({ options: { seed } }: ReportContext) {
  return seed !== undefined && { seed };
}

/** Why the right answers to the pictures cannot be counted; undefined if they can. */
function noCountedAnswers(deconvnet: Deconvnet, files: StudyPictures['files']): string | undefined {
  const output = classOutputOf(deconvnet);
  if (!output) return 'It counts right answers, and no output of the network has a score for each class.';
  const { labels } = output;
  if (!labels) return 'It counts right answers, and the classes of the network have no names. Give them as labels.';
  if (files.some(({ label }) => label !== undefined && labels.includes(label))) return undefined;
  return 'It counts right answers, and no picture lies in a folder that is named like a class of the network.';
}

/** The studies by name. */
export const studyEntries: Readonly<Record<Exclude<StudyName, 'gallery'>, StudyEntry>> = {
  evolution: {
    missing: ({ options: { checkpoints } }) =>
      checkpoints === undefined
        ? 'It needs other models of the training (the option checkpoints), which were not given.'
        : undefined,
    plan: (context, out) =>
      planEvolution(context.options.checkpoints!, context.all.files, {
        ...{ ...shared(context, out), ...contrastOf(context), ...seedOf(context) },
        ...(context.options.layers && { layers: context.options.layers }),
      }),
  },
  invariance: {
    missing: () => undefined,
    plan: (context, out) =>
      planInvariance(context.deconvnet, context.all.files, {
        ...{ ...shared(context, out), ...chosenPictures(context, TEN_COLOURS.length) },
      }),
  },
  occlusion: {
    missing: () => undefined,
    plan: (context, out) =>
      planOcclusion(context.deconvnet, context.all.files, {
        ...{ ...shared(context, out), ...contrastOf(context), ...chosenPictures(context) },
      }),
  },
  correspondence: {
    missing: ({ options: { boxes } }) =>
      boxes === undefined
        ? 'It needs boxes around the same parts of several pictures (the option boxes), which were not given.'
        : undefined,
    plan: (context, out) =>
      // Pictures with boxes are taken wherever they stand in the list.
      planCorrespondence(context.deconvnet, context.pictures, {
        ...{ ...shared(context, out), ...seedOf(context), boxes: context.options.boxes! },
      }),
  },
  ablation: {
    missing: ({ deconvnet, all }) => noCountedAnswers(deconvnet, all.files),
    plan: (context, out) =>
      planAblation(context.deconvnet, context.all.files, {
        ...{ ...shared(context, out), ...contrastOf(context), ...seedOf(context) },
      }),
  },
  sanity: {
    missing: () => undefined,
    plan: (context, out) =>
      planSanity(context.deconvnet, context.all.files, {
        ...{ ...shared(context, out), ...contrastOf(context), ...seedOf(context), ...chosenPictures(context) },
      }),
  },
};
