import type { Deconvnet } from '../../../deconvnet.js';
import { ruleNames } from '../../../mirrors/rules.js';
import type { LikenessSummary } from '../../../studies/sanity/summarize-likeness.js';
import { summarizeLikeness } from '../../../studies/sanity/summarize-likeness.js';
import type { RandomPart } from '../../../studies/sanity/switch-dependence.js';
import type { ClassesRecord } from './classes-part.js';
import type { EdgesRecord } from './edges-part.js';
import { again, type KeptCompared } from './sanity-records.js';
import type { SwitchesRecord } from './switches-part.js';
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
  readonly seed: number;
  /** The layers that become random, from the top down. */
  readonly steps: readonly string[];
  /** The numbers of the steps that the page shows. */
  readonly drawn: readonly number[];
  readonly pictures: readonly SanityPicture[];
}

/** The means under one rule, over all pictures and activations. */
export interface RuleMeans {
  readonly rule: string;
  /** For each step, compared with the real network; the first is the real network itself. */
  readonly weights: readonly LikenessSummary[];
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
      weights: Array.from({ length: steps.length + 1 }, (_, step) =>
        over(({ weights }) => weights.filter((one) => one.step === step).flatMap(({ projections }) => projections)),
      ),
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
