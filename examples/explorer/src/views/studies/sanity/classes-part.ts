import { element } from '../../../element';
import type { SanityClasses, SanityHead } from '../../../protocol-sanity';
import { figuresTable } from './figures-table';
import { figure, verdicts } from './likeness';
import { ProjectionTable } from './projection-table';
import { emptyText } from './sanity-words';
import { sectionOf } from './section-of';
import { likenessBy } from './weights-part';

const NAME = '(c) Other classes';

/** Part (c): projections of different classes. */
export function classesPart({ rules, picture }: SanityHead, found: SanityClasses | string): HTMLElement {
  if (typeof found === 'string') return sectionOf(NAME, found);
  const { layer, classes, projections, pairs, control } = found;
  const nameOf = (index: number): string => classes.find((one) => one.index === index)?.label ?? `class ${index}`;
  const columns = classes.map(({ index, probability }) => `${nameOf(index)}, ${percent(probability)}`);
  const whole = { top: 0, left: 0, bottom: picture.height, right: picture.width };
  const table = new ProjectionTable('Projections of classes', rules, columns, whole);
  for (const { rule, index, drawn } of projections) {
    const column = classes.findIndex((one) => one.index === index);
    table.fill(rule, column, { drawn, name: `Projection of ${nameOf(index)} by ${rule}`, figure: '' });
  }
  const empty = pairs.filter((one) => one.empty > 0);
  return sectionOf(
    NAME,
    `The logits of the ${classes.length} most probable classes are projected from the whole picture, each from one unit of ${layer}. If a row looks the same everywhere, its projections do not show why the network prefers one class.`,
    table.element,
    figuresTable(
      rules.map((rule) => ({
        rule,
        rows: [
          ['mean over pairs of classes', likenessBy(pairs, rule)],
          [`control of ${nameOf(classes[0]!.index)}`, control[rule] ?? null],
        ],
      })),
    ),
    element(
      'p',
      {},
      [
        `In this network, the projections of two classes are ${verdicts(
          pairs.map(({ rule, likeness }) => ({ rule, likeness, control: control[rule] ?? null })),
        )}. Their mean rank correlation is ${pairs
          .map(({ rule, likeness }) => `${figure(likeness?.signed.rankCorrelation)} by ${rule}`)
          .join(', ')}, signs included.`,
        ...empty.map(emptyText),
        'Projections that differ between classes need not explain the answer.',
      ].join(' '),
    ),
  );
}

/** A probability as a share of a hundred. */
function percent(probability: number): string {
  const share = 100 * probability;
  return share > 0 && share < 0.1 ? 'less than 0.1 %' : `${share.toFixed(1)} %`;
}
