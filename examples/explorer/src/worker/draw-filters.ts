import { type Deconvnet, montage, renderFilters } from 'deconvnet';
import type { FiltersView } from '../protocol';

/** The first layer's filters, each on its own scale. */
export async function drawFilters(deconvnet: Deconvnet): Promise<FiltersView> {
  const filters = await renderFilters(deconvnet);
  const { width, height } = filters[0]!;
  const columns = Math.max(1, Math.min(8, Math.floor(64 / width)));
  const tile = Math.max(width, height);
  return {
    count: filters.length,
    size: { width, height },
    picture: montage(filters, { columns, tile, gap: 1, background: [0, 0, 0, 0] }),
  };
}
