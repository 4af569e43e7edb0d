import type { Deconvnet } from '../../../deconvnet.js';
import { counted } from '../../../errors/counted.js';
import type { Ablation } from '../../../studies/ablation/ablation.js';
import type { StrongPatch } from '../kit/strongest-patches.js';
import type { StudyFolder } from '../kit/study-folder.js';
import type { StudyPage } from '../kit/study-page.js';
import { madeWith } from '../kit/write-study.js';
import { type ChosenAblations, countOfMaps } from './choose-ablations.js';
import { classSection } from './class-section.js';
import { type LayerLoss, layerLosses, percent } from './layer-losses.js';
import { layerSection } from './layer-section.js';
import { accuracyOf, type MapEffect, mapEffects, pointsOf } from './map-effects.js';
import { mapSection } from './map-section.js';
import type { WriteAblationOptions } from './write-ablation-options.js';

/** What the page is made from. */
export interface AblationResults {
  readonly deconvnet: Deconvnet;
  readonly options: WriteAblationOptions;
  readonly chosen: ChosenAblations;
  /** How many pictures were left out because their class is not one of the network. */
  readonly strangers: number;
  /** What was found in each layer, and for each few feature maps of the layer whose maps are tried one at a time. */
  readonly layers: readonly Ablation[];
  readonly maps: readonly Ablation[];
  /** Patches of the most telling feature maps. */
  readonly patches: readonly { readonly featureMap: number; readonly patches: readonly StrongPatch[] }[];
}

/** Makes the page of the study, and writes its plots and numbers. */
export async function ablationPage(folder: StudyFolder, results: AblationResults): Promise<StudyPage> {
  const { deconvnet, options, chosen, strangers, layers, maps, patches } = results;
  const [{ pictures, correct, labels }] = layers as [Ablation];
  const total = pictures.reduce((sum, count) => sum + count, 0);
  const classes = pictures.filter((count) => count > 0).length;
  const whole = accuracyOf({ correct }, pictures);
  const losses = layers.map((one) => layerLosses(one, countOfMaps(deconvnet, one.layer)));
  const effects = mapEffects(maps);
  await folder.writeJson('ablation', { layers, maps });
  const first = [await layerSection(folder, losses, { whole, total }), await classSection(folder, layers)];
  return {
    title: options.title ?? `Ablation in ${deconvnet.model.name}`,
    lead: [
      'How many pictures does the network still get right if some of its feature maps are set to zero: a whole layer, a random share of it, or one feature map alone? It tells on which feature maps the network as it is relies, and for which class.',
      'This is in the spirit of Table 3 of the paper, but it is not the same experiment. There, layers are removed and the network is trained again. Here it is not trained again. The layers above were never trained with zeros in place of feature maps, so a large drop does not mean that a network without these feature maps could not learn the task.',
    ],
    cover: [{ file: 'plots/layers.svg', caption: 'accuracy without a share of the feature maps' }],
    summary: summaryOf(whole, losses, effects, { labels, mapLayer: chosen.mapLayer, total, pictures }),
    sections: [
      ...first,
      ...(effects.length > 0
        ? [await mapSection(folder, { effects, layer: chosen.mapLayer, labels, pictures, patches })]
        : []),
    ],
    made: madeWith(deconvnet, options, [
      [
        'Pictures',
        `${counted(total, 'picture')} of ${counted(classes, 'class', 'classes')}${strangers > 0 ? `; ${strangers.toLocaleString('en')} without a class of the network left out` : ''}`,
      ],
      [
        'Shares',
        `${chosen.shares.map((share) => percent(share)).join(', ')}, each drawn ${counted(chosen.draws, 'time')}`,
      ],
      ['Seed of the draws', String(chosen.seed)],
      ...(patches.length > 0 ? [['Rule of the projections', deconvnet.engine.rule.name] as const] : []),
    ]),
  };
}

/** What was found, as the end of a sentence. */
function summaryOf(
  whole: number,
  losses: readonly LayerLoss[],
  effects: readonly MapEffect[],
  {
    labels,
    mapLayer,
    total,
    pictures,
  }: {
    readonly labels: readonly string[];
    readonly mapLayer: string;
    readonly total: number;
    readonly pictures: readonly number[];
  },
): string {
  const sentences = [`${percent(whole)} of ${counted(total, 'picture')} are told right as the network is.`];
  const shares = losses[0]!.shares;
  const half = shares.reduce<number | undefined>(
    (best, { share }) => (best === undefined || Math.abs(share - 0.5) < Math.abs(best - 0.5) ? share : best),
    undefined,
  );
  if (half !== undefined && losses.length > 1) {
    const left = (one: LayerLoss): number => one.shares.find(({ share }) => share === half)!.mean;
    const sorted = [...losses].sort((a, b) => left(b) - left(a));
    const [best, worst] = [sorted[0]!, sorted.at(-1)!];
    sentences.push(
      `If ${percent(half)} of the feature maps of one layer are set to zero, between ${percent(left(worst))} (${worst.layer}) and ${percent(left(best))} (${best.layer}) of the pictures are still told right.`,
    );
  }
  const [first] = effects;
  if (first) {
    const changes = first.byClass.map((change) => change ?? 0);
    const largest = changes.reduce((best, change, i) => (Math.abs(change) > Math.abs(changes[best]!) ? i : best), 0);
    const change = changes[largest]!;
    sentences.push(
      change === 0
        ? `None of the feature maps of ${mapLayer} that were tried changes the accuracy of any class if it alone is set to zero.`
        : `The most telling feature map of ${mapLayer} is ${first.featureMap}: without it, the accuracy of ${labels[largest]} ${change < 0 ? 'falls' : 'rises'} by ${pointsOf(change)} percentage ${pointsOf(change) === '1' ? 'point' : 'points'}, which is ${Math.round((Math.abs(change) * pictures[largest]!) / 100)} of ${counted(pictures[largest]!, 'picture')}.`,
    );
  }
  return sentences.join(' ');
}
