import type { Ablation } from 'deconvnet/studies';
import type { AblationView } from '../../../protocol-ablation';
import { tableOf } from '../text-table';
import { halfText, SHOWN } from './ablation-words';
import { accuracy, meanCorrect, presentClasses, sum, triedOf } from './accuracies';

/** The head and the body of the table: a row for each class of one layer, or one for each layer. */
export function accuracyTable({ layers, what }: AblationView): readonly HTMLElement[] {
  const [study] = layers as [Ablation];
  const all = triedOf(study, 'layer')[0]!.correct;
  const half = meanCorrect(triedOf(study, 'share'));
  const isHalved = triedOf(study, 'layer')[0]!.featureMaps.length > 1;
  if (what === 'halves') {
    return tableOf(
      ['Layer', 'Feature maps', 'as it is', 'half off', 'all off'],
      layers.map((one) => [
        one.layer,
        String(triedOf(one, 'layer')[0]!.featureMaps.length),
        accuracy(one.correct, one).toFixed(1),
        halfText(one),
        accuracy(triedOf(one, 'layer')[0]!.correct, one).toFixed(1),
      ]),
    );
  }
  return tableOf(
    ['Class', 'Pictures', 'as it is', 'half off', 'all off'],
    [
      [
        'all pictures',
        String(sum(study.pictures)),
        accuracy(study.correct, study).toFixed(1),
        halfText(study),
        accuracy(all, study).toFixed(1),
      ],
      ...presentClasses(study)
        .slice(0, SHOWN.rows)
        .map((i) => [
          study.labels[i]!,
          String(study.pictures[i]!),
          accuracy(study.correct, study, i).toFixed(1),
          isHalved ? accuracy(half, study, i).toFixed(1) : '–',
          accuracy(all, study, i).toFixed(1),
        ]),
    ],
  );
}
