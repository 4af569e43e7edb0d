import type { Camera } from '../actions/camera';
import type { Collection } from '../actions/collection';
import type { Exploring } from '../actions/exploring';
import { byId, element } from '../element';
import type { CollectionPicture } from '../protocol';
import { scrollWithin } from '../scroll-within';
import type { State } from '../state';
import type { View } from '../store';
import { counted } from '../words';
import { RovingFocus } from './roving-focus';

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
  const more = element('button', { type: 'button', tabIndex: -1 });
  const roving = new RovingFocus(strip, 'button', { columns: () => Number.POSITIVE_INFINITY });
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
    more.textContent = `Show ${Math.min(AT_ONCE, pictures.length - shown)} more`;
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
      const chosen = state.pictureId === null ? undefined : buttons.get(state.pictureId);
      for (const button of buttons.values()) button.setAttribute('aria-pressed', String(button === chosen));
      roving.settle(chosen);
      requestAnimationFrame(() => scrollWithin(strip, chosen));
    }
    back.hidden = state.areShippedPictures;
    facts.textContent = state.areShippedPictures
      ? counted(state.pictures.length, 'shipped picture')
      : `${counted(state.pictures.length, 'picture')} of your own`;
    cameraButton.setAttribute('aria-pressed', String(state.isLive));
    cameraButton.textContent = state.isLive ? 'Stop the camera' : 'Use the camera';
  };
}

function buttonOf({ id, label, blob }: CollectionPicture): HTMLButtonElement {
  const name = id.split('/').at(-1)!;
  const image = element('img', { alt: label ? `${label}, ${name}` : name, decoding: 'async', loading: 'lazy' });
  image.src = URL.createObjectURL(blob);
  const button = element('button', { type: 'button', title: id, tabIndex: -1 }, image);
  button.dataset.id = id;
  return button;
}
