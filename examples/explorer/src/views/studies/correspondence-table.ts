import type { LayerCorrespondence, SignDistances } from 'deconvnet/studies';
import { element } from '../../element';
import type { CorrespondenceView } from '../../protocol-studies';

/** The head and the body of the table: a row for each part, and for each layer its Delta and that of random boxes. */
export function tableOf({ layers }: CorrespondenceView): readonly HTMLElement[] {
  const [first] = layers as readonly [LayerCorrespondence];
  const hasControl = first.random !== undefined;
  const heads = layers.flatMap(({ layer }) => [`Δ in ${layer}`, ...(hasControl ? ['random, same size'] : [])]);
  const rows = Object.entries(first.parts).map(([part, { pairs }]) =>
    rowOf(
      part,
      pairs,
      layers.flatMap((layer) => cellsOf(layer, part)),
    ),
  );
  if (first.random) {
    const cells = layers.flatMap(({ random }) => [cellOf(random!), element('td')]);
    rows.push(rowOf('random boxes', first.random.pairs, cells));
  }
  const head = ['Covered', ...heads, 'Pairs'].map((text) => element('th', { scope: 'col' }, text));
  return [element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows)];
}

/** What the numbers mean, what they say, and what they do not show. */
export function readingOf({ layers }: CorrespondenceView): string {
  return [
    'Δ is the share of the values of a layer that change in different directions in two pictures when a part is covered: its mean over pairs of pictures ± the standard deviation. It is 0 if all values change in the same direction.',
    ...layers.map(verdictOf),
    'Values are compared place by place, so the pictures should show the parts at about the same place and size. With few pictures, a small difference can be chance.',
    'This is section 4.3 and Table 1 of the paper.',
  ].join(' ');
}

/** Names in a sentence. */
export function listed(names: readonly string[]): string {
  return names.map((name) => `‘${name}’`).join(', ');
}

function rowOf(name: string, pairs: number, cells: readonly HTMLElement[]): HTMLElement {
  return element('tr', {}, element('th', { scope: 'row' }, name), ...cells, element('td', {}, String(pairs)));
}

function cellsOf(layer: LayerCorrespondence, part: string): HTMLElement[] {
  const [own, control] = [layer.parts[part]!, layer.randomLike[part]];
  const cell = cellOf(own);
  cell.classList.toggle('alike', control !== undefined && own.mean < control.mean);
  return control ? [cell, cellOf(control)] : [cell];
}

/** One pair has no deviation. */
function cellOf({ mean, deviation, pairs }: SignDistances): HTMLElement {
  return element('td', {}, pairs > 1 ? `${mean.toFixed(3)} ± ${deviation.toFixed(3)}` : mean.toFixed(3));
}

/** Which parts change a layer more alike than random boxes of their size do. */
function verdictOf({ layer, parts, randomLike }: LayerCorrespondence): string {
  const controls = Object.entries(randomLike);
  if (controls.length === 0) return '';
  const alike = controls.filter(([part, { mean }]) => parts[part]!.mean < mean);
  const names = listed(alike.map(([part]) => part));
  return alike.length === 0
    ? `In ${layer}, Δ of no part is smaller than that of random boxes of the same size.`
    : `In ${layer}, Δ of ${names} is smaller than that of random boxes of the same size: covering ${alike.length === 1 ? 'this part' : 'these parts'} changes the layer in a way that the pictures share.`;
}
