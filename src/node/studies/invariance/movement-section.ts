import { TEN_COLOURS } from '../../../plots/colours.js';
import { escapeHtml } from '../../gallery/escape.js';
import { type Html, image, links, paragraph, type StudySection } from '../kit/study-page.js';
import { foundWords } from './found-words.js';
import { type PlotInput, plotDistances, plotProbabilities } from './invariance-plots.js';
import type { MovedPicture } from './move-and-compare.js';
import { MOVEMENT_WORDS, rangeWords, watchedWords } from './movement-words.js';
import { relativeDistances } from './relative-distance.js';

/** The height and the greatest width of a moved picture on the page, in pixels. */
const SIDE = 64;
/** The greatest width of a plot, in units of the page. */
const WIDEST = 21;

/**
 * Makes the row of Figure 5 for one transformation: moved pictures, distances in each layer, and probabilities.
 *
 * @param words the shape of each layer's output in words, and whether nobody has chosen the steps
 */
export async function movementSection(
  input: PlotInput,
  which: number,
  { shapes, isUsual }: { readonly shapes: readonly string[]; readonly isUsual: boolean },
): Promise<StudySection> {
  const { folder, moved } = input;
  const { transformation, layers, probability } = moved[0]!.movements[which]!;
  const { heading, letter, note } = MOVEMENT_WORDS[transformation];
  const panels: Html[] = [];
  for (const [layer, { layer: name }] of layers.entries()) {
    const caption = `(${letter}${layer + 2}) ${name}, ${shapes[layer]}`;
    panels.push(panel(await plotDistances(input, which, layer), caption));
  }
  if (probability) {
    const caption = `(${letter}${layers.length + 2}) Probability of ${watchedWords(moved)}`;
    panels.push(panel(await plotProbabilities(input, which), caption));
  }
  const csv = await folder.writeCsv(`numbers/${transformation}`, rowsOf(moved, which));
  return {
    heading,
    html: [
      paragraph(`${rangeWords(moved, which, isUsual)} ${note}`),
      paragraph(`Here: ${foundWords(moved, which)}`),
      `<div class="movement">${examples(moved, which, `(${letter}1) Some of the moved pictures`)}<div class="plots" style="max-width:${WIDEST * panels.length}rem">${panels.join('\n')}</div></div>`,
      links([
        [csv, 'numbers of the curves (CSV)'],
        ['invariance.json', 'all results (JSON)'],
      ]),
    ].join('\n'),
  };
}

function panel(svg: Html, caption: string): Html {
  return `<figure><figcaption>${escapeHtml(caption)}</figcaption>${svg}</figure>`;
}

/** The moved pictures: a row for each picture, with its colour. */
function examples(moved: readonly MovedPicture[], which: number, caption: string): Html {
  const { transformation, examples: first } = moved[0]!.movements[which]!;
  const { stepOf } = MOVEMENT_WORDS[transformation];
  const isSame = moved.every(({ movements }) =>
    movements[which]!.examples.every(({ step }, i) => step === first[i]?.step),
  );
  const head = first.map(({ step }) => `<span class="step">${isSame ? escapeHtml(stepOf(step)) : ''}</span>`);
  const rows = moved.map(({ id, movements }, place) => {
    const shown = movements[which]!.examples.map(({ step, file, height, width }) => {
      const scale = SIDE / Math.max(height, width);
      const size = { width: Math.round(width * scale), height: Math.round(height * scale), crisp: scale > 1 };
      return image({ ...size, file, alt: `${id}, moved by ${stepOf(step)}` });
    });
    return `<div class="moved" style="${colourStyle(place)}">${shown.join('')}</div>`;
  });
  return `<figure><figcaption>${escapeHtml(caption)}</figcaption><div class="steps">${head.join('')}</div>${rows.join('\n')}</figure>`;
}

/** The colour of a picture, for a rule of the style sheet. */
export function colourStyle(place: number): string {
  return `--curve:${TEN_COLOURS[place]}`;
}

/** The numbers of the curves: a row for each picture and step. */
function rowsOf(moved: readonly MovedPicture[], which: number): Record<string, string | number | null>[] {
  const { axis } = MOVEMENT_WORDS[moved[0]!.movements[which]!.transformation];
  return moved.flatMap((one) => {
    const { steps, layers, probability } = one.movements[which]!;
    const relative = layers.map((_, layer) => relativeDistances(one, which, layer));
    return steps.map((step, i) => ({
      ...{ picture: one.id, [axis]: step },
      ...Object.fromEntries(
        layers.flatMap(({ layer, distances }, j) => [
          [`${layer} distance`, distances[i]!],
          [`${layer} distance / length`, relative[j]![i] ?? null],
        ]),
      ),
      ...(one.watched && probability && { class: one.watched.name, probability: probability[i]! }),
    }));
  });
}
