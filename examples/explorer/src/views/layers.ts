import type { LayerInfo } from 'deconvnet';
import type { Exploring } from '../actions/exploring';
import { byId, element } from '../element';
import { scrollWithin } from '../scroll-within';
import type { View } from '../store';
import { grouped } from '../words';
import { describeField } from './describe-layer';
import { searchLayers } from './layer-search';
import { RovingFocus } from './roving-focus';

/** The layers of the network, to choose one. */
export function showLayers(exploring: Exploring): View {
  const list = byId('layers', HTMLOListElement);
  const roving = new RovingFocus(list, 'button', { columns: () => 1 });
  const buttons = new Map<string, HTMLButtonElement>();
  let facts = '';
  let chosen: HTMLButtonElement | undefined;
  const search = searchLayers(list, roving);
  list.addEventListener('click', ({ target }) => {
    const name = (target as Element).closest('button')?.dataset.layer;
    if (name !== undefined) void exploring.chooseLayer(name);
  });

  const replace = (layers: readonly LayerInfo[]): void => {
    buttons.clear();
    for (const info of layers) buttons.set(info.name, buttonOf(info));
    list.replaceChildren(...[...buttons.values()].map((button) => element('li', {}, button)));
    chosen = undefined;
    search.restart(layers);
  };

  return ({ network, layer }, before) => {
    if (network && network.layers !== before.network?.layers) {
      // Another rule describes the same layers again: a list of hundreds is made anew only where it differs.
      const said = JSON.stringify(network.layers.map(describe));
      if (said !== facts) replace(network.layers);
      facts = said;
    }
    const button = layer === null ? undefined : buttons.get(layer);
    if (button === chosen) return;
    chosen?.removeAttribute('aria-current');
    button?.setAttribute('aria-current', 'true');
    chosen = button;
    roving.settle(button);
    // A layer has its true size when it comes into view, so that the list has moved a little after each frame.
    const scroll = (frames: number): void => {
      scrollWithin(list, button?.parentElement ?? undefined);
      if (frames > 1) requestAnimationFrame(() => scroll(frames - 1));
    };
    requestAnimationFrame(() => scroll(4));
  };
}

/** What the list shows of a layer. */
function describe(info: LayerInfo): readonly string[] {
  const facts = [info.className, describeField(info), ...(info.blockedBy === null ? [] : ['cannot be projected'])];
  return [info.name, grouped(info.featureMaps), facts.join(' · ')];
}

function buttonOf(info: LayerInfo): HTMLButtonElement {
  const [name, count, facts] = describe(info);
  const button = element(
    'button',
    { type: 'button', tabIndex: -1 },
    element('span', { className: 'name' }, ...breakable(name!)),
    element('span', { className: 'count', title: 'feature maps' }, count!),
    element('span', { className: 'facts', title: facts! }, facts!),
  );
  button.dataset.layer = info.name;
  button.classList.toggle('blocked', info.blockedBy !== null);
  return button;
}

/** A name that may be broken behind its separators, and not inside a word. */
function breakable(name: string): (string | HTMLElement)[] {
  return name.split(/(?<=[_/.-])/).flatMap((part, place) => (place === 0 ? [part] : [element('wbr'), part]));
}
