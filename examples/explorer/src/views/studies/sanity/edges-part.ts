import { element } from '../../../element';
import type { SanityEdges, SanityHead } from '../../../protocol-sanity';
import { figuresTable } from './figures-table';
import { figure, verdicts } from './likeness';
import { ProjectionTable } from './projection-table';
import { sectionOf } from './section-of';

/** The only row. */
const ROW = 'no signs';

/** Part (b): the edges of the picture beside the projections. */
export function edgesPart({ rules, box }: SanityHead, { edges, projections, control }: SanityEdges): HTMLElement {
  const table = new ProjectionTable('Projections beside the edges', [ROW], ['edges', ...rules], box);
  table.fill(ROW, 0, { drawn: edges, name: 'The edges of the picture', figure: '' });
  for (const [i, { rule, drawn, likeness }] of projections.entries()) {
    const found = likeness ? figure(likeness.absolute.rankCorrelation) : '–';
    const name = `Projection by ${rule}, without signs: rank correlation with the edges ${found}`;
    table.fill(ROW, 1 + i, { drawn, name, figure: found });
  }
  return sectionOf(
    '(b) The edges of the picture',
    'An edge detector (the operator of Sobel) marks where the brightness of the picture changes. It knows nothing of the network. Here nothing has a sign: black is zero, and white is strong. Below each projection is the rank correlation of its absolute values with the edges.',
    table.element,
    figuresTable(
      projections.map(({ rule, likeness }) => ({
        rule,
        rows: [
          ['projection and edges', likeness],
          ['control and edges', control[rule] ?? null],
        ],
      })),
    ),
    element(
      'p',
      {},
      `In this network, the projection and the edges are ${verdicts(
        projections.map(({ rule, likeness }) => ({ rule, likeness, control: control[rule] ?? null })),
        ['absolute'],
      )}. A projection that is like the edges is not wrong, but the edges alone would have shown the same. One that is unlike them can still show mostly the picture.`,
    ),
  );
}
