import { countLittleDependence } from '../../dependence/choose-rule.js';
import { counted } from '../../errors/counted.js';
import type { GalleryLayer, GalleryMap } from './gallery-page.js';
import { numberList, numberWord, sizeText } from './wording.js';

/** What a reader should know about a layer, in full sentences. */
export function layerNotes(layer: GalleryLayer): string[] {
  const { featureMaps, mined, maps, drawing, dependence } = layer;
  const notes = [
    mined && `Of its ${featureMaps} feature maps, ${numberList(mined)} ${mined.length === 1 ? 'was' : 'were'} mined.`,
    maps.length < (mined?.length ?? featureMaps) && shownNote(layer),
    drawing?.wholePicture &&
      'The patches are at least as large as the picture. Therefore each tile shows the whole picture, and it is blank where an activation does not see the picture.',
    drawing?.zoom === 'focus' &&
      'The tiles of a feature map are zoomed to the part of the patches in which nearly all of its projections lie, with the same zoom for all of them.',
    drawing?.shrunk &&
      `The tiles are shrunk to ${sizeText([drawing.layout.tile.height, drawing.layout.tile.width])} pixels.`,
    silentNote(maps),
    constantNote(maps),
    lostNote(maps),
    dependence !== undefined && dependenceNote(dependence),
  ];
  return notes.filter((note) => typeof note === 'string');
}

/** Which feature maps are shown, where these are not all that were mined. */
function shownNote({ featureMaps, mined, maps }: GalleryLayer): string {
  const numbers = maps.map(({ map }) => map);
  const isFirst = numbers.every((map, i) => map === (mined?.[i] ?? i));
  const of = mined ? 'these' : `its ${featureMaps} feature maps`;
  const is = numbers.length === 1 ? 'is' : 'are';
  if (!isFirst) return `Of ${of}, only ${numberList(numbers)} ${is} shown.`;
  return `The first${numbers.length === 1 ? '' : ` ${numbers.length}`} of ${of} ${is} shown.`;
}

/** How much the projections of a layer depend on the picture. */
export function dependenceNote(similarity: number): string {
  const measured = `Under the rule deconvnet, projections of the same feature map and position from different pictures have a mean similarity of ${similarity.toFixed(2)}`;
  if (similarity >= 0.9) return `${measured}: they show the weights, and hardly anything of the picture.`;
  if (similarity >= 0.5) return `${measured}: they show mostly the weights.`;
  if (similarity >= 0.2) return `${measured}: they show the picture, but also the weights.`;
  return `${measured}: what they show depends on the picture.`;
}

/** Why the rule was chosen. */
export function ruleNote(rule: 'deconvnet' | 'guided', layers: readonly { readonly dependence?: number }[]): string {
  const figures = layers.flatMap(({ dependence }) => dependence ?? []);
  const above = countLittleDependence(figures);
  const little = `the projections of ${above} of ${counted(figures.length, 'layer')} depend little on the picture`;
  if (rule === 'guided')
    return `No rule was given. Under the rule deconvnet ${little}, so this gallery uses the rule guided.`;
  return `No rule was given, so this gallery uses the rule deconvnet.${above > 0 ? ` Under it ${little}.` : ''}`;
}

function silentNote(maps: readonly GalleryMap[]): string | undefined {
  const silent = maps
    .filter(({ patches, statistics }) => patches.length === 0 && !statistics?.constant)
    .map(({ map }) => map);
  if (silent.length === 0) return undefined;
  if (silent.length === maps.length) return 'None of these feature maps fired on these pictures.';
  return `${counted(silent.length, 'feature map')} never fired on these pictures: ${numberList(silent)}.`;
}

function constantNote(maps: readonly GalleryMap[]): string | undefined {
  const constant = maps.filter(({ statistics }) => statistics?.constant).map(({ map }) => map);
  if (constant.length === 0) return undefined;
  const one = constant.length === 1;
  return `${counted(constant.length, 'feature map')} ${one ? 'is' : 'are'} constant: ${numberList(constant)}. ${one ? 'It has' : 'Each has'} the same strongest value on every picture, so no patch excites it more than another, and none is drawn.`;
}

function lostNote(maps: readonly GalleryMap[]): string | undefined {
  const patches = maps.flatMap((map) => map.patches);
  const lost = patches.filter(({ kept }) => !kept).length;
  const bare = patches.filter(({ projection }) => projection === 'missing').length;
  if (lost === 0 && bare === 0) return undefined;
  const some = lost === 1 ? 'one patch' : `${numberWord(lost)} patches`;
  const many = lost === patches.length ? 'The pixels of the patches' : `The pixels of ${some}`;
  const without = bare === patches.length ? ' Therefore there are no projections either.' : '';
  return `${many} were not kept, so these tiles are blank.${without}`;
}
