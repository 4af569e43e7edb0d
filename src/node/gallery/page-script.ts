import address from './page/address.js?raw';
import boxes from './page/boxes.js?raw';
import data from './page/data.js?raw';
import elements from './page/elements.js?raw';
import histogram from './page/histogram.js?raw';
import keys from './page/keys.js?raw';
import layerView from './page/layer-view.js?raw';
import main from './page/main.js?raw';
import mapGrid from './page/map-grid.js?raw';
import mapView from './page/map-view.js?raw';
import order from './page/order.js?raw';
import overview from './page/overview.js?raw';
import pairs from './page/pairs.js?raw';
import searchBox from './page/search-box.js?raw';
import searchMatches from './page/search-matches.js?raw';
import thumbnails from './page/thumbnails.js?raw';
import tiles from './page/tiles.js?raw';
import words from './page/words.js?raw';

/**
 * The script of the page, in one piece. Its files are modules, but a page that was opened from disk cannot load modules.
 * Therefore they are joined in the order in which they need each other, without their imports and exports. The result is
 * one module, in which each name may occur only once.
 */
export const PAGE_SCRIPT: string = [
  ...[elements, words, address, data, tiles, thumbnails, order, histogram, boxes, pairs],
  ...[mapGrid, layerView, mapView, overview, searchMatches, searchBox, keys, main],
]
  .map((text) => text.replace(/^import [^;]*;\n/gm, '').replace(/^export /gm, ''))
  .join('\n');
