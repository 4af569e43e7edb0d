import type { Deconvnet } from '../../../deconvnet.js';
import { counted } from '../../../errors/counted.js';
import { plotClassMap } from '../../../plots/plot-class-map.js';
import { plotValueMap } from '../../../plots/plot-value-map.js';
import { shortNumber } from '../../../plots/short-number.js';
import { squareGrid } from '../../../studies/occlusion/squares.js';
import { distinctNames } from '../kit/distinct-names.js';
import { patchPair, type StrongPatch } from '../kit/strongest-patches.js';
import type { StudyFolder } from '../kit/study-folder.js';
import {
  figure,
  framedImage,
  type Html,
  image,
  links,
  paragraph,
  row,
  type StudyPage,
  type StudySection,
} from '../kit/study-page.js';
import { newDocument, svgText } from '../kit/svg-text.js';
import { madeWith } from '../kit/write-study.js';
import type { CoveredPicture } from './cover-picture.js';
import { isOfOneSize, leadOf, squareWords, summaryOf } from './occlusion-words.js';
import type { WriteOcclusionOptions } from './write-occlusion-options.js';

/** What the page is made from. */
interface OcclusionResults {
  readonly deconvnet: Deconvnet;
  readonly covered: readonly CoveredPicture[];
  /** For each covered picture, others that excite its feature map. */
  readonly others: readonly (readonly StrongPatch[])[];
  /** How many pictures were searched for those. */
  readonly pictures: number;
  readonly options: WriteOcclusionOptions;
}

/** The width of a picture and of a map on the page, in pixels. */
const WIDTH = 240;

/** Makes the page of the study, and writes its plots and numbers. */
export async function occlusionPage(folder: StudyFolder, results: OcclusionResults): Promise<StudyPage> {
  const { deconvnet, covered, others, pictures, options } = results;
  const [{ layer, fill, classes }] = covered as [CoveredPicture];
  await folder.writeJson('occlusion', covered);
  const ofOneSize = isOfOneSize(covered);
  const sections: StudySection[] = [];
  for (const [place, one] of covered.entries())
    sections.push(await section(folder, one, others[place]!, { place, ofOneSize }));
  return {
    title: options.title ?? `Occlusion in ${deconvnet.model.name}`,
    lead: [
      `${leadOf(covered, fill)} The colour of a cell in a map says what happens when the middle of the square lies there. This is section 4.2 and Figure 7 of the paper, whose letters stand in the captions.`,
      `Map (b) shows how much activity is left in one feature map of ${layer}. Where it is low, the covered pixels excite this feature map, so a structure that is seen in its projection (c) should lie there. The projection shows only the strongest activation, so the map can be low at other places too.${classes ? ' Maps (d) and (e) show what becomes of the answer of the network. Where the probability is low, the answer depends on the covered pixels. The two need not agree: a feature map can depend on a part that the answer does not need.' : ' The network has no classes, so the maps (d) and (e) of the paper are left out.'}`,
      'The square itself is something that the network can see. A change can therefore also come from its edges and its colour. Compare with another fill, such as the mean colour of the picture.',
    ],
    summary: summaryOf(covered),
    cover: [
      { file: covered[0]!.picture, caption: 'one of the pictures' },
      { file: 'plots/0-activity.svg', caption: 'activity of a feature map' },
      { file: covered[0]!.projection, caption: 'its projection' },
    ],
    sections,
    made: madeWith(deconvnet, options, [
      ['Pictures', `${covered.length} covered; ${pictures.toLocaleString('en')} searched for other projections`],
      ['Rule', deconvnet.engine.rule.name],
    ]),
  };
}

async function section(
  folder: StudyFolder,
  one: CoveredPicture,
  others: readonly StrongPatch[],
  { place, ofOneSize }: { readonly place: number; readonly ofOneSize: boolean },
): Promise<StudySection> {
  const { id, layer, featureMap, cleanActivity, activity, extent, classes, rows, columns, label } = one;
  const [height, width] = extent;
  const tall = Math.round((WIDTH * height) / width);
  const { squares } = squareGrid({ height, width }, one);
  const names = classes?.labels && distinctNames(classes.labels);
  const weakest = activity.indexOf(Math.min(...activity));
  const shown = { width: WIDTH, height: tall, crisp: width < WIDTH };
  const figures: Html[] = [
    figure(
      framedImage({ ...shown, file: one.picture, alt: `The picture ${id}` }, squares[weakest]!, { height, width }),
      `(a) The picture${label === undefined ? '' : `, class ${label}`}. The frame is the square where map (b) is lowest.`,
    ),
    figure(
      await valueMap(folder, `plots/${place}-activity`, {
        ...{ values: activity, height: rows, width: columns },
        ...{ label: 'activity', domain: [Math.min(0, ...activity), Math.max(cleanActivity, ...activity)] },
      }),
      `(b) The sum of the activations of feature map ${featureMap} of ${layer}, which is ${shortNumber(cleanActivity)} if nothing is covered.`,
    ),
    figure(
      image({ ...shown, file: one.projection, alt: `The projection of feature map ${featureMap}` }),
      one.empty
        ? '(c) The projection of the feature map’s strongest activation on this picture is zero everywhere.'
        : `(c) The projection of the feature map’s strongest activation on this picture, ${shortNumber(one.activation)}. Grey is zero; full black or white is ${shortNumber(one.scale)}.`,
    ),
  ];
  if (classes) {
    const nameOf = (index: number): string => names?.[index] ?? `class ${index}`;
    figures.push(
      figure(
        await valueMap(folder, `plots/${place}-probability`, {
          ...{ values: classes.probability, height: rows, width: columns },
          ...{ label: 'probability', domain: [0, 1] },
        }),
        `(d) The probability of ${nameOf(classes.index)}, ${classes.by === 'label' ? 'the class of the picture' : 'the answer to the picture as it is'}, which is ${classes.cleanProbability.toFixed(3)} if nothing is covered.`,
      ),
      figure(
        await classMap(folder, `plots/${place}-classes`, one, nameOf),
        `(e) The most probable class, and in brackets the number of places with it. If nothing is covered, it is ${nameOf(classes.cleanBest)}.`,
      ),
    );
  }
  const csv = await folder.writeCsv(
    `numbers/${place}`,
    [...activity.keys()].map((i) => ({
      ...{ ...squares[i]!, activity: activity[i]! },
      ...(classes && {
        probability: classes.probability[i]!,
        best: names?.[classes.best[i]!] ?? classes.best[i]!,
      }),
    })),
  );
  return {
    heading: id,
    html: [
      ...(ofOneSize ? [] : [paragraph(`The square has ${squareWords(one)}.`)]),
      row(figures),
      beside(others, featureMap),
      paragraph(untouchedText(one)),
      links([
        [csv, 'numbers of the maps (CSV)'],
        ['occlusion.json', 'all results (JSON)'],
      ]),
    ].join('\n'),
  };
}

/** The patches of other pictures with their projections. */
function beside(others: readonly StrongPatch[], featureMap: number): Html {
  if (others.length === 0) return paragraph(`No other picture excites feature map ${featureMap}.`);
  const pairs = others.map((other) => patchPair(other, WIDTH / 2));
  return `${paragraph(`Feature map ${featureMap} on ${counted(others.length, 'other picture')}: its projection, and the part of the picture in which it is.`)}\n${row(pairs)}`;
}

/** What the run says about itself. */
function untouchedText({ untouched }: CoveredPicture): string {
  if (untouched === null) {
    return 'At every place, the square touches the receptive field of every activation of the feature map, so none of them can be compared with the picture as it is.';
  }
  return untouched === 0
    ? 'Checked: no activation whose receptive field does not touch the square changed at any place.'
    : `Checked: an activation whose receptive field does not touch the square changed by at most ${untouched.toExponential(1)}, at all places.`;
}

async function valueMap(
  folder: StudyFolder,
  name: string,
  {
    label,
    domain,
    ...map
  }: Parameters<typeof plotValueMap>[0] & { readonly label: string; readonly domain: readonly [number, number] },
): Promise<Html> {
  const svg = svgText(await plotValueMap(map, { label, domain, width: WIDTH, document: await newDocument() }));
  await folder.write(`${name}.svg`, svg);
  return svg;
}

async function classMap(
  folder: StudyFolder,
  name: string,
  { classes, rows, columns }: CoveredPicture,
  nameOf: (index: number) => string,
): Promise<Html> {
  const map = { classes: classes!.best, height: rows, width: columns };
  const svg = svgText(await plotClassMap(map, { nameOf, width: WIDTH, document: await newDocument() }));
  await folder.write(`${name}.svg`, svg);
  return svg;
}
