import type { Deconvnet } from '../../../deconvnet.js';
import { counted } from '../../../errors/counted.js';
import { plotRanges } from '../../../plots/plot-ranges.js';
import type { LayerCorrespondence } from '../../../studies/correspondence/correspondence.js';
import type { SignDistances } from '../../../studies/correspondence/sign-distances.js';
import { escapeHtml } from '../../gallery/escape.js';
import { fillWords } from '../kit/fill-words.js';
import { listed } from '../kit/listed.js';
import type { StudyFolder } from '../kit/study-folder.js';
import { figure, type Html, links, paragraph, row, type StudyPage, table } from '../kit/study-page.js';
import { newDocument, svgText } from '../kit/svg-text.js';
import { madeWith } from '../kit/write-study.js';
import type { MaskedParts } from './mask-parts.js';
import { maskedPictures } from './masked-pictures.js';
import { partColours, swatch } from './part-colours.js';
import type { WriteCorrespondenceOptions } from './write-correspondence-options.js';

/** What the page is made from. */
interface CorrespondenceResults {
  readonly deconvnet: Deconvnet;
  readonly found: MaskedParts;
  /** How many pictures there are, with boxes and without. */
  readonly pictures: number;
  readonly options: WriteCorrespondenceOptions;
}

const RANDOM = 'random boxes';

/** Makes the page of the study, and writes its plots and numbers. */
export async function correspondencePage(folder: StudyFolder, results: CorrespondenceResults): Promise<StudyPage> {
  const { deconvnet, found, pictures, options } = results;
  const { layers, ids, fill, seed, randomBoxes } = found;
  await folder.writeJson('correspondence', found);
  const csv = await folder.writeCsv('correspondence', layers.flatMap(csvRows));
  const parts = Object.keys(layers[0]!.parts);
  const colours = partColours(parts);
  const plots: Html[] = [];
  for (const [place, layer] of layers.entries()) plots.push(await rangesOf(folder, place, layer, colours));
  const random = randomBoxes[0]!.length;
  return {
    title: options.title ?? `Correspondence in ${deconvnet.model.name}`,
    lead: [
      `Does the network relate the same part of different pictures, such as the noses of dogs? Each part is masked with ${fillWords(fill)} in every picture, and the change that this makes in a layer is compared between the pictures, two at a time. This is section 4.3 of the paper, with its Figure 8 and Table 1.`,
      'Delta is the share of the values of the layer that change in different directions in two pictures. A value can rise, fall or stay as it is. Delta is 0 if all values change in the same direction, and at most 1. If Delta of a part is smaller than that of random boxes, masking this part changes the layer in a way that the pictures share, so the network establishes some correspondence between them. A large box changes more values than a small one, so each part is compared with random boxes of its own size.',
      'Values are compared place by place. Two parts that lie at different places of their pictures change different values, even if the network treats both alike. The pictures should therefore show the parts at about the same place and size, as faces from the front do.',
    ],
    cover: layers.map(({ layer }, place) => ({ file: `plots/${place}.svg`, caption: `Delta in ${layer}` })),
    summary: summaryOf(layers),
    sections: [
      {
        heading: 'Delta of each part',
        html: [
          deltaTable(layers, colours, ids.length),
          row(plots),
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
        `${counted(ids.length, 'picture')} with boxes${pictures > ids.length ? ` of ${pictures.toLocaleString('en')}` : ''}`,
      ],
      [
        'Layers',
        layers.map(({ layer, dimensions }) => `${layer} (${dimensions.toLocaleString('en')} values)`).join(', '),
      ],
      ['Random boxes', random === 0 ? 'none' : `${random} in each picture, as large as its parts in turn`],
      ['Seed of the random boxes', String(seed)],
      ['Mask', fillWords(fill)],
    ]),
  };
}

/** The rows of Table 1: the parts and the random boxes; its columns: the layers, each with its control. */
function deltaTable(
  layers: readonly LayerCorrespondence[],
  colours: ReadonlyMap<string, string>,
  pictures: number,
): Html {
  const [first] = layers as [LayerCorrespondence];
  const text = ({ mean, deviation, pairs }: SignDistances): string =>
    pairs > 1 ? `${mean.toFixed(3)} ± ${deviation.toFixed(3)}` : mean.toFixed(3);
  const rows: Html[][] = Object.entries(first.parts).map(([part, { pairs }]) => [
    swatch(part, colours),
    ...layers.flatMap((layer) => {
      const [own, control] = [layer.parts[part]!, layer.randomLike[part]];
      const shown = control && own.mean < control.mean ? `<strong>${text(own)}</strong>` : text(own);
      return first.random ? [shown, control ? text(control) : '–'] : [shown];
    }),
    String(pairs),
  ]);
  if (first.random) {
    const all = layers.flatMap(({ random }) => [text(random!), '']);
    rows.push([escapeHtml(RANDOM), ...all, first.random.pairs.toLocaleString('en')]);
  }
  return table(
    [
      'Masked',
      ...layers.flatMap(({ layer }) => [`Delta in ${layer}`, ...(first.random ? ['random, same size'] : [])]),
      'Pairs',
    ],
    rows,
    `Mean ± standard deviation over the pairs of ${counted(pictures, 'picture')}.${first.random ? ' Bold numbers are smaller than those of random boxes of the same size in the same layer.' : ''}`,
  );
}

/** Draws one layer of the table. */
async function rangesOf(
  folder: StudyFolder,
  place: number,
  layer: LayerCorrespondence,
  colours: ReadonlyMap<string, string>,
): Promise<Html> {
  const ranges = Object.entries(layer.parts).map(([name, { mean, deviation }]) => {
    const control = layer.randomLike[name];
    return { name, mean, deviation, colour: colours.get(name)!, ...(control && { control }) };
  });
  const options = { label: 'Delta (smaller: more alike)', width: 340, document: await newDocument() };
  const svg = svgText(await plotRanges(ranges, options));
  await folder.write(`plots/${place}.svg`, svg);
  const circles = layer.random ? ' The circles are random boxes of the same size.' : '';
  return figure(svg, `${layer.layer}: means, and one standard deviation to both sides.${circles}`);
}

/** What the numbers say, as the end of a sentence. */
function summaryOf(layers: readonly LayerCorrespondence[]): string {
  const [first, ...others] = layers.map(verdict) as [string, ...string[]];
  return [`${first[0]!.toLowerCase()}${first.slice(1)}`, ...others].join(' ');
}

/** What the numbers of one layer say, in words. */
function verdict(one: LayerCorrespondence): string {
  const { layer, parts, randomLike } = one;
  if (Object.keys(randomLike).length === 0) return `There are no random boxes to compare Delta in ${layer} with.`;
  const names = Object.keys(randomLike);
  const gap = (part: string): number => randomLike[part]!.mean - parts[part]!.mean;
  const smaller = names.filter((part) => gap(part) > 0);
  if (smaller.length === 0) {
    return `In ${layer}, Delta of no part is smaller than that of random boxes of the same size: this does not show that the layer relates the parts of different pictures to each other.`;
  }
  const clear = smaller.filter((part) => gap(part) > Math.max(randomLike[part]!.deviation, parts[part]!.deviation));
  const which = smaller.length === names.length && names.length > 1 ? 'all parts' : listed(smaller);
  const how =
    clear.length === 0
      ? 'by less than one standard deviation'
      : clear.length === smaller.length
        ? 'by more than one standard deviation'
        : `for ${listed(clear)} by more than one standard deviation`;
  const others = names.filter((part) => !smaller.includes(part));
  const not = others.length === 0 ? '' : ` That of ${listed(others)} is not.`;
  return `In ${layer}, Delta of ${which} is smaller than that of random boxes of the same size, ${how}.${not}`;
}

function csvRows(one: LayerCorrespondence): Record<string, string | number | undefined>[] {
  const { layer, dimensions, parts, random } = one;
  const row = (masked: string, { mean, deviation, pairs }: SignDistances, like?: SignDistances) => ({
    ...{ layer, dimensions, masked, mean, deviation, pairs },
    ...{ randomMean: like?.mean, randomDeviation: like?.deviation, randomPairs: like?.pairs },
  });
  return [
    ...Object.entries(parts).map(([part, own]) => row(part, own, one.randomLike[part])),
    ...(random ? [row(RANDOM, random)] : []),
  ];
}
