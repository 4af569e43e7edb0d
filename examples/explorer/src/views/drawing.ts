import type { Exploring } from '../actions/exploring';
import { byId } from '../element';
import type { ProjectionView } from '../protocol';
import { isProjectionStale } from '../stale';
import type { View } from '../store';
import { short } from '../words';
import { choices } from './choices';

/** The percentile that has a name; 100 has one, too. A person can enter any other. */
const HIGH = 99.5;

/** How projections are drawn: their contrast, and the part that is enlarged. */
export function showDrawing(exploring: Exploring): View {
  const facts = byId('drawing-facts', HTMLElement);
  const weak = byId('weak', HTMLInputElement);
  const percentile = byId('percentile', HTMLInputElement);
  const chooseContrast = choices('contrast', { high: 'high', full: 'full range' }, (name) => {
    void exploring.draw({ contrast: name === 'full' ? 100 : HIGH });
  });
  const chooseZoom = choices('zoom', { focus: 'where the projection is', field: 'all that is seen' }, (zoom) => {
    void exploring.draw({ zoom });
  });
  weak.addEventListener('input', () => void exploring.draw({ gamma: 1 - weak.valueAsNumber }));
  let contrast = HIGH;
  // While a number is being entered, it is not always one that makes sense.
  percentile.addEventListener('input', () => {
    if (isPercentile(percentile)) void exploring.draw({ contrast: percentile.valueAsNumber });
  });
  percentile.addEventListener('change', () => {
    if (!isPercentile(percentile)) percentile.value = String(contrast);
  });
  return (state) => {
    const { drawing, projection } = state;
    contrast = drawing.contrast;
    chooseContrast(contrast === 100 ? 'full' : contrast === HIGH ? 'high' : null);
    if (document.activeElement !== percentile) percentile.value = String(contrast);
    chooseZoom(drawing.zoom);
    weak.value = String(1 - drawing.gamma);
    facts.textContent = projection && !isProjectionStale(state) ? describe(projection) : '';
  };
}

/** Any number in the range; the steps are only those of the arrow keys. */
function isPercentile({ value, validity }: HTMLInputElement): boolean {
  return value !== '' && !validity.rangeUnderflow && !validity.rangeOverflow;
}

function describe({ scale, clipped, empty }: ProjectionView): string {
  if (empty) return 'Grey is zero.';
  const beyond =
    clipped === 0 ? 'No value is larger.' : `${(100 * clipped).toFixed(1)} % of the values are larger and are clipped.`;
  return `Grey is zero, black is −${short(scale)}, and white is ${short(scale)}. ${beyond}`;
}
