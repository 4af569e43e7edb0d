import type { StudyFolder } from '../kit/study-folder.js';
import { figure, type Html, links, paragraph, row, type StudySection, table } from '../kit/study-page.js';
import { drawing, pictureFigure } from './page-pictures.js';
import { emptyText, figureCells, figureRows, JSON_LINK } from './page-tables.js';
import type { RuleMeans, SanityPicture, SanityResults } from './sanity-results.js';

/** Section (b): the projections beside the edges of the picture. */
export async function edgesSection(
  folder: StudyFolder,
  { pictures, layer }: SanityResults,
  means: readonly RuleMeans[],
): Promise<StudySection> {
  const csv = await folder.writeCsv(
    'numbers/edges',
    pictures.flatMap(({ edges: { id, projections, unrelatedToEdges } }) =>
      projections.map(({ rule, featureMap, position, empty, likeness }, i) => ({
        ...{ picture: id, rule, feature_map: featureMap, position: position.join(' '), empty },
        ...figureCells(likeness),
        unrelated_rank_correlation_absolute: unrelatedToEdges[i]!.likeness?.absolute.rankCorrelation ?? '',
      })),
    ),
  );
  return {
    heading: '(b) An edge detector beside the projections',
    html: [
      paragraph(
        'An edge detector knows nothing of the network: it marks where the luminance of the picture changes (the magnitude of the gradient, by the operator of Sobel). If a projection looks like this, it is not wrong, but the edges alone would have shown the same. All pictures are drawn without signs: black is zero, and white is strong.',
      ),
      ...pictures.map((one) => pictureEdges(one, layer)),
      table(
        ['rule', 'with the edges', 'an unrelated projection with the edges'],
        means.flatMap(({ rule, edges, unrelatedToEdges }) => figureRows(rule, [edges, unrelatedToEdges])),
        'Rank correlation · SSIM. Edges have no signs, so the absolute values tell more.',
      ),
      paragraph(emptyText(means.map(({ rule, edges: { empty, count } }) => ({ rule, empty, count })))),
      links([[csv, 'each projection (CSV)'], JSON_LINK]),
    ].join('\n'),
  };
}

function pictureEdges({ edges }: SanityPicture, layer: string): Html {
  const [first] = edges.projections;
  const shown = edges.projections.filter(({ featureMap }) => featureMap === first!.featureMap);
  return row([
    pictureFigure(edges, first!, layer),
    figure(drawing(edges.edges, `The edges of ${edges.id}`), 'edges'),
    ...shown.map(({ rule, drawn }) => figure(drawing(drawn, `Projection by ${rule}, without signs`), rule)),
  ]);
}
