import type { RandomPart } from 'deconvnet/studies';
import { element } from '../../../element';
import type { SanityHead, SanitySwitches } from '../../../protocol-sanity';
import { figuresTable } from './figures-table';
import { figure, verdicts } from './likeness';
import { ProjectionTable } from './projection-table';
import { sectionOf } from './section-of';
import { likenessBy } from './weights-part';

const NAME = '(d) Switches or weights';

/** What is random, and what that is called. */
const PARTS: readonly (readonly [part: RandomPart, name: string])[] = [
  ['nothing', 'untouched'],
  ['weights', 'random weights, real switches'],
  ['switches', 'random switches, real weights'],
  ['both', 'both random (control)'],
];

/** Part (d): what is owed to the switches alone. */
export function switchesPart({ rules, box, layer }: SanityHead, { pools, projections }: SanitySwitches): HTMLElement {
  if (pools.length === 0) {
    return sectionOf(
      NAME,
      `No layer below ${layer} has max pooling, so there are no switches, and this part is left out. Without switches, a projection by the rule deconvnet takes little or nothing from the picture.`,
    );
  }
  const of = (part: RandomPart) => projections.filter(({ random }) => random === part);
  const table = new ProjectionTable(
    'Projections with random weights or random switches',
    rules,
    PARTS.map(([, name]) => name),
    box,
  );
  for (const [column, [part, what]] of PARTS.entries()) {
    for (const { rule, drawn, likeness } of of(part)) {
      const found = part === 'nothing' ? 'itself' : likeness ? figure(likeness.signed.rankCorrelation) : '–';
      table.fill(rule, column, { drawn, name: `Projection by ${rule}, ${what}: ${found}`, figure: found });
    }
  }
  const judged = (part: RandomPart): string =>
    verdicts(
      rules.map((rule) => ({ rule, likeness: likenessBy(of(part), rule), control: likenessBy(of('both'), rule) })),
    );
  return sectionOf(
    NAME,
    `On the way up, max pooling keeps in its switches where each maximum was (here ${pools.join(', ')}). On the way down, the signal goes there. First only the weights of the way down are random, then only the switches, then both. The numbers are as in (a).`,
    table.element,
    figuresTable(
      rules.map((rule) => ({
        rule,
        rows: PARTS.slice(1).map(([part, name]) => [name, likenessBy(of(part), rule)] as const),
      })),
    ),
    element(
      'p',
      {},
      `In this network, with random weights but real switches, the projections and the untouched ones are ${judged('weights')}. With random switches but real weights, they are ${judged('switches')}. What stays alike with random weights is owed to the way up alone. The rules guided and gradient also keep masks of the way up, which are real everywhere here, so their figures are not those of switches alone.`,
    ),
  );
}
