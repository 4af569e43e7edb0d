import type { Exploring } from '../actions/exploring';
import { byId } from '../element';
import type { ProjectionView } from '../protocol';
import { isProjectionStale } from '../stale';
import type { View } from '../store';
import { short } from '../words';
import { choices } from './choices';

/** How projections are drawn: their contrast, and the part that is enlarged. */
export function showDrawing(exploring: Exploring): View {
  const facts = byId('drawing-facts', HTMLElement);
  const weak = byId('weak', HTMLInputElement);
  const chooseContrast = choices('contrast', { percentile: 'high', max: 'full range' }, (contrast) => {
    void exploring.draw({ contrast });
  });
  const chooseZoom = choices('zoom', { focus: 'where the projection is', field: 'all that is seen' }, (zoom) => {
    void exploring.draw({ zoom });
  });
  weak.addEventListener('input', () => void exploring.draw({ gamma: 1 - weak.valueAsNumber }));
  return (state) => {
    const { drawing, projection } = state;
    chooseContrast(drawing.contrast);
    chooseZoom(drawing.zoom);
    weak.value = String(1 - drawing.gamma);
    facts.textContent = projection && !isProjectionStale(state) ? describe(projection) : '';
  };
}

function describe({ scale, clipped, empty }: ProjectionView): string {
  if (empty) return 'Grey is zero.';
  const beyond =
    clipped === 0 ? 'No value is larger.' : `${(100 * clipped).toFixed(1)} % of the values are larger and are clipped.`;
  return `Grey is zero, black is −${short(scale)}, and white is ${short(scale)}. ${beyond}`;
}
