import { counted } from '../../../errors/counted.js';
import { escapeHtml } from '../../gallery/escape.js';
import { sizeText } from '../../gallery/wording.js';
import type { StudyFolder } from '../kit/study-folder.js';
import {
  type Html,
  links,
  paragraph,
  row,
  type StudyCover,
  type StudyPage,
  type StudySection,
  table,
} from '../kit/study-page.js';
import style from './evolution.css?raw';
import {
  type CountOfFiring,
  everFires,
  type FollowedMap,
  followFrames,
  isConstant,
  jumpsAt,
  settledAt,
} from './follow-frames.js';
import { frameBlocks } from './frame-blocks.js';
import type { CheckpointRecord } from './project-checkpoint.js';
import { summaryOf } from './summary-of.js';

/** What the page is made from. */
interface EvolutionResults {
  readonly records: readonly CheckpointRecord[];
  readonly title: string;
  /** How many pictures were searched. */
  readonly pictures: number;
  readonly made: StudyPage['made'];
}

/** Makes the page of the study, and writes its numbers. */
export async function evolutionPage(
  folder: StudyFolder,
  { records, title, pictures, made }: EvolutionResults,
): Promise<StudyPage> {
  const maps = followFrames(records);
  const frames = maps.flatMap((map) => map.frames);
  await folder.writeJson('evolution', frames);
  await folder.writeCsv(
    'evolution',
    frames.map(({ checkpoint, layer, featureMap, strongest }) => ({
      ...{ checkpoint, layer, featureMap, picture: strongest?.id, label: strongest?.label },
      ...{ activation: strongest?.activation, row: strongest?.position[0], column: strongest?.position[1] },
      ...{ jumped: strongest?.jumped, empty: strongest?.empty, scale: strongest?.scale },
    })),
  );
  const layers = [...new Set(maps.map(({ layer }) => layer))].map(
    (name) => [name, maps.filter(({ layer }) => layer === name)] as const,
  );
  return {
    title,
    lead: [
      `Each row follows one feature map through the training, and each column is a checkpoint. At every checkpoint the strongest activation of the feature map was found anew over ${counted(pictures, 'picture')}, and projected to the pixels. This is Figure 4 of the paper, and its section 4, “Feature Evolution during Training”. Beside the projections are the patches of the pictures that they come from.`,
      'A coloured bar at the left of a tile says that the activation comes from another picture than at the checkpoint before: the jumps of Figure 4. If the feature map was silent there, it is compared with the last picture on which it fired. The first picture of a feature map is not a jump. All tiles of a row show a part of the same size, in which most of each projection is. What is empty in a tile lies outside of the picture, or is not seen by the activation. Every projection has its own scale, as in Figure 4, so only the figures below the tiles tell how strong the activations are.',
      'A jump need not mean that the feature map looks for something else: two pictures may excite it almost equally. The strongest activation was searched only in these pictures. Other pictures may have a stronger one.',
    ],
    summary: summaryOf(layers, records),
    cover: coverOf(layers, records),
    sections: [changesSection(layers, records), ...layers.map(([layer, some]) => layerSection(layer, some, records))],
    style,
    made,
  };
}

/** The projections of one feature map of the uppermost layer: one that fires at all checkpoints, if there is one. */
function coverOf(
  layers: readonly (readonly [string, readonly FollowedMap[]])[],
  records: readonly CheckpointRecord[],
): readonly StudyCover[] {
  const coversOf = ({ frames, featureMap }: FollowedMap): StudyCover[] =>
    frames.flatMap(({ strongest }, place) =>
      strongest ? [{ file: strongest.projection, caption: `map ${featureMap}, ${records[place]!.checkpoint}` }] : [],
    );
  const covers = (layers.at(-1)?.[1] ?? []).map(coversOf);
  return covers.reduce((best, some) => (some.length > best.length ? some : best), []);
}

/** How many feature maps jump, and how many have settled, by layer and checkpoint. */
function changesSection(
  layers: readonly (readonly [string, readonly FollowedMap[]])[],
  records: readonly CheckpointRecord[],
): StudySection {
  const names = records.map(({ checkpoint }) => checkpoint);
  const counts = (columns: readonly string[], caption: string, countAt: typeof jumpsAt): Html =>
    table(
      ['layer', ...columns],
      layers.map(([layer, maps]) => [
        escapeHtml(layer),
        ...columns.map((name) => share(countAt(maps, names.indexOf(name)))),
      ]),
      caption,
    );
  return {
    heading: 'Where the picture changed',
    html: [
      row([
        counts(names.slice(1), 'Another strongest picture than before, of those that fire', jumpsAt),
        counts(
          names.slice(0, -1),
          `Already the strongest picture of ${names.at(-1)}, of those that fire there`,
          settledAt,
        ),
      ]),
      links([
        ['evolution.csv', 'all activations (CSV)'],
        ['evolution.json', 'all results (JSON)'],
      ]),
    ].join('\n'),
  };
}

/** A count, on a ground that is the darker the larger its share is. */
function share({ count, firing }: CountOfFiring): Html {
  if (firing === 0) return '<span class="share" style="--part:0" title="None fires.">–</span>';
  return `<span class="share" style="--part:${Number((count / firing).toFixed(3))}">${count} of ${firing}</span>`;
}

function layerSection(layer: string, maps: readonly FollowedMap[], records: readonly CheckpointRecord[]): StudySection {
  const firing = maps.filter(everFires);
  const [constant, silent] = [firing.filter(isConstant).length, maps.length - firing.length];
  const notes = [patchText(maps, records[0]!.extent)];
  if (firing.length > 0 && silent > 0) {
    notes.push(`${counted(silent, 'feature map')} never ${silent === 1 ? 'fires' : 'fire'}.`);
  }
  if (firing.length > 0 && constant === firing.length)
    notes.push('Nothing changed: every checkpoint has the same frames.');
  else if (constant > 0) notes.push(`Nothing changed in ${counted(constant, 'feature map')}.`);
  return { heading: layer, html: `${paragraph(notes.filter((note) => note !== '').join(' '))}\n${frameBlocks(maps)}` };
}

/** What the activations of a layer see. */
function patchText(maps: readonly FollowedMap[], extent: readonly number[] | null): string {
  const box = maps.flatMap(({ frames }) => frames.flatMap(({ strongest }) => strongest?.box ?? []))[0];
  if (!box) return 'None of these feature maps fires on any picture, at any checkpoint.';
  const size = `A patch of this layer is ${sizeText(box.size)} pixels`;
  return extent && box.size.every((side, axis) => side >= extent[axis]!)
    ? `${size}, and the whole picture is ${sizeText(extent)}.`
    : `${size}.`;
}
