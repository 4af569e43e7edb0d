import type { Ablation } from '../../../studies/ablation/ablation.js';
import { escapeHtml } from '../../gallery/escape.js';
import type { StudyFolder } from '../kit/study-folder.js';
import { links, paragraph, type StudySection, table } from '../kit/study-page.js';

/** The most classes that the table shows. */
const SHOWN = 30;

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
      ...(present.length > SHOWN
        ? [paragraph(`The first ${SHOWN} of ${present.length} classes are shown. The CSV file has all.`)]
        : []),
      links([[csv, 'numbers (CSV)']]),
    ].join('\n'),
  };
}
