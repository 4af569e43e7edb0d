import { counted } from '../../errors/counted.js';
import { addressOf } from './address.js';
import { escapeHtml } from './escape.js';
import type { OverviewLayer } from './gallery-page.js';
import { fieldText, sizeText } from './wording.js';

/**
 * The row of a layer in the overview. It has only the name, so that the document stays small. The script adds the rest
 * while the row is near the screen.
 */
export function overviewRow({ name }: OverviewLayer, index: number): string {
  return `<li data-layer="${index}"><h3><a href="${escapeHtml(addressOf(name))}">${escapeHtml(name)}</a></h3></li>`;
}

/** What the overview says about a layer, in two lines. */
export function overviewFacts(layer: OverviewLayer): [size: string, fired: string] {
  const { outputShape, receptiveField } = layer;
  return [`${sizeText(outputShape)} · ${fieldText(receptiveField)}`, firedText(layer)];
}

/** How many feature maps of a layer fired. */
function firedText({ covered, fired, featureMaps }: OverviewLayer): string {
  const all =
    covered === featureMaps ? counted(covered, 'feature map') : `${covered} of ${counted(featureMaps, 'feature map')}`;
  if (fired === covered) return all;
  return fired === 0 ? `${all}, none of which fired` : `${all}, of which ${covered - fired} never fired`;
}
