import { escapeHtml } from './escape.js';
import type { GalleryLayer, GalleryMap } from './gallery-page.js';
import { type SheetLayout, sheetSize } from './sheet-layout.js';
import { activationText, counted, fieldText, numberList, numberWord, sizeText } from './wording.js';

type Drawing = NonNullable<GalleryLayer['drawing']>;

/** Tiles larger than this are shown smaller than in the sheet. Enlarging a feature map shows them at their full size. */
const SHOWN_SIDE = 64;
const SHRUNK_SIDE = 56;

/** The id of a layer's section, from its index in the gallery. Its name is not used, because it may contain any character. */
export function sectionId(index: number): string {
  return `layer-${index}`;
}

/** The section of a layer: facts about the layer, and its feature maps. */
export function layerSection(layer: GalleryLayer, index: number): string {
  const id = sectionId(index);
  const { name, className, outputShape, featureMaps, receptiveField, mined, looked, silent, drawing } = layer;
  const facts = [
    escapeHtml(className),
    `output ${sizeText(outputShape)}`,
    fieldText(receptiveField),
    counted(featureMaps, 'feature map'),
  ];
  const notes = [
    mined
      ? `Of its ${featureMaps} feature maps, ${numberList(mined)} ${mined.length === 1 ? 'was' : 'were'} mined.`
      : '',
    looked < (mined?.length ?? featureMaps)
      ? `The first ${looked} of ${mined ? 'these' : `its ${featureMaps} feature maps`} are shown.`
      : '',
    drawing?.wholePicture
      ? 'The receptive field is at least as large as the picture: each tile is the whole picture, blank where an activation does not see it.'
      : '',
    drawing?.shrunk
      ? `Tiles are shrunk to ${sizeText([drawing.layout.tile.height, drawing.layout.tile.width])} pixels.`
      : '',
    silentText(silent, looked),
  ].filter((note) => note !== '');
  return `<section id="${id}" aria-labelledby="${id}-name">
<h2 id="${id}-name">${escapeHtml(name)}</h2>
<p class="facts">${facts.join(' · ')}</p>
${notes.map((note) => `<p class="note">${note}</p>\n`).join('')}${drawing ? mapList(layer, drawing, index) : ''}</section>`;
}

/** The style rules for a layer's sprite sheets. Each face refers to its sheet by a class. */
export function sheetRules({ drawing }: GalleryLayer, index: number): string {
  if (!drawing) return '';
  const { layout, sheets } = drawing;
  const rules = sheets.map(({ file, width, height }, sheet) => {
    const across = percent(width / layout.face.width);
    const down = percent(height / layout.face.height);
    return `.s${index}-${sheet}{--sheet:url("${file}");--across:${across};--down:${down}}\n`;
  });
  return rules.join('');
}

function silentText(silent: readonly number[], looked: number): string {
  if (silent.length === 0) return '';
  if (silent.length === looked) return 'None of these feature maps fired on these pictures.';
  return `Dead on these pictures: ${numberList(silent)}.`;
}

function mapList(layer: GalleryLayer, drawing: Drawing, index: number): string {
  const { layout, blocky } = drawing;
  const side = Math.max(layout.tile.width, layout.tile.height);
  const shown = side > SHOWN_SIDE ? SHRUNK_SIDE / side : 1;
  const style = `--face:${Math.round(layout.face.width * shown)}px;--ratio:${layout.face.width}/${layout.face.height}`;
  const after = `after-${index}`;
  return `<a class="skip inner" href="#${after}">Skip the feature maps of ${escapeHtml(layer.name)}</a>
<ul class="maps${blocky ? ' crisp' : ''}" role="list" data-layer="${index}" style="${style}">
${layer.maps.map((map, i) => mapItem(layer, map, { i, index, layout })).join('\n')}
</ul>
<span id="${after}" tabindex="-1"></span>
`;
}

function mapItem(
  { name }: GalleryLayer,
  { map, name: unit, place, patches }: GalleryMap,
  { i, index, layout }: { readonly i: number; readonly index: number; readonly layout: SheetLayout },
): string {
  const sheet = sheetSize(layout, place.sheet);
  const x = percent(share(place.x, sheet.width, layout.face.width));
  const y = percent(share(place.y, sheet.height, layout.face.height));
  const [strongest] = patches;
  const { id, probability } = strongest!;
  const activation = activationText(strongest!.activation);
  const chance = probability === undefined ? '' : `, probability ${activationText(probability)}`;
  const notes = [zeroText(patches), keptText(patches)].filter((note) => note !== '').join('; ');
  const label = `feature map ${map} of ${name}${unit === undefined ? '' : `, ${unit}`}, strongest activation ${activation}${chance}, from ${id}${notes === '' ? '' : `; ${notes}`}`;
  const title = `map ${map}${unit === undefined ? '' : ` · ${unit}`}`;
  return `<li class="s${index}-${place.sheet}" style="--x:${x};--y:${y}"><button type="button" aria-haspopup="dialog" data-map="${i}" aria-label="${escapeHtml(label)}"><span class="face"></span><span class="caption"><b>${escapeHtml(title)}</b><span>${activation}${chance}</span>${notes === '' ? '' : `<em>${notes}</em>`}</span></button></li>`;
}

function zeroText(patches: GalleryMap['patches']): string {
  const zero = patches.filter(({ projection }) => projection === 'zero').length;
  if (zero === 0) return '';
  if (zero === patches.length) return zero === 1 ? 'the projection is all zero' : 'all projections are zero';
  return zero === 1 ? 'one projection is all zero' : `${numberWord(zero)} projections are all zero`;
}

function keptText(patches: GalleryMap['patches']): string {
  const lost = patches.filter(({ kept }) => !kept).length;
  const text =
    lost === patches.length
      ? 'patches not kept'
      : lost === 1
        ? 'one patch not kept'
        : lost > 0
          ? `${numberWord(lost)} patches not kept`
          : '';
  if (patches.some(({ projection }) => projection !== 'missing')) return text;
  return text === '' ? 'no projections' : `${text}, so no projections`;
}

/** The position of a background as CSS counts it: a share of the difference between the background and the element. */
function share(offset: number, whole: number, part: number): number {
  return whole === part ? 0 : offset / (whole - part);
}

function percent(value: number): string {
  return `${Number((100 * value).toFixed(4))}%`;
}
