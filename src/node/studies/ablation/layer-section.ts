import { plotCurves } from '../../../plots/plot-curves.js';
import { escapeHtml } from '../../gallery/escape.js';
import type { StudyFolder } from '../kit/study-folder.js';
import { type Html, links, paragraph, row, type StudySection, table } from '../kit/study-page.js';
import { newDocument, svgText } from '../kit/svg-text.js';
import { type LayerLoss, percent } from './layer-losses.js';

/** The accuracy without shares of each layer: a plot, a table, and a CSV file. */
export async function layerSection(
  folder: StudyFolder,
  losses: readonly LayerLoss[],
  { whole, total }: { readonly whole: number; readonly total: number },
): Promise<StudySection> {
  const curves = losses.map(({ layer, shares, without }) => ({
    name: layer,
    points: [
      [0, 100 * whole],
      ...shares.map(({ share, mean }) => [100 * share, 100 * mean] as const),
      [100, 100 * without],
    ] as (readonly [number, number])[],
  }));
  const svg = svgText(
    await plotCurves(curves, {
      ...{ x: 'feature maps set to zero (%)', y: 'accuracy (%)', domain: [0, 100] },
      ...{ width: 720, height: 340, document: await newDocument() },
    }),
  );
  await folder.write('plots/layers.svg', svg);
  const csv = await folder.writeCsv(
    'layers',
    losses.flatMap(({ layer, featureMaps, shares, without }) => [
      { layer, featureMaps, share: 0, accuracy: whole, deviation: 0 },
      ...shares.map(({ share, mean, deviation }) => ({ layer, featureMaps, share, accuracy: mean, deviation })),
      { layer, featureMaps, share: 1, accuracy: without, deviation: 0 },
    ]),
  );
  const shares = losses[0]!.shares.map(({ share }) => share);
  const cell = ({ mean, deviation }: { readonly mean: number; readonly deviation: number }): Html =>
    `${(100 * mean).toFixed(1)} ± ${(100 * deviation).toFixed(1)}`;
  return {
    heading: 'Whole layers, and random shares of them',
    html: [
      row([svg]),
      table(
        ['Layer', 'Feature maps', '0 %', ...shares.map(percent), '100 %'],
        losses.map((one) => [
          escapeHtml(one.layer),
          String(one.featureMaps),
          (100 * whole).toFixed(1),
          ...one.shares.map(cell),
          (100 * one.without).toFixed(1),
        ]),
        `Accuracy in % over ${total.toLocaleString('en')} pictures, if this share of the feature maps of one layer is set to zero: mean ± standard deviation over the draws.`,
      ),
      paragraph(
        'At 100 %, the layer says nothing about the picture. Where no other path leads around it, the network then gives the same answer to every picture, which is right for the pictures of one class.',
      ),
      links([
        [csv, 'numbers (CSV)'],
        ['ablation.json', 'all results (JSON)'],
      ]),
    ].join('\n'),
  };
}
