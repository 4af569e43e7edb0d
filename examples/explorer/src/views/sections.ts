import { byId } from '../element';

/**
 * On a narrow screen the projection comes right after the picture, and the rest of what is known of a feature map after
 * the maps. The sections are moved in the document, so that keyboards and screen readers follow the same order.
 */
export function arrangeSections(): void {
  const chosen = byId('chosen', HTMLElement);
  const maps = byId('maps', HTMLElement);
  const detail = byId('detail', HTMLElement);
  const more = byId('more', HTMLElement);
  const narrow = matchMedia('(max-width: 46rem)');
  const arrange = (): void => {
    if (narrow.matches) {
      maps.before(detail);
      maps.after(more);
    } else chosen.append(detail, more);
  };
  narrow.addEventListener('change', arrange);
  arrange();
}
