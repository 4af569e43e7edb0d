import type { Deconvnet } from '../../../deconvnet.js';
import { ruleNames } from '../../../mirrors/rules.js';
import type { LikenessSummary } from '../../../studies/sanity/summarize-likeness.js';
import { summarizeLikeness } from '../../../studies/sanity/summarize-likeness.js';
import type { RandomPart } from '../../../studies/sanity/switch-dependence.js';
import type { ClassesRecord } from './classes-part.js';
import type { EdgesRecord } from './edges-part.js';
import { again, type KeptCompared } from './sanity-records.js';
import type { SwitchesRecord } from './switches-part.js';
import type { TakenStep } from './taken-steps.js';
import type { WeightsStep } from './weights-part.js';
import type { WriteSanityOptions } from './write-sanity-options.js';

/** All that was found in one picture. */
export interface SanityPicture {
  readonly edges: EdgesRecord;
  /** Undefined if the network has no logit for each class. */
  readonly classes: ClassesRecord | undefined;
  readonly switches: SwitchesRecord;
  readonly weights: readonly WeightsStep[];
}

/** What the page is made from. */
export interface SanityResults {
  readonly deconvnet: Deconvnet;
  readonly options: WriteSanityOptions;
  readonly layer: string;
  /** How many feature maps were to be projected, or their numbers. */
  readonly maps: number | readonly number[];
  readonly seed: number;
  /** The steps that were taken, from the top down. In the last one, all layers are random. */
  readonly steps: readonly TakenStep[];
  /** The numbers of random layers of the steps that the page shows; 0 is the real network. */
  readonly drawn: readonly number[];
  /** How many other pictures there are to take as a control, at most. */
  readonly others: number;
  readonly pictures: readonly SanityPicture[];
}

/** The means of one step. */
export interface StepMeans extends LikenessSummary {
  readonly randomLayers: number;
}

/** The means under one rule, over all pictures and activations. */
export interface RuleMeans {
  readonly rule: string;
  /** For each step, compared with the real network; the first is the real network itself. */
  readonly weights: readonly StepMeans[];
  readonly unrelated: LikenessSummary;
  readonly edges: LikenessSummary;
  readonly unrelatedToEdges: LikenessSummary;
  /** Over all pairs of classes; undefined if the network has none. */
  readonly classes: LikenessSummary | undefined;
  readonly unrelatedToClasses: LikenessSummary | undefined;
  readonly switches: Readonly<Record<RandomPart, LikenessSummary>>;
}

/** The means under each rule. */
export function meansOf({ pictures, steps }: SanityResults): RuleMeans[] {
  return ruleNames.map((rule) => {
    const mean = (all: readonly KeptCompared[]): LikenessSummary =>
      summarizeLikeness(all.filter((one) => one.rule === rule).map(again))[0] ?? { rule, count: 0, empty: 0 };
    const over = (of: (picture: SanityPicture) => readonly KeptCompared[]): LikenessSummary =>
      mean(pictures.flatMap(of));
    const random = (part: RandomPart): LikenessSummary =>
      over(({ switches }) => switches.projections.filter((one) => one.random === part));
    const ofClasses = pictures.flatMap(({ classes }) => classes ?? []);
    return {
      rule,
      weights: [0, ...steps.map(({ randomLayers }) => randomLayers)].map((randomLayers) => ({
        ...over(({ weights }) =>
          weights.filter(({ step }) => step === randomLayers).flatMap(({ projections }) => projections),
        ),
        randomLayers,
      })),
      unrelated: over(({ edges }) => edges.unrelated),
      edges: over(({ edges }) => edges.projections),
      unrelatedToEdges: over(({ edges }) => edges.unrelatedToEdges),
      classes: ofClasses.length === 0 ? undefined : mean(ofClasses.flatMap(({ pairs }) => pairs)),
      unrelatedToClasses: ofClasses.length === 0 ? undefined : mean(ofClasses.flatMap(({ unrelated }) => unrelated)),
      switches: {
        ...{ nothing: random('nothing'), weights: random('weights') },
        ...{ switches: random('switches'), both: random('both') },
      },
    };
  });
}
