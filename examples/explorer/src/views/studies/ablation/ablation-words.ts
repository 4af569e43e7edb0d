import type { Ablation } from 'deconvnet/studies';
import type { AblationView } from '../../../protocol-ablation';
import { counted } from '../../../words';
import { accuracy, type Changes, deviationOf, meanCorrect, presentClasses, sum, triedOf } from './accuracies';

/** The most feature maps, and the most classes, that the matrix shows, and the most classes that the table shows. */
export const SHOWN = { maps: 20, classes: 20, rows: 30 };

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
  const own = accuracy(triedOf(study, 'layer')[0]!.correct, study);
  const [few, all] = [countOf(study, 'share'), countOf(study, 'layer')];
  return [
    `The network as it is gets ${percent(accuracy(study.correct, study))} of ${counted(total, 'picture')} right.`,
    what === 'halves' && layers.length > 1
      ? `Of these layers, it relies most on half of ${worst!.layer}: without it, ${percent(worst!.left)} are left on average.`
      : all === 1
        ? `Without the only feature map of ${study.layer}, ${percent(own)} are left.`
        : `Without ${few} of the ${all} feature maps of ${study.layer}, drawn at random, ${percent(half[0]!.left)} are left on average, and without all of them ${percent(own)}.`,
    what === 'layer' && all > 1 ? mapText(telling, study) : '',
    'The network is not trained again without the feature maps, as it is in Table 3 of the paper. So a large drop means that the network as it is relies on them, and not that it could not learn the task without them.',
  ]
    .filter(Boolean)
    .join(' ');
}

/** The feature map that matters most for one class, of those that were tried. */
function mapText(telling: readonly Changes[], study: Ablation): string {
  const [first] = telling;
  if (!first) return '';
  const [tried, all] = [telling.length, countOf(study, 'layer')];
  const { name, byClass } = first;
  const most = byClass.indexOf([...byClass].sort((a, b) => Math.abs(b) - Math.abs(a))[0]!);
  const change = byClass[most]!;
  if (tried === 1) return `Of the ${all} feature maps, only ${name} was set to zero alone: ${lossOf()}.`;
  return `${tried === all ? `All ${all}` : `${tried} of the ${all}`} feature maps were set to zero one by one. ${change === 0 ? 'None of these changes the accuracy of a class.' : `Of these, ${name} changes most: ${lossOf()}.`}`;

  function lossOf(): string {
    if (change === 0) return 'without it, the accuracy of each class stays the same';
    const index = presentClasses(study)[most]!;
    const pictures = Math.round((Math.abs(change) * study.pictures[index]!) / 100);
    return `without it, ${counted(pictures, 'picture')} of ${study.labels[index]} ${pictures === 1 ? 'is' : 'are'} ${change < 0 ? 'lost' : 'gained'}`;
  }
}

/** How many feature maps were set to zero together. */
function countOf(study: Ablation, what: 'layer' | 'share'): number {
  return triedOf(study, what)[0]!.featureMaps.length;
}

/** Says which classes the table leaves out; empty if it has all of them. */
export function rowsText({ layers, what }: AblationView): string {
  const classes = presentClasses(layers[0]!).length;
  if (what === 'halves' || classes <= SHOWN.rows) return '';
  return `The table shows the first ${SHOWN.rows} of ${counted(classes, 'class', 'classes')} with pictures, in the order of the outputs. All of them count in its first row.`;
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

/** How the study was made: of what, and from which draws. */
export function madeText({ layers, known, skipped }: AblationView): string {
  const [first] = layers as [Ablation];
  const taken = sum(first.pictures) + skipped;
  const draws = triedOf(first, 'share').length;
  return [
    taken < known
      ? `${taken} of ${counted(known, 'picture')} with a class of the network were taken: one of each class in turn.`
      : '',
    layers.some((one) => countOf(one, 'layer') > 1)
      ? `Half of the feature maps was drawn ${counted(draws, 'time')}, by the seed ${first.seed}.`
      : '',
    skipped > 0 ? `${counted(skipped, 'picture')} could not be read.` : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/** The accuracy that is left without halves, as mean ± standard deviation over the draws; a dash if a half is all. */
export function halfText(study: Ablation): string {
  if (countOf(study, 'layer') === 1) return '–';
  const tried = triedOf(study, 'share');
  return `${accuracy(meanCorrect(tried), study).toFixed(1)} ± ${deviationOf(tried, study).toFixed(1)}`;
}

function percent(share: number): string {
  return `${Number(share.toFixed(1))} %`;
}
