import type { Ablation } from 'deconvnet/studies';
import type { AblationView } from '../../../protocol-ablation';
import { counted } from '../../../words';
import { accuracy, type Changes, deviationOf, meanCorrect, presentClasses, sum, triedOf } from './accuracies';

/** The most feature maps, and the most classes, that the matrix shows. */
export const SHOWN = { maps: 20, classes: 20 };

export function titleOf({ layers, what }: AblationView): string {
  const without = what === 'layer' ? `feature maps of ${layers[0]!.layer}` : 'half of a layer';
  return `Accuracy in %, without ${without}`;
}

/** What was found, what it means, and what it does not show. */
export function readingOf({ layers, what }: AblationView, telling: readonly Changes[]): string {
  const [study] = layers as [Ablation];
  const total = sum(study.pictures);
  const half = layers.map((one) => ({
    ...{ layer: one.layer, left: accuracy(meanCorrect(triedOf(one, 'share')), one) },
  }));
  const [worst] = [...half].sort((a, b) => a.left - b.left);
  const [first] = telling;
  return [
    `The network as it is gets ${percent(accuracy(study.correct, study))} of ${counted(total, 'picture')} right.`,
    what === 'halves' && layers.length > 1
      ? `Of these layers, it relies most on half of ${worst!.layer}: without it, ${percent(worst!.left)} are left on average.`
      : `Without half of the feature maps of ${study.layer}, ${percent(half[0]!.left)} are left on average, and without all of them ${percent(accuracy(triedOf(study, 'layer')[0]!.correct, study))}.`,
    first && what === 'layer' ? mapText(first, study) : '',
    'The network is not trained again without the feature maps, as it is in Table 3 of the paper. So a large drop means that the network as it is relies on them, and not that it could not learn the task without them.',
  ]
    .filter(Boolean)
    .join(' ');
}

/** The feature map that matters most for one class. */
function mapText({ name, byClass }: Changes, study: Ablation): string {
  const most = byClass.indexOf([...byClass].sort((a, b) => Math.abs(b) - Math.abs(a))[0]!);
  const change = byClass[most]!;
  if (change === 0) return 'No single feature map changes the accuracy of a class.';
  const index = presentClasses(study)[most]!;
  const pictures = Math.round((Math.abs(change) * study.pictures[index]!) / 100);
  return `Of single feature maps, ${name} changes most: without it, ${counted(pictures, 'picture')} of ${study.labels[index]} ${pictures === 1 ? 'is' : 'are'} ${change < 0 ? 'lost' : 'gained'}.`;
}

/** How to read the matrix. */
export function captionOf({ layers, what }: AblationView, telling: readonly Changes[]): string {
  const [study] = layers as [Ablation];
  const fewest = Math.min(...presentClasses(study).map((i) => study.pictures[i]!));
  const classes = presentClasses(study).length;
  return [
    'Red: the network gets the class right less often than as it is. Blue: more often, which can mean that it gives this answer more often to all pictures.',
    what === 'layer' && telling.length > SHOWN.maps
      ? `The ${SHOWN.maps} feature maps that change most, of ${telling.length} that were set to zero one by one.`
      : '',
    classes > SHOWN.classes ? `The ${SHOWN.classes} classes that change most, of ${classes}.` : '',
    `One picture of the smallest class is ${(100 / fewest).toFixed(1)} percentage points. A change of one or two pictures says little.`,
  ]
    .filter(Boolean)
    .join(' ');
}

export function madeText({ layers, skipped }: AblationView): string {
  const [{ seed, ablations }] = layers as [Ablation];
  const draws = ablations.filter(({ what }) => what === 'share').length;
  return [
    `Half of the feature maps was drawn ${draws} times, by the seed ${seed}.`,
    skipped > 0 ? `${counted(skipped, 'picture')} could not be read.` : '',
  ].join(' ');
}

/** The accuracy that is left without halves, as mean ± standard deviation over the draws. */
export function halfText(study: Ablation): string {
  const tried = triedOf(study, 'share');
  return `${accuracy(meanCorrect(tried), study).toFixed(1)} ± ${deviationOf(tried, study).toFixed(1)}`;
}

function percent(share: number): string {
  return `${Number(share.toFixed(1))} %`;
}
