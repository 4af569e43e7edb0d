import { counted } from '../../../errors/counted.js';
import { ruleNames } from '../../../mirrors/rules.js';
import { WINDOW } from '../../../studies/kit/structural-similarity.js';
import type { StudyFolder } from '../kit/study-folder.js';
import { paragraph, type StudyPage, type StudySection } from '../kit/study-page.js';
import { madeWith } from '../kit/write-study.js';
import { classesSection } from './classes-section.js';
import { edgesSection } from './edges-section.js';
import { judgeRule, upperHalf } from './judge.js';
import style from './sanity.css?raw';
import { meansOf, type SanityResults } from './sanity-results.js';
import { switchesSection } from './switches-section.js';
import { verdictSection } from './verdict-section.js';
import { summaryOf } from './verdict-text.js';
import { weightsSection } from './weights-section.js';
import { listed } from './words.js';

/** Makes the page of the study, and writes its plots and numbers. */
export async function sanityPage(folder: StudyFolder, results: SanityResults): Promise<StudyPage> {
  const { deconvnet, options, layer, seed, steps, pictures } = results;
  const means = meansOf(results);
  const judged = means.map(judgeRule);
  await folder.writeJson('sanity', { layer, seed, steps, judged, means, pictures });
  const hasSwitches = pictures.some(({ switches }) => switches.pools.length > 0);
  const rules = means.map(({ rule }) => rule);
  return {
    title: options.title ?? `Sanity check of ${deconvnet.model.name}`,
    lead: [
      `A projection looks convincing even if it shows something else than what the network has learned. This page checks what the projections of ${layer} depend on in this network: the learned weights, the edges of the picture, the class, or the switches. It compares three rules by which the signal can go down: ${listed(rules)}.`,
      'No test here can prove that a projection is right. A test can only show that a projection would have looked much the same without something, and then it is no evidence for this.',
    ],
    summary: summaryOf(judged, steps.length),
    cover: coverOf(results),
    style,
    sections: [
      verdictSection(judged, { layers: steps.length, hasSwitches }),
      await weightsSection(folder, results, means),
      await edgesSection(folder, results, means),
      await classesSection(folder, results, means),
      await switchesSection(folder, results, means),
      methodSection(results),
      ...CLOSING,
    ],
    made: madeWith(deconvnet, options, [
      ['Pictures', pictures.map(({ edges }) => edges.id).join(', ')],
      ['Layer', layer],
      ['Seed', String(seed)],
      ['Rules', rules.join(', ')],
    ]),
  };
}

/** For each rule, the projection of the first picture, and the one of the shown step that is nearest to the upper half. */
function coverOf({ steps, drawn, pictures: [first] }: SanityResults): string[] {
  const away = (step: number): number => Math.abs(step - upperHalf(steps.length));
  const nearest = drawn.filter((step) => step > 0).sort((a, b) => away(a) - away(b) || a - b)[0];
  const shown = first!.weights.filter(({ step }) => step === 0 || step === nearest);
  return ruleNames.flatMap((rule) =>
    shown.flatMap(({ projections }) => projections.find((one) => one.rule === rule)?.drawn?.file ?? []),
  );
}

/** How the figures were made. */
function methodSection({ pictures, seed, layer }: SanityResults): StudySection {
  const activations = pictures.reduce(
    (sum, { edges }) => sum + edges.projections.filter(({ rule }) => rule === edges.projections[0]!.rule).length,
    0,
  );
  const turned = pictures.filter(({ edges }) => edges.other === null).length;
  const control =
    turned === 0
      ? 'the next picture of the list'
      : turned === pictures.length
        ? 'the same picture turned by half, since there is no other one of its size'
        : 'the next picture of the list, or the same picture turned by half if the sizes differ';
  return {
    heading: 'How it was measured',
    html: [
      `From each of ${counted(pictures.length, 'picture')}, the strongest feature maps of ${layer} are projected, each from its strongest position: ${counted(activations, 'activation')} in all. Two projections are compared in the part of the receptive field that lies in the picture, with all their channels, after each was divided by the root of the sum of its squares. So only the pattern counts, and not its strength.`,
      `The rank correlation is Spearman’s, over all values. The structural similarity (SSIM, Wang et al. 2004) is that of the two drawings, with one scale for both: values are clipped at the 99.5th percentile of the absolute values that are not zero. Its windows are ${WINDOW} × ${WINDOW} pixels with Gaussian weights of deviation 1.5, or as large as the projection if that is smaller; its constants K are 0.01 and 0.03; its range is 2 with signs, and 1 for absolute values. SSIM is high wherever both drawings are flat, so the rank correlation decides here.`,
      `Random weights are drawn as before the training: each by the initializer that the layer names. Biases, and the parameters and statistics of normalisation, are set back to their values before the training. All that is random follows from the seed ${seed}. A random switch is drawn evenly among the real cells of its window.`,
      `An unrelated projection is the control: the same feature map at the same position, projected with random weights in all layers from another picture (${control}). It has only the geometry of the network in common with the real one.`,
    ]
      .map(paragraph)
      .join('\n'),
  };
}

const CLOSING: readonly StudySection[] = [
  {
    heading: 'What this page does not show',
    html: [
      'It shows what projections depend on, and not whether they are faithful: a projection that changes with the weights can still mislead. It says nothing about other layers, and little about other pictures: these are few, and another seed gives other figures.',
      'A random network is far from any trained one. Its activations can be much larger or smaller, or die out. Figures between trained networks could differ. A projection by the gradient is noisy, so small changes of the network change it much, also where they hardly matter.',
    ]
      .map(paragraph)
      .join('\n'),
  },
  {
    heading: 'Literature',
    html: [
      'J. Adebayo, J. Gilmer, M. Muelly, I. Goodfellow, M. Hardt and B. Kim: Sanity Checks for Saliency Maps. NeurIPS 2018, arXiv 1810.03292. Sections (a) and (b).',
      'W. Nie, Y. Zhang and A. Patel: A Theoretical Explanation for Perplexing Behaviors of Backpropagation-based Visualizations. ICML 2018, arXiv 1805.07039. Sections (a) and (c).',
      'A. Mahendran and A. Vedaldi: Salient Deconvolutional Networks. ECCV 2016. Section (d).',
      'M. D. Zeiler and R. Fergus: Visualizing and Understanding Convolutional Networks. ECCV 2014, arXiv 1311.2901v3. The rule deconvnet.',
    ]
      .map(paragraph)
      .join('\n'),
  },
];
