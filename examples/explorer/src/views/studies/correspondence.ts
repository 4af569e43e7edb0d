import type { PictureBoxes } from 'deconvnet/studies';
import type { Studies } from '../../actions/studies';
import { byId } from '../../element';
import type { CorrespondenceView, StudyFill } from '../../protocol-studies';
import type { State } from '../../state';
import type { View } from '../../store';
import { counted } from '../../words';
import { listed, readingOf, tableOf } from './correspondence-table';
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

function show(view: CorrespondenceView): void {
  const { layers, ids, seed, fill } = view;
  byId('correspondence-table', HTMLTableElement).replaceChildren(...tableOf(view));
  byId('correspondence-read', HTMLElement).textContent = readingOf(view);
  const colour = fill === 'grey' ? 'grey' : 'the mean colour of each picture';
  const sizes = layers.map(({ layer, dimensions }) => `${layer} has ${counted(dimensions, 'value')}`);
  byId('correspondence-made', HTMLElement).textContent =
    `${counted(ids.length, 'picture')}, covered with ${colour}. The seed of the places of the random boxes is ${seed}. ${sizes.join(', ')}.`;
}
