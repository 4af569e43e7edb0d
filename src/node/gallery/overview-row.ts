import { addressOf, breakable } from './breakable.js';
import { escapeHtml } from './escape.js';
import type { OverviewLayer } from './gallery-page.js';
import { counted, fieldText, sizeText } from './wording.js';

/**
 * The row of a layer in the overview: its name, its size, and a place for its most telling feature maps, which the script
 * draws while the row is near the screen.
 */
export function overviewRow(layer: OverviewLayer, index: number): string {
  const { name, outputShape, receptiveField } = layer;
  return `<li data-layer="${index}"><h3><a href="${escapeHtml(addressOf(name))}">${breakable(name)}</a></h3>
<p>${escapeHtml(`${sizeText(outputShape)} · ${fieldText(receptiveField)}`)}<br>${firedText(layer)}</p><ul class="telling"></ul></li>`;
}

/** How many feature maps of a layer fired. */
export function firedText({ covered, fired, featureMaps }: OverviewLayer): string {
  const all =
    covered === featureMaps ? counted(covered, 'feature map') : `${covered} of ${counted(featureMaps, 'feature map')}`;
  if (fired === covered) return all;
  return fired === 0 ? `${all}, none of which fired` : `${all}, of which ${covered - fired} never fired`;
}
