import type { LayerInfo } from 'deconvnet';
import type { Exploring } from '../actions/exploring';
import { byId, element } from '../element';
import { scrollWithin } from '../scroll-within';
import type { View } from '../store';

/** The layers of the network, to choose one. */
export function showLayers(exploring: Exploring): View {
  const list = byId('layers', HTMLOListElement);
  const buttons = new Map<string, HTMLButtonElement>();
  list.addEventListener('click', ({ target }) => {
    const name = (target as Element).closest('button')?.dataset.layer;
    if (name !== undefined) void exploring.chooseLayer(name);
  });
  return ({ network, layer }, before) => {
    if (network && network.layers !== before.network?.layers) {
      buttons.clear();
      for (const info of network.layers) buttons.set(info.name, buttonOf(info));
      list.replaceChildren(...[...buttons.values()].map((button) => element('li', {}, button)));
    }
    if (layer === before.layer && network?.layers === before.network?.layers) return;
    for (const [name, button] of buttons) {
      if (name === layer) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
    }
    if (layer) scrollWithin(list, buttons.get(layer));
  };
}

function buttonOf(info: LayerInfo): HTMLButtonElement {
  const count = element('span', { className: 'count' }, info.featureMaps.toLocaleString('en'));
  const facts = element('span', { className: 'facts' }, `${info.className} · ${describeField(info)}`);
  const button = element('button', { type: 'button' }, element('span', { className: 'name' }, info.name), count, facts);
  button.dataset.layer = info.name;
  if (info.blockedBy !== null) {
    button.classList.add('blocked');
    facts.append(' · cannot be projected');
  }
  return button;
}

/** What one activation of a layer sees, in a few words. */
export function describeField({ receptiveField, className }: LayerInfo): string {
  if (className === 'InputLayer') return 'the picture';
  return receptiveField ? `sees ${receptiveField.size.join(' × ')} px` : 'sees the whole picture';
}
