import base from './page/base.css?raw';
import layer from './page/layer.css?raw';
import map from './page/map.css?raw';
import overview from './page/overview.css?raw';
import search from './page/search.css?raw';

/** The styles of the page. */
export const PAGE_STYLE: string = [base, search, overview, layer, map].join('\n');
