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
export function overviewFacts(layer: OverviewLayer): [size: string, maps: string] {
  return [`${sizeText(layer.outputShape)} · ${fieldText(layer)}`, mapsText(layer)];
}

/** How many feature maps a layer has, and how many of them are not drawn, and why. */
function mapsText({ covered, drawn, constant, featureMaps }: OverviewLayer): string {
  const all =
    covered === featureMaps ? counted(covered, 'feature map') : `${covered} of ${counted(featureMaps, 'feature map')}`;
  const silent = covered - drawn - constant;
  if (silent > 0 && silent === covered) return `${all}, none of which fired`;
  const rest = [
    ...(silent > 0 ? [`${silent} never fired`] : []),
    ...(constant > 0 ? [`${constant} ${constant === 1 ? 'is' : 'are'} constant`] : []),
  ];
  return rest.length === 0 ? all : `${all}, of which ${rest.join(' and ')}`;
}
