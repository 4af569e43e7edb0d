import { plotMatrix } from '../../../plots/plot-matrix.js';
import type { Ablation } from '../../../studies/ablation/ablation.js';
import { escapeHtml } from '../../gallery/escape.js';
import type { StudyFolder } from '../kit/study-folder.js';
import { type Html, links, paragraph, row, type StudySection, table } from '../kit/study-page.js';
import { newDocument, svgText } from '../kit/svg-text.js';
import { percent } from './layer-losses.js';
import { meanOf } from './map-effects.js';

/** The most classes that the table shows. */
const SHOWN = 30;

/** What becomes of each class if about half of the feature maps of a layer are set to zero: the mean over the draws. */
async function halfLost(folder: StudyFolder, layers: readonly Ablation[], classes: readonly number[]): Promise<Html[]> {
  const [{ labels, pictures, correct, ablations }] = layers as [Ablation];
  const shares = ablations.flatMap(({ share }) => (share === undefined ? [] : [share]));
  if (shares.length === 0) return [];
  const half = shares.reduce((best, share) => (Math.abs(share - 0.5) < Math.abs(best - 0.5) ? share : best));
  const changes = layers.map(({ ablations: all }) => {
    const drawn = all.filter(({ share }) => share === half);
    return classes.map((i) => (100 * (meanOf(drawn.map((one) => one.correct[i]!)).mean - correct[i]!)) / pictures[i]!);
  });
  const svg = svgText(
    await plotMatrix(
      { values: changes.flat(), rows: layers.map(({ layer }) => layer), columns: classes.map((i) => labels[i]!) },
      {
        ...{ label: `mean change of the accuracy without ${percent(half)} of the feature maps, in percentage points` },
        ...{ width: Math.max(520, 160 + 56 * classes.length), document: await newDocument() },
      },
    ),
  );
  await folder.write('plots/classes.svg', svg);
  return [
    row([svg]),
    paragraph(
      `Which classes suffer first: the mean over the draws, if ${percent(half)} of the feature maps of a layer are set to zero. Where a class is blue, the network may give this answer more often to all pictures, and not tell them apart better.`,
    ),
  ];
}

/** The accuracy of each class as the network is, and without each whole layer. */
export async function classSection(folder: StudyFolder, layers: readonly Ablation[]): Promise<StudySection> {
  const [{ labels, pictures, correct }] = layers as [Ablation];
  const wholes = layers.map(({ ablations }) => ablations.find(({ what }) => what === 'layer')!);
  const present = labels.map((_, i) => i).filter((i) => pictures[i]! > 0);
  const csv = await folder.writeCsv(
    'classes',
    present.flatMap((i) => [
      { class: labels[i]!, pictures: pictures[i]!, without: '', correct: correct[i]! },
      ...wholes.map((one, layer) => ({
        ...{ class: labels[i]!, pictures: pictures[i]!, without: layers[layer]!.layer, correct: one.correct[i]! },
      })),
    ]),
  );
  const share = (right: number, i: number): string => ((100 * right) / pictures[i]!).toFixed(1);
  return {
    heading: 'Each class',
    html: [
      table(
        ['Class', 'Pictures', 'as it is', ...layers.map(({ layer }) => `without ${layer}`)],
        present
          .slice(0, SHOWN)
          .map((i) => [
            escapeHtml(labels[i]!),
            String(pictures[i]!),
            share(correct[i]!, i),
            ...wholes.map((one) => share(one.correct[i]!, i)),
          ]),
        'Accuracy in % of each class, as the network is, and if all feature maps of a layer are set to zero.',
      ),
      ...(await halfLost(folder, layers, present.slice(0, SHOWN))),
      ...(present.length > SHOWN
        ? [paragraph(`The first ${SHOWN} of ${present.length} classes are shown. The CSV file has all.`)]
        : []),
      links([[csv, 'numbers (CSV)']]),
    ].join('\n'),
  };
}
