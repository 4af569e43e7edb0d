import type { App } from '../actions/app';
import { drawPicture } from '../draw-picture';
import { byId } from '../element';
import type { View } from '../store';
import { counted } from '../words';

/** The filters of the first layer, drawn when somebody opens them. */
export function showFilters(app: App): View {
  const details = byId('filters', HTMLDetailsElement);
  const facts = byId('filters-facts', HTMLElement);
  const canvas = byId('filters-canvas', HTMLCanvasElement);
  const draw = (): Promise<void> =>
    app.attempt(async () => {
      const { network } = app.state;
      if (!details.open || !network?.filtersOf) return;
      const { count, size, picture } = await app.ask((explorer) => explorer.filters());
      facts.textContent = `${network.filtersOf} has ${counted(count, 'filter')} of ${size.width} × ${size.height} pixels. Each has its own scale.`;
      canvas.setAttribute('aria-label', facts.textContent);
      drawPicture(canvas, picture);
    });
  details.addEventListener('toggle', () => void draw());
  return ({ network }, before) => {
    if (network === before.network) return;
    details.hidden = !network?.filtersOf;
    void draw();
  };
}
