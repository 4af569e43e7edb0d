import type { Camera } from '../actions/camera';
import type { Collection } from '../actions/collection';
import type { Exploring } from '../actions/exploring';
import { byId, element } from '../element';
import type { CollectionPicture } from '../protocol';
import { scrollWithin } from '../scroll-within';
import type { State } from '../state';
import type { View } from '../store';
import { counted } from '../words';

/** Pictures that are shown before one asks for more. */
const AT_ONCE = 40;

/** The collection, as a strip of small pictures; and the camera. */
export function showPictures({
  exploring,
  collection,
  camera,
}: {
  readonly exploring: Exploring;
  readonly collection: Collection;
  readonly camera: Camera;
}): View {
  const strip = byId('picture-strip', HTMLUListElement);
  const facts = byId('pictures-facts', HTMLElement);
  const back = byId('shipped-pictures', HTMLButtonElement);
  const cameraButton = byId('camera', HTMLButtonElement);
  const more = element('button', { type: 'button' });
  const buttons = new Map<string, HTMLButtonElement>();
  let shown = 0;

  back.addEventListener('click', () => void collection.openShipped());
  cameraButton.addEventListener('click', () => void camera.toggle());
  strip.addEventListener('click', ({ target }) => {
    const id = (target as Element).closest('button')?.dataset.id;
    if (id !== undefined) void camera.stop().then(() => exploring.choosePicture(id));
  });

  const add = (pictures: readonly CollectionPicture[], upTo: number): void => {
    more.parentElement?.remove();
    for (const picture of pictures.slice(shown, upTo)) {
      const button = buttonOf(picture);
      buttons.set(picture.id, button);
      strip.append(element('li', {}, button));
    }
    shown = Math.min(upTo, pictures.length);
    if (shown === pictures.length) return;
    more.textContent = `${(pictures.length - shown).toLocaleString('en')} more`;
    more.onclick = () => {
      const next = pictures[shown]!.id;
      add(pictures, shown + AT_ONCE);
      buttons.get(next)?.focus();
    };
    strip.append(element('li', { className: 'more' }, more));
  };

  const replace = ({ pictures, pictureId }: State): void => {
    for (const image of strip.querySelectorAll('img')) URL.revokeObjectURL(image.src);
    buttons.clear();
    strip.replaceChildren();
    shown = 0;
    const chosen = pictures.findIndex(({ id }) => id === pictureId);
    add(pictures, Math.max(AT_ONCE, chosen + 1));
  };

  return (state, before) => {
    if (state.pictures !== before.pictures) replace(state);
    if (state.pictures !== before.pictures || state.pictureId !== before.pictureId) {
      for (const [id, button] of buttons) button.setAttribute('aria-pressed', String(id === state.pictureId));
      if (state.pictureId) scrollWithin(strip, buttons.get(state.pictureId));
    }
    back.hidden = state.areShippedPictures;
    facts.textContent = `${counted(state.pictures.length, 'picture')}, ${state.areShippedPictures ? 'shipped with this page' : 'yours'}`;
    cameraButton.setAttribute('aria-pressed', String(state.isLive));
    cameraButton.textContent = state.isLive ? 'Stop the camera' : 'Camera';
  };
}

function buttonOf({ id, label, blob }: CollectionPicture): HTMLButtonElement {
  const name = id.split('/').at(-1)!;
  const image = element('img', { alt: label ? `${label}, ${name}` : name, decoding: 'async', loading: 'lazy' });
  image.src = URL.createObjectURL(blob);
  const button = element('button', { type: 'button', title: id }, image);
  button.dataset.id = id;
  return button;
}
