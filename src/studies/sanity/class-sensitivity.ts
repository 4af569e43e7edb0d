import type { Deconvnet } from '../../deconvnet.js';
import { checkKeys, checkValue, isCount } from '../../errors/check-options.js';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import type { SourceItem } from '../../mine/image-source.js';
import { readProbabilities } from '../kit/class-scores.js';
import { readPictureInput } from '../kit/picture-input.js';
import { ranked } from '../kit/probabilities.js';
import { BATCH_SIZE } from '../kit/study-options.js';
import { type Compared, compareProjections } from './compare-projections.js';
import { logitLayer } from './logit-layer.js';
import { countUp, projectInTurn } from './project-in-turn.js';
import { checkSanity, type RulesOption } from './sanity-options.js';
import type { SanityProjection } from './sanity-projection.js';

/** Which classes are compared. */
export interface ClassSensitivityOptions extends RulesOption {
  /** How many classes, the most probable first; or a list of their indices. Two or more. Default: 4. */
  readonly classes?: number | readonly number[];
}

/** How alike the projections of different classes are, for one picture. */
export interface ClassSensitivity {
  /** The picture's id. */
  readonly id: string;
  /** The layer that the logits stand in. */
  readonly layer: string;
  /** The classes that are compared. */
  readonly classes: readonly ProjectedClass[];
  /** For each rule, the projection of each class. Its `featureMap` is the index of the class. */
  readonly projections: readonly SanityProjection[];
  /** For each rule, each pair of classes. */
  readonly pairs: readonly ClassPair[];
}

/** A class whose logit is projected. */
export interface ProjectedClass {
  readonly index: number;
  /** Its name, if it is known. */
  readonly label?: string;
  /** Its probability for the picture. */
  readonly probability: number;
}

/** How alike the projections of two classes are. */
export interface ClassPair extends Compared {
  /** The indices of both classes. */
  readonly classes: readonly [number, number];
}

/** How many classes are compared if nobody says: six pairs. */
const CLASSES = 4;

/**
 * Projects the logits of several classes from one picture, and compares each pair of projections, as Nie et al. did (*A
 * Theoretical Explanation for Perplexing Behaviors of Backpropagation-based Visualizations*, ICML 2018). A rule whose
 * projections are alike for all classes does not show why the network prefers one of them.
 *
 * The signal starts as 1 at the logit: below a softmax, or another nonlinearity, under all rules. Projections are compared
 * by `compareProjections`.
 *
 * @param item the picture: an id and the input tensor, which stays the caller's
 * @example
 * ```ts
 * import type { Tensor } from '@tensorflow/tfjs-core';
 * import type { Deconvnet } from 'deconvnet';
 * import { classSensitivity, summarizeLikeness } from 'deconvnet/studies';
 *
 * const study = async (deconvnet: Deconvnet, image: Tensor) => {
 *   const { pairs } = await classSensitivity(deconvnet, { id: 'dog.jpg', image }, { classes: 3 });
 *   for (const { rule, likeness } of summarizeLikeness(pairs)) console.log(rule, likeness?.signed.rankCorrelation);
 * };
 * ```
 * @throws DeconvnetError `unsupported-option` if the network has no classes, or one logit for two of them;
 * `unsupported-layer`, `shape-mismatch`, `not-finite`, `invalid-option`, `disposed`, `inside-tidy`; the reason of the signal
 * if that was aborted.
 */
export async function classSensitivity(
  deconvnet: Deconvnet,
  item: SourceItem,
  options: ClassSensitivityOptions = {},
): Promise<ClassSensitivity> {
  checkKeys('classSensitivity', options, ['classes', 'rules', 'batchSize', 'onProgress', 'signal'] as const);
  const rules = checkSanity('classSensitivity', deconvnet, item, options);
  const { classes = CLASSES, batchSize = BATCH_SIZE, onProgress, signal } = options;
  const { output, node, position } = logitLayer('classSensitivity', deconvnet);
  checkClasses(classes, output.head.classes);
  const picture = await readPictureInput('classSensitivity', deconvnet, item.image, item.id);
  try {
    const [probabilities] = await readProbabilities(deconvnet, output, [picture.tensor]);
    const chosen = typeof classes === 'number' ? ranked(probabilities!).slice(0, classes) : classes;
    const cells = chosen.map((featureMap) => ({ featureMap, position }));
    const tell = countUp(rules.length * cells.length, onProgress);
    const turn = { batchSize, signal, tell };
    const projections = await projectInTurn(deconvnet.engine, rules, { picture, node, cells }, turn);
    signal?.throwIfAborted();
    return {
      ...{ id: item.id, layer: node.name, projections },
      classes: chosen.map((index) => {
        const label = output.labels?.[index];
        return { index, ...(label !== undefined && { label }), probability: probabilities![index]! };
      }),
      pairs: rules.flatMap(({ name }) => pairsOf(projections.filter(({ rule }) => rule === name))),
    };
  } finally {
    picture.tensor.dispose();
  }
}

function pairsOf(projections: readonly SanityProjection[]): ClassPair[] {
  return projections.flatMap((one, i) =>
    projections.slice(i + 1).map((other): ClassPair => {
      const likeness = compareProjections(one.pixels, other.pixels);
      return { rule: one.rule, classes: [one.featureMap, other.featureMap], ...(likeness && { likeness }) };
    }),
  );
}

/** @throws DeconvnetError `invalid-option`. */
function checkClasses(classes: unknown, count: number): void {
  const what = 'classes is how many classes are compared, 2 or more, or a list of their indices';
  if (!Array.isArray(classes)) {
    checkValue(isCount(classes, 2), what, classes);
    return;
  }
  checkValue(classes.length > 1 && new Set(classes).size === classes.length, `${what}, each once`, classes);
  const lost = classes.find((index) => !isCount(index, 0) || index >= count);
  if (lost === undefined) return;
  throw new DeconvnetError(
    'invalid-option',
    `There is no class ${String(lost)}: the network has ${count} classes, numbered from 0 to ${count - 1}.`,
  );
}
