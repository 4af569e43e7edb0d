import type { StudyFolder } from '../kit/study-folder.js';
import { details, type Html, links, paragraph, row, type StudySection, table } from '../kit/study-page.js';
import type { ClassesRecord } from './classes-part.js';
import type { EdgesRecord } from './edges-part.js';
import { drawing, pictureAlone } from './page-pictures.js';
import { emptyText, FIGURES_CAPTION, figureCells, figureRows, JSON_LINK } from './page-tables.js';
import type { RuleMeans, SanityResults } from './sanity-results.js';

interface ClassesOfPicture {
  readonly edges: EdgesRecord;
  readonly classes: ClassesRecord;
}

/** Section (c): whether projections tell classes apart. */
export async function classesSection(
  folder: StudyFolder,
  { pictures, options }: SanityResults,
  means: readonly RuleMeans[],
): Promise<StudySection> {
  const heading = '(c) Projections of different classes';
  const known = pictures.flatMap(({ edges, classes }) => (classes ? [{ edges, classes }] : []));
  const [first, ...others] = known;
  if (!first) {
    const why =
      'The network has no logit of its own for each of several classes, so this section is left out. Whether projections tell classes apart cannot be said.';
    return { heading, html: paragraph(why) };
  }
  const csv = await folder.writeCsv('numbers/classes', known.flatMap(rowsOf));
  const { layer, classes } = first.classes;
  const which = Array.isArray(options.classes) ? `${classes.length} chosen` : `${classes.length} most probable`;
  return {
    heading,
    html: [
      paragraph(
        `The logits of the ${which} classes are projected from one picture. The signal starts as 1 at one unit of ${layer}, below the softmax. If a row looks the same for all classes, projections by this rule do not show why the network prefers one of them (Nie et al., 2018).`,
      ),
      pictureClasses(first),
      ...(others.length === 0
        ? []
        : [details('The same for the other pictures', others.map(pictureClasses).join('\n'))]),
      table(
        ['rule', 'mean over all pairs of classes', 'an unrelated projection of the same class'],
        means.flatMap(({ rule, classes: pairs, unrelatedToClasses }) =>
          figureRows(rule, [pairs!, unrelatedToClasses!]),
        ),
        FIGURES_CAPTION,
      ),
      paragraph(
        emptyText(
          means.map(({ rule }) => {
            const own = known.flatMap((one) =>
              one.classes.projections.filter((projection) => projection.rule === rule),
            );
            return { rule, count: own.length, empty: own.filter(({ drawn }) => !drawn).length };
          }),
        ),
      ),
      links([[csv, 'each pair (CSV)'], JSON_LINK]),
    ].join('\n'),
  };
}

/** The picture, and a row for each rule with the projection of each class. */
function pictureClasses({ edges, classes: { classes, projections } }: ClassesOfPicture): Html {
  const rules = [...new Set(projections.map(({ rule }) => rule))];
  const columns = classes.map(
    ({ index, probability, label }) => `${label ?? `class ${index}`}, ${percent(probability)}`,
  );
  const rows = rules.map((rule) => [
    rule,
    ...classes.map(({ index }) => {
      const { drawn } = projections.find((one) => one.rule === rule && one.index === index)!;
      return drawing(drawn, `Projection of class ${index} by ${rule}`);
    }),
  ]);
  return row([
    pictureAlone(edges),
    table(['rule', ...columns], rows, 'Each class with its probability. Each projection is on a scale of its own.'),
  ]);
}

function rowsOf({ classes: { id, classes, pairs } }: ClassesOfPicture) {
  const nameOf = (index: number): string => classes.find((one) => one.index === index)?.label ?? String(index);
  return pairs.map(({ rule, classes: [a, b], likeness }) => ({
    ...{ picture: id, rule, class: nameOf(a), other_class: nameOf(b) },
    ...figureCells(likeness),
  }));
}

/** A probability as a share of a hundred. */
function percent(probability: number): string {
  const share = 100 * probability;
  return share > 0 && share < 0.1 ? 'less than 0.1 %' : `${share.toFixed(1)} %`;
}
