import { counted } from '../../../errors/counted.js';
import { ruleNames } from '../../../mirrors/rules.js';
import type { StudyFolder } from '../kit/study-folder.js';
import { paragraph, type StudyCover, type StudyPage, type StudySection } from '../kit/study-page.js';
import { madeWith } from '../kit/write-study.js';
import { classesSection } from './classes-section.js';
import { edgesSection } from './edges-section.js';
import { judgeRule } from './judge.js';
import { controlPicture, methodSection } from './method-section.js';
import style from './sanity.css?raw';
import { meansOf, type SanityResults } from './sanity-results.js';
import { switchesSection } from './switches-section.js';
import { upperHalf } from './taken-steps.js';
import { controlSeed } from './unrelated.js';
import { verdictSection } from './verdict-section.js';
import { type Common, summaryOf } from './verdict-text.js';
import { weightsSection } from './weights-section.js';
import { listed } from './words.js';

/** Makes the page of the study, and writes its plots and numbers. */
export async function sanityPage(folder: StudyFolder, results: SanityResults): Promise<StudyPage> {
  const { deconvnet, options, layer, seed, steps, pictures } = results;
  const means = meansOf(results);
  const judged = means.map(judgeRule);
  await folder.writeJson('sanity', { layer, seed, controlSeed: controlSeed(seed), steps, judged, means, pictures });
  const common: Common = {
    layers: steps.at(-1)!.randomLayers,
    upper: upperHalf(steps.map(({ randomLayers }) => randomLayers)),
    hasSwitches: pictures.some(({ switches }) => switches.pools.length > 0),
  };
  const rules = means.map(({ rule }) => rule);
  return {
    title: options.title ?? `Sanity check of ${deconvnet.model.name}`,
    lead: [
      `A projection looks convincing even if it shows something else than what the network has learned. This page checks what the projections of ${layer} depend on in this network: the learned weights, the edges of the picture, the class, or the switches. It compares three rules by which the signal can go down: ${listed(rules)}.`,
      'These tests cannot prove that a projection is right. They show what a projection does not depend on. For example, if it looks much the same with random weights, it says little about the learned weights.',
    ],
    summary: summaryOf(judged, common),
    cover: coverOf(results),
    style,
    sections: [
      verdictSection(judged, common, controlPicture(results)),
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
function coverOf({ drawn, pictures: [first] }: SanityResults): readonly StudyCover[] {
  const nearest = upperHalf(drawn) ?? drawn.at(-1);
  const shown = first!.weights.filter(({ step }) => step === 0 || step === nearest);
  return ruleNames.flatMap((rule) =>
    shown.flatMap(({ step, projections }) => {
      const file = projections.find((one) => one.rule === rule)?.drawn?.file;
      const caption = step === 0 ? `${rule}: the real network` : `${rule}: ${counted(step, 'layer')} random`;
      return file === undefined ? [] : [{ file, caption }];
    }),
  );
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
