import type { Deconvnet } from '../../../deconvnet.js';
import { counted } from '../../../errors/counted.js';
import { plotRanges } from '../../../plots/plot-ranges.js';
import type { LayerCorrespondence } from '../../../studies/correspondence/correspondence.js';
import type { SignDistances } from '../../../studies/correspondence/sign-distances.js';
import { escapeHtml } from '../../gallery/escape.js';
import type { StudyFolder } from '../kit/study-folder.js';
import { figure, type Html, links, paragraph, row, type StudyPage, table } from '../kit/study-page.js';
import { newDocument, svgText } from '../kit/svg-text.js';
import { madeWith } from '../kit/write-study.js';
import type { MaskedParts } from './mask-parts.js';
import { maskedPictures } from './masked-pictures.js';
import { partColours, swatch } from './part-colours.js';
import type { WriteCorrespondenceOptions } from './write-correspondence.js';

/** What the page is made from. */
interface CorrespondenceResults {
  readonly deconvnet: Deconvnet;
  readonly found: MaskedParts;
  /** How many pictures there are, with boxes and without. */
  readonly listed: number;
  readonly options: WriteCorrespondenceOptions;
}

const RANDOM = 'random boxes';

/** Makes the page of the study, and writes its plots and numbers. */
export async function correspondencePage(folder: StudyFolder, results: CorrespondenceResults): Promise<StudyPage> {
  const { deconvnet, found, listed, options } = results;
  const { layers, ids, fill, seed, randomBoxes } = found;
  await folder.writeJson('correspondence', found);
  const csv = await folder.writeCsv('correspondence', layers.flatMap(csvRows));
  const parts = Object.keys(layers[0]!.parts);
  const colours = partColours(parts);
  const plots: Html[] = [];
  for (const [place, layer] of layers.entries()) plots.push(await rangesOf(folder, place, layer, colours));
  const random = randomBoxes[0]!.length;
  const colour = fill === 'grey' ? 'grey' : fill === 'mean' ? 'the mean colour of the picture' : `the value ${fill}`;
  return {
    title: options.title ?? `Correspondence in ${deconvnet.model.name}`,
    lead: [
      `Does the network relate the same part of different pictures, such as the noses of dogs? Each part is masked with ${colour} in every picture, and the change that this makes in a layer is compared between the pictures, two at a time. This is section 4.3 of the paper, with its Figure 8 and Table 1.`,
      'Delta is the share of the values of the layer that change in different directions in two pictures. A value can rise, fall or stay as it is. Delta is 0 if all values change in the same direction, and at most 1. If Delta of a part is smaller than that of random boxes, masking this part changes the layer in a way that the pictures share, so the network establishes some correspondence between them.',
      'Values are compared place by place. Two parts that lie at different places of their pictures change different values, even if the network treats both alike. The pictures should therefore show the parts at about the same place and size, as faces from the front do.',
    ],
    sections: [
      {
        heading: 'Delta of each part',
        html: [
          deltaTable(layers, colours, ids.length),
          row(plots),
          ...layers.map((layer) => paragraph(verdict(layer))),
          paragraph(
            `It rests on ${counted(ids.length, 'picture')}. One picture belongs to several pairs, so the pairs are not independent of each other. The standard deviation says how much the pairs differ. It is not the error of the mean.`,
          ),
          links([
            [csv, 'numbers (CSV)'],
            ['correspondence.json', 'all results (JSON)'],
          ]),
        ].join('\n'),
      },
      { heading: 'What was masked', html: maskedPictures(found, parts, colours) },
    ],
    made: madeWith(deconvnet, options, [
      [
        'Pictures',
        `${counted(ids.length, 'picture')} with boxes${listed > ids.length ? ` of ${listed.toLocaleString('en')}` : ''}`,
      ],
      [
        'Layers',
        layers.map(({ layer, dimensions }) => `${layer} (${dimensions.toLocaleString('en')} values)`).join(', '),
      ],
      ['Random boxes', random === 0 ? 'none' : `${random} in each picture, as large as its parts in turn`],
      ['Seed of the random boxes', String(seed)],
      ['Mask', colour],
    ]),
  };
}

/** The rows of Table 1: the parts and the random boxes; its columns: the layers. */
function deltaTable(
  layers: readonly LayerCorrespondence[],
  colours: ReadonlyMap<string, string>,
  pictures: number,
): Html {
  const [first] = layers as [LayerCorrespondence];
  const cell = (one: SignDistances | undefined, random?: SignDistances): Html => {
    if (!one) return '–';
    const text = `${one.mean.toFixed(3)} ± ${one.deviation.toFixed(3)}`;
    return random && one.mean < random.mean ? `<strong>${text}</strong>` : text;
  };
  const rows = Object.entries(first.parts).map(([part, { pairs }]) => [
    swatch(part, colours),
    ...layers.map(({ parts, random }) => cell(parts[part], random)),
    String(pairs),
  ]);
  if (first.random) {
    rows.push([escapeHtml(RANDOM), ...layers.map(({ random }) => cell(random)), String(first.random.pairs)]);
  }
  return table(
    ['Masked', ...layers.map(({ layer }) => `Delta in ${layer}`), 'pairs'],
    rows,
    `Mean ± standard deviation over the pairs of ${counted(pictures, 'picture')}. Bold numbers are smaller than that of random boxes in the same layer.`,
  );
}

/** Draws one layer of the table. */
async function rangesOf(
  folder: StudyFolder,
  place: number,
  { layer, parts, random }: LayerCorrespondence,
  colours: ReadonlyMap<string, string>,
): Promise<Html> {
  const all = [...Object.entries(parts), ...(random ? [[RANDOM, random] as const] : [])];
  const ranges = all.map(([name, { mean, deviation }]) => {
    const colour = colours.get(name);
    return { name, mean, deviation, ...(colour !== undefined && { colour }) };
  });
  const options = {
    ...{ label: 'Delta (smaller: more alike)', width: 340, document: await newDocument() },
    ...(random && { reference: random.mean }),
  };
  const svg = svgText(await plotRanges(ranges, options));
  await folder.write(`plots/${place}.svg`, svg);
  const line = random ? ' The dashed line is the mean of random boxes.' : '';
  return figure(svg, `${layer}: the mean, and one standard deviation to both sides.${line}`);
}

/** What the numbers of one layer say, in words. */
function verdict({ layer, parts, random }: LayerCorrespondence): string {
  if (!random) return `There are no random boxes to compare Delta in ${layer} with.`;
  const names = Object.keys(parts);
  const smaller = names.filter((part) => parts[part]!.mean < random.mean);
  const gap = (part: string): number => random.mean - parts[part]!.mean;
  const clear = smaller.filter((part) => gap(part) > Math.max(random.deviation, parts[part]!.deviation));
  if (smaller.length === 0) {
    return `In ${layer}, Delta of no part is smaller than that of random boxes: this study does not show that the layer relates the parts of different pictures to each other.`;
  }
  const which = smaller.length === names.length ? (names.length === 1 ? 'the part' : 'all parts') : smaller.join(', ');
  const how =
    clear.length === smaller.length
      ? 'The difference is larger than one standard deviation'
      : clear.length === 0
        ? 'The difference is smaller than one standard deviation'
        : `The difference is larger than one standard deviation for ${clear.join(', ')} alone`;
  return `In ${layer}, Delta of ${which} is smaller than that of random boxes. ${how}.`;
}

function csvRows({ layer, dimensions, parts, random }: LayerCorrespondence): Record<string, string | number>[] {
  const all = [...Object.entries(parts), ...(random ? [[RANDOM, random] as const] : [])];
  return all.map(([masked, { mean, deviation, pairs }]) => ({ layer, dimensions, masked, mean, deviation, pairs }));
}
