import type { LayerInfo } from 'deconvnet';
import { byId } from '../element';
import { counted } from '../words';
import type { RovingFocus } from './roving-focus';

/** With more layers than this a person searches rather than scrolls. */
const MANY = 20;

/** A search in the list of layers. */
export interface LayerSearch {
  /** Begins anew with the layers of another network, which the list has already. */
  restart(layers: readonly LayerInfo[]): void;
}

/** The field that leaves only those layers in the list whose name and class contain every word that was typed. */
export function searchLayers(list: HTMLElement, roving: RovingFocus): LayerSearch {
  const field = byId('layer-search', HTMLInputElement);
  const found = byId('layers-found', HTMLElement);
  let texts: readonly string[] = [];

  const search = (): void => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const matches = texts.map((text) => words.every((word) => text.includes(word)));
    for (const [place, item] of [...list.children].entries()) (item as HTMLElement).hidden = !matches[place];
    const count = matches.filter(Boolean).length;
    found.hidden = words.length === 0;
    found.textContent = found.hidden
      ? ''
      : count === 0
        ? 'No layer has this name or class.'
        : `${counted(count, 'layer')} of ${texts.length}`;
    roving.settle(list.querySelector<HTMLElement>('[aria-current]'));
  };

  field.addEventListener('input', search);
  field.addEventListener('keydown', (event) => {
    const first = list.querySelector<HTMLElement>('li:not([hidden]) button');
    if (event.key === 'Escape' && field.value !== '') {
      field.value = '';
      search();
    } else if (event.key === 'ArrowDown') first?.focus();
    else if (event.key === 'Enter') first?.click();
    else return;
    event.preventDefault();
  });

  return {
    restart: (layers) => {
      texts = layers.map(({ name, className }) => `${name} ${className}`.toLowerCase());
      field.hidden = layers.length <= MANY;
      field.placeholder = `Search ${counted(layers.length, 'layer')}`;
      field.value = '';
      search();
    },
  };
}
