import { counted } from '../../../errors/counted.js';
import { type Curve, plotCurves } from '../../../plots/plot-curves.js';
import type { LikenessSummary } from '../../../studies/sanity/summarize-likeness.js';
import type { StudyFolder } from '../kit/study-folder.js';
import { details, type Html, links, paragraph, row, type StudySection, table } from '../kit/study-page.js';
import { newDocument, svgText } from '../kit/svg-text.js';
import { drawing, pictureFigure } from './page-pictures.js';
import { emptyText, FIGURES_CAPTION, figureCells, figureRows, JSON_LINK } from './page-tables.js';
import type { RuleMeans, SanityPicture, SanityResults } from './sanity-results.js';
import { type TakenStep, upperHalf } from './taken-steps.js';

/** Section (a): the network becomes random from the top down. */
export async function weightsSection(
  folder: StudyFolder,
  results: SanityResults,
  means: readonly RuleMeans[],
): Promise<StudySection> {
  const { layer, steps, pictures } = results;
  const layers = steps.at(-1)!.randomLayers;
  const upper = upperHalf(steps.map(({ randomLayers }) => randomLayers));
  const [first, ...others] = pictures as [SanityPicture, ...SanityPicture[]];
  const empty = means.map(({ rule, weights }) => ({
    rule,
    empty: weights.reduce((sum, one) => sum + one.empty, 0),
    count: weights.reduce((sum, one) => sum + one.count, 0),
  }));
  return {
    heading: '(a) Random weights from the top down',
    html: [
      paragraph(
        `The weights of ${steps[0]!.downTo} are replaced by random ones, then also those of the layer below, and so on, down to the pixels: ${counted(layers, 'layer')}.${fewerText(steps)} After each step, the same feature map of ${layer} is projected from the same place, and the signal starts as 1. If a row hardly changes from left to right, the projections do not show what the layers have learned. This is the cascading test of Adebayo et al. (2018), their Figures 3 and 4; Nie et al. (2018) tried the deconvnet and guided backpropagation by it.`,
      ),
      pictureSteps(results, first),
      ...(others.length === 0
        ? []
        : [
            details(
              `The same for ${counted(others.length, 'other picture')}`,
              others.map((one) => pictureSteps(results, one)).join('\n'),
            ),
          ]),
      row(await curves(folder, means)),
      paragraph(
        `Means over ${counted(pictures.length, 'picture')} and ${counted(means[0]!.weights[0]!.count, 'activation')}. A rank correlation of 1 means that the order of all values is the same. An absolute value drops the signs of a projection and keeps where it is strong. Even unrelated projections can have a high figure there, since all of them fade towards the border of the receptive field: compare with the table.`,
      ),
      table(
        ['rule', ...columnsOf(layers, upper)],
        means.flatMap(({ rule, weights, unrelated }) =>
          figureRows(rule, [
            ...weights.filter(({ randomLayers }) => randomLayers === upper),
            weights.at(-1)!,
            unrelated,
          ]),
        ),
        FIGURES_CAPTION,
      ),
      paragraph(emptyText(empty)),
      links([
        [await writeMeans(folder, results, means), 'means of all steps (CSV)'],
        [await writeAll(folder, results), 'each projection (CSV)'],
        JSON_LINK,
      ]),
    ].join('\n'),
  };
}

/** Says that not all steps were taken. */
function fewerText(steps: readonly TakenStep[]): string {
  const layers = steps.at(-1)!.randomLayers;
  if (steps.length === layers) return '';
  return ` Only ${steps.length} of these ${layers} steps were taken, spread evenly, with the first and the last.`;
}

function columnsOf(layers: number, upper: number | undefined): string[] {
  return [
    ...(upper === undefined ? [] : [`upper ${upper} of ${layers} layers random`]),
    layers > 1 ? `all ${layers} layers random` : 'the only layer random',
    'an unrelated projection',
  ];
}

/** A picture, and a row for each rule with the projections of some steps. */
function pictureSteps({ drawn, steps, layer }: SanityResults, { edges, weights }: SanityPicture): Html {
  const shown = weights.filter(({ step }) => drawn.includes(step));
  const [real] = shown[0]!.projections;
  const layers = steps.at(-1)!.randomLayers;
  const columns = shown.map(({ step, randomized }) =>
    step === 0 ? 'the real network' : `${step} of ${layers} random, down to ${randomized}`,
  );
  const rules = [...new Set(shown[0]!.projections.map(({ rule }) => rule))];
  const rows = rules.map((rule) => [
    rule,
    ...shown.map(({ step, projections }) => {
      const one = projections.find((own) => own.rule === rule)!;
      return drawing(one.drawn, `Projection by ${rule} with ${step} random layers`);
    }),
  ]);
  return [
    row([pictureFigure(edges, real!, layer)]),
    table(['rule', ...columns], rows, 'Each projection on a scale of its own. Grey is zero.'),
  ].join('\n');
}

/** The four plots. */
async function curves(folder: StudyFolder, means: readonly RuleMeans[]): Promise<Html[]> {
  const figures: Html[] = [];
  for (const of of ['rankCorrelation', 'structuralSimilarity'] as const) {
    for (const kind of ['signed', 'absolute'] as const) {
      const value = ({ likeness }: LikenessSummary): number => likeness?.[kind][of] ?? Number.NaN;
      const lines = means.map(
        ({ rule, weights }): Curve => ({
          name: rule,
          points: weights.map((one) => [one.randomLayers, value(one)] as const),
        }),
      );
      const least = Math.min(0, ...lines.flatMap(({ points }) => points.map(([, y]) => y)).filter(Number.isFinite));
      const name = of === 'rankCorrelation' ? 'rank correlation' : 'SSIM';
      const words = kind === 'signed' ? 'with signs' : 'absolute values';
      const svg = svgText(
        await plotCurves(lines, {
          ...{ x: 'random layers, from the top down', y: `${name}, ${words}`, domain: [least, 1], height: 230 },
          ...{ width: 420, document: await newDocument() },
        }),
      );
      await folder.write(`plots/${name === 'SSIM' ? 'ssim' : 'rank-correlation'}-${kind}.svg`, svg);
      figures.push(svg);
    }
  }
  return figures;
}

function writeMeans(folder: StudyFolder, { steps }: SanityResults, means: readonly RuleMeans[]): Promise<string> {
  return folder.writeCsv(
    'numbers/random-layers',
    means.flatMap(({ rule, weights }) =>
      weights.map(({ randomLayers, count, empty, likeness }, i) => ({
        ...{ rule, random_layers: randomLayers, down_to: steps[i - 1]?.downTo ?? '', count, empty },
        ...figureCells(likeness),
      })),
    ),
  );
}

function writeAll(folder: StudyFolder, { pictures }: SanityResults): Promise<string> {
  return folder.writeCsv(
    'numbers/random-layers-each',
    pictures.flatMap(({ weights }) =>
      weights.flatMap(({ id, step, randomized, projections }) =>
        projections.map(({ rule, featureMap, position, empty, likeness }) => ({
          ...{ picture: id, rule, random_layers: step, down_to: randomized ?? '' },
          ...{ feature_map: featureMap, position: position.join(' '), empty },
          ...figureCells(likeness),
        })),
      ),
    ),
  );
}
