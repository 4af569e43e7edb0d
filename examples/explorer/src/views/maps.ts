import type { Exploring } from '../actions/exploring';
import { byId } from '../element';
import { areMapsStale, isAwaited } from '../stale';
import { MAPS_AT_ONCE, type State } from '../state';
import type { View } from '../store';
import { counted } from '../words';
import { choices } from './choices';
import { describeLayer } from './describe-layer';
import { MapsList } from './maps-list';
import { MapsSheet } from './maps-sheet';

/** The feature maps of the chosen layer: a canvas, and over it a list of options to choose from. */
export function showMaps(exploring: Exploring): View {
  const name = byId('maps-name', HTMLElement);
  const facts = byId('maps-facts', HTMLElement);
  const legend = byId('maps-legend', HTMLElement);
  const waiting = byId('waiting', HTMLElement);
  const fps = byId('fps', HTMLElement);
  const more = byId('more-maps', HTMLButtonElement);
  const sheet = new MapsSheet(byId('maps-canvas', HTMLCanvasElement), byId('maps-list', HTMLElement));
  const list = new MapsList(byId('maps-list', HTMLElement), sheet, (map) => void exploring.chooseMap(map));
  const chooseOrder = choices('maps-order', { number: 'by number', strength: 'strongest first' }, (order) => {
    void exploring.arrange({ order });
  });
  const chooseScale = choices('maps-scale', { common: 'one scale for all', each: 'a scale for each' }, (scale) => {
    void exploring.arrange({ scale });
  });
  let limit = MAPS_AT_ONCE;
  more.addEventListener('click', () => void exploring.arrange({ limit: limit + MAPS_AT_ONCE }));

  return (state, before) => {
    const { maps, featureMap, layer, network } = state;
    limit = state.limit;
    chooseOrder(state.order);
    chooseScale(state.scale);
    if (layer) name.textContent = `Feature maps of ${layer}`;
    if (network !== before.network || layer !== before.layer) {
      const info = network?.layers.find((one) => one.name === layer);
      facts.textContent = info ? describeLayer(info) : '';
    }
    fps.hidden = !state.isLive;
    fps.textContent =
      state.framesPerSecond === null
        ? ''
        : `${state.framesPerSecond.toFixed(state.framesPerSecond < 10 ? 1 : 0)} frames per second`;
    sheet.mark(isAwaited(state) && areMapsStale(state));
    if (maps !== before.maps) {
      if (maps) {
        list.show(maps, state.isLive);
        sheet.show(maps);
      } else {
        list.clear();
        sheet.clear();
      }
      legend.textContent = maps ? describeColours(maps.signed, state.scale) : '';
      more.hidden = !maps || maps.maps.length >= maps.total;
      if (maps) more.textContent = `Show ${counted(Math.min(MAPS_AT_ONCE, maps.total - maps.maps.length), 'more map')}`;
    }
    waiting.textContent = whyNothing(state);
    waiting.hidden = waiting.textContent === '';
    list.choose(featureMap);
  };
}

/** What is missing before anything can be shown. */
function whyNothing({ network, pictures, seen }: State): string {
  if (!network || seen) return '';
  if (!network.inputFormat) return 'First say how this network takes pictures.';
  return pictures.length === 0 ? 'First choose a picture.' : '';
}

function describeColours(signed: boolean, scale: State['scale']): string {
  const range = signed
    ? 'Violet is below zero, and orange is above zero.'
    : 'Black means no activation, and bright means a strong one.';
  return `${range} ${scale === 'common' ? 'All maps share one scale.' : 'Each map has its own scale.'}`;
}
