import type { Deconvnet } from '../../../deconvnet.js';
import { counted } from '../../../errors/counted.js';
import { extentOf, type NetworkNode } from '../../../network/network.js';
import { escapeHtml } from '../../gallery/escape.js';
import { fillWords } from '../kit/fill-words.js';
import type { StudyFolder } from '../kit/study-folder.js';
import { type Html, image, paragraph, type StudyPage, type StudySection } from '../kit/study-page.js';
import { madeWith } from '../kit/write-study.js';
import type { DifferentPictures } from './compare-different.js';
import { summaryWords } from './found-words.js';
import style from './invariance-page.css?raw';
import { greatestDistance, plotName } from './invariance-plots.js';
import type { MovedPicture } from './move-and-compare.js';
import { colourStyle, movementSection } from './movement-section.js';
import { watchedWords } from './movement-words.js';
import type { WriteInvarianceOptions } from './write-invariance-options.js';

/** What the page is made from. */
interface InvarianceResults {
  readonly deconvnet: Deconvnet;
  readonly moved: readonly MovedPicture[];
  readonly different: DifferentPictures;
  readonly layers: readonly NetworkNode[];
  readonly options: WriteInvarianceOptions;
}

/** The side of a picture in the legend, in pixels of the page. */
const SIDE = 72;

/** Makes the page of the study, and writes its plots and numbers. */
export async function invariancePage(folder: StudyFolder, results: InvarianceResults): Promise<StudyPage> {
  const { deconvnet, moved, different, layers, options } = results;
  const { fill = 'grey' } = options;
  const names = layers.map(({ name }) => name);
  await folder.writeJson('invariance', {
    ...{ pictures: moved, fill },
    differentPictures: names.map((layer, i) => ({ layer, meanDistanceByLength: different[i]! })),
  });
  const input = { folder, moved, different, greatest: greatestDistance(moved, different) };
  const sections: StudySection[] = [{ heading: 'The pictures', html: legend(moved) }];
  const shapes = layers.map(shapeWords);
  const first = moved[0]!.movements[0]!;
  for (const [which, { transformation }] of moved[0]!.movements.entries()) {
    const isUsual = options.steps?.[transformation] === undefined;
    sections.push(await movementSection(input, which, { shapes, isUsual }));
  }
  const watched = watchedWords(moved);
  const byAnswer = moved.some((one) => one.watched?.by === 'answer');
  return {
    title: options.title ?? `Invariance of ${deconvnet.model.name}`,
    lead: [
      `Pictures are moved, enlarged and turned, step by step. The curves show how far this takes the outputs of layers from those for the picture as it is${watched === undefined ? '' : `, and what becomes of the probability of ${watched}`}. A curve that stays near 0 belongs to a layer that does not see the movement: it is invariant. This is section 4, Feature Invariance, and Figure 5 of the paper. As there, the rows of the figure are (a) translation, (b) scale and (c) rotation.`,
      `A distance is Euclidean, and divided by the length of the layer’s output for the picture as it is. It has no unit: 0 means that nothing has changed, and 1 that the change is as large as the output itself. All distances have the same axis.${different.some((level) => level !== null) ? ' The dashed line is the mean distance between two different pictures of the legend: a curve that reaches it has gone as far as to another picture.' : ''}`,
      `What comes in from outside of a picture is filled with ${fillWords(fill)}. The filled border and the interpolation between pixels also change the picture, so a part of each distance comes from them and not from the movement. ${layers.some(hasPlaces) ? 'In a layer with places, values are compared place by place: a feature that has moved along with the picture counts as changed.' : 'A curve can also be flat because the layer hardly sees the picture at all: compare it with the dashed line.'}${watched === undefined ? ' The network has no classes, so the last column of the figure, the probability of the true class, is left out.' : byAnswer ? ' Where the true class of a picture is not known, the class is watched that the network answers to the picture as it is.' : ''}`,
    ],
    summary: summaryWords(moved, different),
    cover: [
      { file: moved[0]!.picture, caption: 'one of the pictures' },
      ...[...new Set([1, layers.length])].map((place) => ({
        file: plotName(first.transformation, `layer-${place}`),
        caption: `${first.transformation}, distance in ${layers[place - 1]!.name}`,
      })),
    ],
    style,
    sections,
    made: madeWith(deconvnet, options, [
      ['Pictures', counted(moved.length, 'picture')],
      ['Layers', `${names.join(', ')}${options.layers ? '' : ' (the first layer, and the top one below the classes)'}`],
      ['Outside', fillWords(fill)],
    ]),
  };
}

/** The colours, with the pictures, their names and their classes. */
function legend(moved: readonly MovedPicture[]): Html {
  const entries = moved.map(({ id, picture, height, width, watched, label }, place) => {
    const scale = SIDE / Math.max(height, width);
    const size = { width: Math.round(width * scale), height: Math.round(height * scale), crisp: scale > 1 };
    const own = watched
      ? `${watched.by === 'label' ? 'class' : 'answer'} ${watched.name}: probability ${watched.cleanProbability.toFixed(3)}`
      : label && `class ${label}`;
    return `<figure style="${colourStyle(place)}">${image({ ...size, file: picture, alt: `The picture ${id}` })}<figcaption><strong>${escapeHtml(id)}</strong>${escapeHtml(own ?? '')}</figcaption></figure>`;
  });
  const silent = moved.flatMap(({ id, movements }) =>
    movements[0]!.layers.filter(({ length }) => length === 0).map(({ layer }) => `${layer} for ${id}`),
  );
  return [
    paragraph('Each picture has one colour in all plots.'),
    `<div class="legend">${entries.join('\n')}</div>`,
    ...(silent.length > 0
      ? [paragraph(`These outputs are zero everywhere, and have no curve: ${silent.join('; ')}.`)]
      : []),
  ].join('\n');
}

/** The shape of a layer's output in words: `32 × 32 places, 48 feature maps`. */
function shapeWords(node: NetworkNode): string {
  const maps = node.outputShape[node.channelAxis];
  if (!hasPlaces(node)) return `one list of ${maps ?? 'several'} values for the whole picture`;
  const extent = extentOf(node.outputShape, node.channelAxis);
  const places = extent.includes(null) ? 'places that depend on the picture' : `${extent.join(' × ')} places`;
  return `${places}, ${maps} feature maps`;
}

/** Whether a layer has more than one place. */
function hasPlaces({ outputShape, channelAxis }: NetworkNode): boolean {
  return extentOf(outputShape, channelAxis).some((side) => side !== 1);
}
