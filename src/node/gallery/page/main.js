import { addressOf, parseAddress } from './address.js';
import { gallery, layerNames, loadLayer } from './data.js';
import { breakable, element, focusHeading } from './elements.js';
import { listenToKeys } from './keys.js';
import { LayerView } from './layer-view.js';
import { mapView, neighbours } from './map-view.js';
import { emptyRows, watchRows } from './overview.js';
import { SearchBox } from './search-box.js';

const overview = document.getElementById('overview');
const view = document.getElementById('view');
const trail = document.getElementById('trail');

/** What is shown: the place, the layer's data, and the view of the layer if that is open. */
let shown = { place: {} };
const search = new SearchBox(() => shown.place.layer);

/** Shows what the address names, and moves the focus there. */
async function open({ first = false } = {}) {
  const place = parseAddress(location.hash, layerNames);
  const { layer, map, unknown } = place;
  const from = shown;
  shown = { place };
  from.layerView?.close();
  search.close();
  if (unknown !== undefined) return openMessage(`This gallery has no layer named ${unknown}.`);
  if (layer === undefined) return openOverview(from, first);
  if (from.place.layer !== layer)
    view.replaceChildren(element('p', { className: 'note', role: 'status' }, 'Loading …'));
  showTrail(place);
  showView();
  try {
    const data = await loadLayer(layer);
    // Another address may have been opened meanwhile.
    if (shown.place !== place) return;
    shown.data = data;
    if (map === undefined) openLayer(data, from);
    else openMap(data, map);
  } catch (error) {
    if (shown.place === place) openMessage(error.message);
  }
}

/** Shows what is not the overview. */
function showView() {
  emptyRows();
  overview.hidden = true;
  view.hidden = false;
}

function openOverview(from, first) {
  view.hidden = true;
  view.replaceChildren();
  overview.hidden = false;
  showTrail({});
  entitle();
  scrollTo(0, history.state?.top ?? 0);
  const row = overview.querySelector(`[data-layer="${from.place.layer}"] a`);
  if (row) {
    row.scrollIntoView({ block: 'nearest', behavior: 'instant' });
    row.focus({ preventScroll: true });
  } else if (!first) focusHeading(overview.querySelector('h1'));
}

function openLayer(data, from) {
  const layerView = new LayerView(data);
  shown.layerView = layerView;
  view.replaceChildren(layerView.element);
  layerView.open();
  entitle(data.name);
  const former = from.place.layer === shown.place.layer ? from.place.map : undefined;
  scrollTo(0, history.state?.top ?? 0);
  if (former === undefined || !layerView.reveal(former)) focusHeading(layerView.heading);
}

function openMap(data, number) {
  const map = data.byNumber.get(number);
  if (!map) return openMessage(`Feature map ${number} of ${data.name} is not in this gallery.`);
  const held = document.activeElement?.dataset.step;
  const made = mapView(data, map);
  view.replaceChildren(made.view);
  entitle(`map ${number} of ${data.name}`);
  scrollTo(0, history.state?.top ?? 0);
  // Whoever goes on with the buttons keeps the focus there.
  const button = held && view.querySelector(`[data-step="${held}"][href]`);
  if (button) button.focus({ preventScroll: true });
  else focusHeading(made.heading);
}

function openMessage(text) {
  const heading = element('h2', {}, text);
  showView();
  view.replaceChildren(heading, element('p', {}, element('a', { href: '#' }, 'Show all layers')));
  showTrail({});
  entitle('Not found');
  focusHeading(heading);
}

/** Says in the title of the window where one is. */
function entitle(what) {
  document.title = what === undefined ? gallery.title : `${what} · ${gallery.title}`;
}

/** Shows the way from the overview to here. */
function showTrail({ layer, map }) {
  const steps = [];
  if (layer !== undefined) {
    const name = layerNames[layer];
    steps.push(element('a', { href: '#' }, 'All layers'));
    steps.push(element('a', { href: addressOf(name) }, breakable(name)));
    if (map !== undefined) steps.push(element('a', { href: addressOf(name, map) }, `map ${map}`));
    steps.at(-1).setAttribute('aria-current', 'page');
  }
  trail.hidden = steps.length === 0;
  trail.replaceChildren(
    element(
      'ol',
      { role: 'list' },
      steps.map((step) => element('li', {}, step)),
    ),
  );
}

/** Goes to the next feature map, if one is open. Then the way back leads to where it was opened from. */
function step(by) {
  const { data, place } = shown;
  const map = data?.byNumber.get(place.map);
  if (!map) return false;
  const { previous, next } = neighbours(data, map);
  const to = by < 0 ? previous : next;
  if (to) location.replace(addressOf(data.name, to.n));
  return true;
}

function up() {
  const { layer, map, unknown } = shown.place;
  if (layer === undefined && unknown === undefined) return false;
  location.hash = map === undefined ? '' : addressOf(layerNames[layer]);
  return true;
}

// The place on the page is kept for the way back, because the browser cannot restore it: the page is drawn later.
history.scrollRestoration = 'manual';
let resting;
addEventListener(
  'scroll',
  () => {
    clearTimeout(resting);
    resting = setTimeout(() => history.replaceState({ top: scrollY }, ''), 150);
  },
  { passive: true },
);

addEventListener('hashchange', () => {
  clearTimeout(resting);
  void open();
});
view.addEventListener('click', (event) => {
  const button = event.target.closest('[data-step]');
  if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  step(Number(button.dataset.step));
});
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  document.getElementById('content').focus();
});
listenToKeys({
  search: () => {
    search.focus();
    return true;
  },
  step,
  up,
});
watchRows();
void open({ first: true });
