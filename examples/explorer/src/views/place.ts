import type { Exploring } from '../actions/exploring';
import { byId, element } from '../element';
import type { MapsView } from '../protocol';
import type { View } from '../store';
import { choices } from './choices';
import { placeBox } from './place-box';

/** Where in the feature map: its strongest activation, all of them, or one that a person points at. */
export function showPlace(exploring: Exploring): View {
  const place = byId('place', HTMLElement);
  const canvas = byId('map-canvas', HTMLCanvasElement);
  const cell = byId('cell', HTMLElement);
  const fields = byId('place-fields', HTMLElement);
  const positions = byId('position', HTMLFieldSetElement);
  let extent: readonly number[] = [];
  let inputs: HTMLInputElement[] = [];
  const choosePosition = choices('position', { strongest: 'strongest activation', all: 'whole map' }, (position) => {
    void exploring.choosePosition(position);
  });

  canvas.addEventListener('click', ({ offsetX, offsetY }) => {
    const shares = [offsetY / canvas.clientHeight, offsetX / canvas.clientWidth].slice(-extent.length);
    const position = extent.map((cells, axis) => Math.min(cells - 1, Math.max(0, Math.floor(shares[axis]! * cells))));
    if (extent.length > 0 && extent.length <= 2) void exploring.choosePosition(position);
  });
  const read = (): void => {
    if (inputs.every((input) => input.value !== '' && input.checkValidity())) {
      void exploring.choosePosition(inputs.map(({ valueAsNumber }) => valueAsNumber));
    }
  };
  const ask = (cells: readonly number[]): void => {
    if (String(cells) === String(extent)) return;
    extent = cells;
    const names = cells.length === 2 ? ['row', 'column'] : cells.map((_, axis) => `axis ${axis + 1}`);
    inputs = cells.map((length) => element('input', { type: 'number', min: '0', max: String(length - 1), step: '1' }));
    for (const input of inputs) input.addEventListener('change', read);
    fields.replaceChildren(...inputs.map((input, axis) => element('label', {}, names[axis]!, input)));
  };

  return (state, before) => {
    const { maps, featureMap, projection, position } = state;
    choosePosition(state.isLive ? 'strongest' : typeof position === 'string' ? position : null);
    // A camera's frames are projected from where a map fires most.
    positions.disabled = state.isLive;
    place.hidden = !maps || maps.extent.length === 0 || featureMap === null || state.isLive;
    if (!maps || featureMap === null || place.hidden) return;
    ask(maps.extent);
    if (maps !== before.maps || featureMap !== before.featureMap) drawMap(canvas, maps, featureMap);
    const found = projection?.layer === maps.layer && projection.position !== 'all' ? projection.position : null;
    // What was asked for is there at once; where the strongest activation is, the projection says.
    const at = typeof position === 'string' ? found : position;
    for (const [axis, input] of inputs.entries()) {
      if (document.activeElement !== input) input.value = at ? String(at[axis]) : '';
    }
    const [height, width] = [1, ...maps.extent].slice(-2) as [number, number];
    const region = at && at.length <= 2 ? { start: [0, ...at].slice(-2), size: [1, 1] } : null;
    placeBox(cell, region ? { width, height, data: new Uint8ClampedArray() } : null, region);
  };
}

/** Enlarges one tile of the sheet. */
function drawMap(canvas: HTMLCanvasElement, { tiles, columns, tile, maps }: MapsView, featureMap: number): void {
  const place = maps.findIndex((map) => map.featureMap === featureMap);
  if (place < 0) return;
  const [left, top] = [(place % columns) * tile.width, Math.floor(place / columns) * tile.height];
  Object.assign(canvas, tile);
  canvas.getContext('2d')!.drawImage(tiles, left, top, tile.width, tile.height, 0, 0, tile.width, tile.height);
}
