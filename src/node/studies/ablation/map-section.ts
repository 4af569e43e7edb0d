import { plotMatrix } from '../../../plots/plot-matrix.js';
import { distinctNames } from '../kit/distinct-names.js';
import { patchPair, type StrongPatch } from '../kit/strongest-patches.js';
import type { StudyFolder } from '../kit/study-folder.js';
import { type Html, links, paragraph, row, type StudySection } from '../kit/study-page.js';
import { newDocument, svgText } from '../kit/svg-text.js';
import { type MapEffect, pointsOf } from './map-effects.js';

/** The most feature maps and classes that the matrix shows. */
const SHOWN = { maps: 24, classes: 24 };
/** The longer side of a patch on the page, in pixels. */
const SIDE = 96;

/** What is known of the feature maps that were set to zero one at a time. */
interface MapResults {
  /** The most telling ones first. */
  readonly effects: readonly MapEffect[];
  readonly layer: string;
  readonly labels: readonly string[];
  readonly pictures: readonly number[];
  readonly patches: readonly { readonly featureMap: number; readonly patches: readonly StrongPatch[] }[];
}

/** Which feature map matters for which class: a matrix, a CSV file, and patches of the most telling feature maps. */
export async function mapSection(folder: StudyFolder, results: MapResults): Promise<StudySection> {
  const { effects, layer, labels, pictures, patches } = results;
  const present = labels.map((_, i) => i).filter((i) => pictures[i]! > 0);
  const maps = effects.slice(0, SHOWN.maps);
  const largest = (i: number): number => Math.max(...maps.map(({ byClass }) => Math.abs(byClass[i]!)));
  const classes = present
    .sort((a, b) => largest(b) - largest(a) || a - b)
    .slice(0, SHOWN.classes)
    .sort((a, b) => a - b);
  const svg = svgText(
    await plotMatrix(
      {
        values: maps.flatMap(({ byClass, all }) => [...classes.map((i) => byClass[i]!), all]),
        rows: maps.map(({ featureMap }) => `map ${featureMap}`),
        columns: [...classes.map((i) => labels[i]!), 'all pictures'],
      },
      {
        ...{ label: 'change of the accuracy without the feature map, in percentage points' },
        ...{ width: Math.max(480, 160 + 56 * (classes.length + 1)), document: await newDocument() },
      },
    ),
  );
  await folder.write('plots/maps.svg', svg);
  const names = distinctNames(labels);
  const csv = await folder.writeCsv(
    'maps',
    effects.map(({ featureMap, byClass, all }) => ({
      ...{ featureMap, all },
      ...Object.fromEntries(names.map((name, i) => [`class ${name}`, byClass[i]])),
    })),
  );
  const fewest = Math.min(...pictures.filter((count) => count > 0));
  const parts: Html[] = [
    row([svg]),
    paragraph(
      `Each row is one feature map of ${layer} that is set to zero while all others stay. Red: the class is told right less often without it, so the network relies on it for this class. Blue: more often. The most telling ones come first. ${effects.length > maps.length ? `The first ${maps.length} of ${effects.length} are shown.` : ''}${classes.length < labels.length ? ` ${classes.length} of ${labels.length} classes are shown.` : ''}`,
    ),
    paragraph(
      `One picture more or less is ${(100 / fewest).toFixed(1)} percentage points of a class with ${fewest} pictures. A change of one or two pictures says little: among many feature maps, some change as much by chance.`,
    ),
    ...patches.map(({ featureMap, patches: shown }) => patchRow(featureMap, shown, effects, labels)),
    links([[csv, 'numbers of all feature maps (CSV)']]),
  ];
  return { heading: `One feature map of ${layer} at a time`, html: parts.join('\n') };
}

/** The patches that excite a feature map most, with what becomes of the accuracies without it. */
function patchRow(
  featureMap: number,
  patches: readonly StrongPatch[],
  effects: readonly MapEffect[],
  labels: readonly string[],
): Html {
  const { byClass } = effects.find((one) => one.featureMap === featureMap)!;
  const changes = byClass
    .map((change, i) => ({ label: labels[i]!, change: change ?? 0 }))
    .filter(({ change }) => change !== 0)
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change))
    .slice(0, 3)
    .map(({ label, change }) => `${label} ${change > 0 ? '+' : '−'}${pointsOf(change)}`);
  const words = changes.length === 0 ? 'no change' : changes.join(', ');
  const seen =
    patches.length === 0 ? 'No picture excites it.' : 'The patches that excite it most, with their projections:';
  return `${paragraph(`Map ${featureMap}: ${words}. ${seen}`)}\n${row(patches.map((one) => patchPair(one, SIDE)))}`;
}
