import type { RandomPart } from '../../../studies/sanity/switch-dependence.js';
import type { StudyFolder } from '../kit/study-folder.js';
import { details, type Html, links, paragraph, row, type StudySection, table } from '../kit/study-page.js';
import { drawing, pictureFigure } from './page-pictures.js';
import { emptyText, FIGURES_CAPTION, figureCells, figureRows, JSON_LINK } from './page-tables.js';
import type { RuleMeans, SanityPicture, SanityResults } from './sanity-results.js';
import { listed } from './words.js';

/** The columns of the section. */
const PARTS: readonly (readonly [part: RandomPart, words: string])[] = [
  ['nothing', 'the real projection'],
  ['weights', 'random weights, real switches'],
  ['switches', 'random switches, real weights'],
  ['both', 'both random'],
];

/** Section (d): what is owed to switches, and what to weights. */
export async function switchesSection(
  folder: StudyFolder,
  { pictures, layer }: SanityResults,
  means: readonly RuleMeans[],
): Promise<StudySection> {
  const [first, ...others] = pictures as [SanityPicture, ...SanityPicture[]];
  const { pools } = first.switches;
  const csv = await folder.writeCsv(
    'numbers/switches',
    pictures.flatMap(({ switches: { id, projections } }) =>
      projections.map(({ rule, random, featureMap, position, empty, likeness }) => ({
        ...{ picture: id, rule, random, feature_map: featureMap, position: position.join(' '), empty },
        ...figureCells(likeness),
      })),
    ),
  );
  return {
    heading: '(d) Switches or weights',
    html: [
      paragraph(
        'On the way up, max pooling records in its switches where each maximum was, and a rectifier records in its mask where its input was positive. On the way down, they place the signal. Here the weights of the way down are random while all that was recorded is real, then the switches are random while the weights are real, then both. What survives random weights is owed to the way up, and not to the weights. Mahendran and Vedaldi (2016) asked this of such networks. This is not the same as in section (a): there the way up has the same random weights, and a way down through the weights of its own way up partly brings back the picture, whatever they are (Nie et al., 2018).',
      ),
      paragraph(
        pools.length === 0
          ? `The network has no max pooling below ${layer}, and therefore no switches. Random switches change nothing here. A deconvnet without switches takes little or nothing from the picture on its way down: its projections can be the same for every picture.`
          : `Switches: ${listed(pools)}. The deconvnet has no masks of the way up. Guided backpropagation and the gradient have them, and they stay real in all columns.`,
      ),
      pictureSwitches(first, layer),
      ...(others.length === 0
        ? []
        : [details('The same for the other pictures', others.map((one) => pictureSwitches(one, layer)).join('\n'))]),
      table(
        ['rule', ...PARTS.slice(1).map(([, words]) => words), 'an unrelated projection'],
        means.flatMap(({ rule, switches, unrelated }) =>
          figureRows(rule, [...PARTS.slice(1).map(([part]) => switches[part]), unrelated]),
        ),
        `${FIGURES_CAPTION} Compared with the real projection.`,
      ),
      paragraph(
        emptyText(
          means.map(({ rule, switches }) => ({
            rule,
            empty: PARTS.reduce((sum, [part]) => sum + switches[part].empty, 0),
            count: PARTS.reduce((sum, [part]) => sum + switches[part].count, 0),
          })),
        ),
      ),
      links([[csv, 'each projection (CSV)'], JSON_LINK]),
    ].join('\n'),
  };
}

function pictureSwitches({ edges, switches: { projections } }: SanityPicture, layer: string): Html {
  const [real] = projections;
  const rules = [...new Set(projections.map(({ rule }) => rule))];
  const rows = rules.map((rule) => [
    rule,
    ...PARTS.map(([part, words]) => {
      const one = projections.find((own) => own.rule === rule && own.random === part)!;
      return drawing(one.drawn, `Projection by ${rule}: ${words}`);
    }),
  ]);
  return row([pictureFigure(edges, real!, layer), table(['rule', ...PARTS.map(([, words]) => words)], rows)]);
}
