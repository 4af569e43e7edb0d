import type { PictureBoxes } from 'deconvnet/studies';
import type { Marking } from '../../actions/marking';
import { byId, element } from '../../element';
import type { View } from '../../store';
import { MarkedCard } from './marked-card';

/** Marking parts: pictures to draw on, and the file of boxes. */
export function showMarking(marking: Marking): View {
  const list = byId('marked', HTMLUListElement);
  const add = byId('mark-picture', HTMLButtonElement);
  const part = byId('part-name', HTMLInputElement);
  const names = byId('part-names', HTMLElement);
  const hint = byId('marking-hint', HTMLElement);
  const file = byId('boxes-file', HTMLInputElement);
  const save = byId('save-boxes', HTMLButtonElement);
  const cards = new Map<string, MarkedCard>();
  const nextPart = (): string => part.value.trim() || 'part 1';
  add.addEventListener('click', () => marking.addPicture());
  byId('load-boxes', HTMLButtonElement).addEventListener('click', () => file.click());
  file.addEventListener('change', () => {
    const [chosen] = file.files ?? [];
    // So that the same file can be chosen again.
    if (chosen) void marking.load(chosen).then(() => Object.assign(file, { value: '' }));
  });
  save.addEventListener('click', () => download('boxes.json', marking.text()));

  return (state, before) => {
    const { boxes, pictures, pictureId } = state;
    const [picture] = pictureId === null ? [] : [pictureId];
    add.disabled = picture === undefined || boxes[picture] !== undefined;
    if (boxes === before.boxes && cards.size > 0) return;
    for (const [id, card] of cards) {
      if (boxes[id]) continue;
      card.discard();
      cards.delete(id);
    }
    for (const [id, parts] of Object.entries(boxes)) {
      const source = pictures.find((one) => one.id === id);
      if (!source) continue;
      let card = cards.get(id);
      if (!card) {
        card = new MarkedCard(source, marking, nextPart);
        cards.set(id, card);
        list.append(card.card);
      }
      card.show(parts);
    }
    names.replaceChildren(...partsOf(boxes).map((name) => element('option', { value: name })));
    save.disabled = partsOf(boxes).length === 0;
    hint.textContent =
      cards.size === 0
        ? 'Choose a picture above and add it here. Repeat this for other pictures that have the same parts.'
        : 'Drag over a picture to draw the box of the part that is named above, or add a box and enter its sides. They are in pixels of the picture file. Each part has one box in a picture.';
  };
}

/** The names of all parts, in the order in which they first come. */
export function partsOf(boxes: PictureBoxes): string[] {
  return [...new Set(Object.values(boxes).flatMap((parts) => Object.keys(parts)))];
}

function download(name: string, text: string): void {
  const href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  element('a', { href, download: name }).click();
  // The browser needs the address until the download has begun.
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}
