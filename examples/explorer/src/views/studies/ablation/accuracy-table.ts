import type { Ablation } from 'deconvnet/studies';
import { element } from '../../../element';
import type { AblationView } from '../../../protocol-ablation';
import { halfText } from './ablation-words';
import { accuracy, meanCorrect, presentClasses, sum, triedOf } from './accuracies';

/** The most classes that have a row. */
const CLASSES = 30;

/** The head and the body of the table: a row for each class of one layer, or one for each layer. */
export function accuracyTable({ layers, what }: AblationView): readonly HTMLElement[] {
  const [study] = layers as [Ablation];
  const all = triedOf(study, 'layer')[0]!.correct;
  const half = meanCorrect(triedOf(study, 'share'));
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
        .slice(0, CLASSES)
        .map((i) => [
          study.labels[i]!,
          String(study.pictures[i]!),
          ...[study.correct, half, all].map((correct) => accuracy(correct, study, i).toFixed(1)),
        ]),
    ],
  );
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): readonly HTMLElement[] {
  const cells = head.map((text) => element('th', { scope: 'col' }, text));
  const body = rows.map(([name = '', ...values]) =>
    element('tr', {}, element('th', { scope: 'row' }, name), ...values.map((value) => element('td', {}, value))),
  );
  return [element('thead', {}, element('tr', {}, ...cells)), element('tbody', {}, ...body)];
}
