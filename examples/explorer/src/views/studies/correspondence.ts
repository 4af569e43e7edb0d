import type { LayerCorrespondence, PictureBoxes, SignDistances } from 'deconvnet/studies';
import type { Studies } from '../../actions/studies';
import { byId, element } from '../../element';
import type { CorrespondenceView, StudyFill } from '../../protocol-studies';
import type { State } from '../../state';
import type { View } from '../../store';
import { counted } from '../../words';
import { partsOf } from './marking';
import { allow, numberIn } from './subject';

/** The study of correspondence: its settings, and its table. */
export function showCorrespondence(studies: Studies): View {
  const form = byId('correspondence-form', HTMLFormElement);
  const subject = byId('correspondence-subject', HTMLElement);
  const fill = byId('correspondence-fill', HTMLSelectElement);
  const layers = byId('correspondence-layers', HTMLSelectElement);
  const random = byId('random-boxes', HTMLInputElement);
  const seed = byId('seed', HTMLInputElement);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void studies.compare({
      isInChosen: layers.value === 'chosen',
      random: numberIn(random) ?? 0,
      seed: numberIn(seed) ?? 0,
      fill: fill.value as StudyFill,
    });
  });
  return (state, before) => {
    const { correspondence, studying, boxes, layer } = state;
    const why = whyNot(state);
    subject.textContent = why ?? `Compares ${listed(partsOf(boxes))} in ${counted(markedIn(boxes), 'picture')}.`;
    allow(form, why === null && studying === null);
    layers.options[1]!.textContent = layer === null ? 'the chosen layer' : `the chosen layer, ${layer}`;
    byId('correspondence-result', HTMLElement).hidden = correspondence === null;
    if (correspondence && correspondence !== before.correspondence) show(correspondence);
  };
}

/** What is missing before parts can be compared. */
function whyNot({ network, boxes, isLive }: State): string | null {
  if (!network?.inputFormat) return 'First say how this network takes pictures.';
  if (isLive) return 'First stop the camera.';
  const parts = partsOf(boxes);
  if (parts.length === 0 || markedIn(boxes) < 2) return 'First mark the same part in two pictures or more.';
  const single = parts.find((part) => Object.values(boxes).filter((own) => Object.hasOwn(own, part)).length < 2);
  if (single === undefined) return null;
  return `The part ‘${single}’ is marked in one picture alone. Mark it in another one, or remove it. Perhaps its name is spelt in two ways.`;
}

function markedIn(boxes: PictureBoxes): number {
  return Object.values(boxes).filter((parts) => Object.keys(parts).length > 0).length;
}

function listed(names: readonly string[]): string {
  return names.map((name) => `‘${name}’`).join(', ');
}

function show({ layers, ids, seed, fill }: CorrespondenceView): void {
  const [first] = layers;
  const parts = Object.keys(first!.parts);
  const heads = ['Part', ...layers.map(({ layer }) => layer), 'Pairs'];
  const head = element('tr', {}, ...heads.map((text) => element('th', { scope: 'col' }, text)));
  const rowOf = (name: string, of: (layer: LayerCorrespondence) => SignDistances | undefined): HTMLElement =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, name),
      ...layers.map((layer) => cellOf(of(layer), of(layer) === layer.random ? undefined : layer.random)),
      element('td', {}, String(of(first!)?.pairs ?? '')),
    );
  byId('correspondence-table', HTMLTableElement).replaceChildren(
    element('thead', {}, head),
    element(
      'tbody',
      {},
      ...parts.map((part) => rowOf(part, (layer) => layer.parts[part])),
      ...(first!.random ? [rowOf('random boxes', (layer) => layer.random)] : []),
    ),
  );
  byId('correspondence-read', HTMLElement).textContent = [
    'Each number is the Δ of the paper, its mean over pairs of pictures ± the standard deviation: the share of the values of a layer that change in another direction when the part is covered. It is 0 if covering the part changes the layer in the same direction everywhere.',
    ...layers.map(verdictOf),
    'With few pictures, a small difference can be chance. This is section 4.3 and Table 1 of the paper.',
  ].join(' ');
  byId('correspondence-made', HTMLElement).textContent =
    `${counted(ids.length, 'picture')}, seed ${seed} for the places of the random boxes, which are as large as the parts. The fill is ${fill === 'grey' ? 'grey' : 'the mean colour of each picture'}. ${layers.map(({ layer, dimensions }) => `${layer} has ${counted(dimensions, 'value')}`).join(', ')}.`;
}

function cellOf(found: SignDistances | undefined, random: SignDistances | undefined): HTMLElement {
  if (!found) return element('td', {}, '');
  const { mean, deviation, pairs } = found;
  const cell = element('td', {}, pairs > 1 ? `${mean.toFixed(3)} ± ${deviation.toFixed(3)}` : mean.toFixed(3));
  cell.classList.toggle('alike', random !== undefined && mean < random.mean);
  return cell;
}

/** Which parts a layer treats more alike than random boxes. */
function verdictOf({ layer, parts, random }: LayerCorrespondence): string {
  if (!random) return '';
  const alike = Object.entries(parts).filter(([, { mean }]) => mean < random.mean);
  if (alike.length === 0) return `In ${layer}, no part has a smaller Δ than random boxes.`;
  return `In ${layer}, ${listed(alike.map(([part]) => part))} ${alike.length === 1 ? 'has' : 'have'} a smaller Δ than random boxes: the layer changes in a way that the pictures share.`;
}
