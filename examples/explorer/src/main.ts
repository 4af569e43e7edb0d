import './style/base.css';
import './style/layout.css';
import './style/alert.css';
import './style/drop.css';
import './style/controls.css';
import './style/input-form.css';
import './style/maps.css';
import './style/detail.css';
import './style/layers.css';
import './style/computing.css';
import './style/studies.css';
import './style/plots.css';
import './style/sanity.css';
import './style/marking.css';
import './style/evolution.css';
import { App } from './actions/app';
import { Camera } from './actions/camera';
import { Checkpoints } from './actions/checkpoints';
import { Collection } from './actions/collection';
import { Dependence } from './actions/dependence';
import { Exploring } from './actions/exploring';
import { Marking } from './actions/marking';
import { Mining } from './actions/mining';
import { Networks } from './actions/networks';
import { Studies } from './actions/studies';
import { AblationStudy } from './actions/studies-ablation';
import { SanityCheck } from './actions/studies-sanity';
import { byId } from './element';
import { screenSideOf } from './screen-side';
import { isBackend, showBackend } from './views/backend';
import { showDetail } from './views/detail';
import { showDrawing } from './views/drawing';
import { acceptFiles } from './views/files';
import { showFilters } from './views/filters';
import { showInputForm } from './views/input-form';
import { showLayers } from './views/layers';
import { showMaps } from './views/maps';
import { showMining } from './views/mining';
import { showNetwork } from './views/network';
import { showPictures } from './views/pictures';
import { showPlace } from './views/place';
import { showRule } from './views/rule';
import { arrangeSections } from './views/sections';
import { showStatus } from './views/status';
import { showAblation } from './views/studies/ablation/ablation';
import { showCheckpoints } from './views/studies/checkpoints';
import { showCorrespondence } from './views/studies/correspondence';
import { showEvolution } from './views/studies/evolution';
import { showInvariance } from './views/studies/invariance';
import { showMarking } from './views/studies/marking';
import { showOcclusion } from './views/studies/occlusion';
import { showSanity } from './views/studies/sanity/sanity';
import { showStudies } from './views/studies/studies';

// The page only draws. The worker of a session computes everything.
const app = new App();
const tilesOf = (id: string, usual: number): (() => number) => {
  const list = byId(id, HTMLOListElement);
  return screenSideOf(list, { usual, find: () => list.querySelector('canvas, .frame') });
};
const exploring = new Exploring(app, {
  projection: screenSideOf(byId('projection-canvas', HTMLCanvasElement), { usual: 200 }),
  top: tilesOf('top-list', 64),
  live: tilesOf('live-list', 110),
});
const networks = new Networks(app, exploring);
const collection = new Collection(app, exploring, networks);
const checkpoints = new Checkpoints(app);
const mining = new Mining(app, exploring);
const studies = new Studies(app, exploring);
const camera = new Camera(app, exploring, byId('video', HTMLVideoElement));

for (const view of [
  showStatus(app),
  showBackend(networks),
  showNetwork(networks),
  showInputForm(networks),
  showLayers(exploring),
  showFilters(app),
  showPictures({ exploring, collection, camera }),
  showMaps(exploring),
  showDetail(),
  showRule(exploring),
  showDrawing(exploring),
  showPlace(exploring),
  showMining(mining),
  showStudies(studies),
  showCheckpoints(checkpoints),
  showEvolution(studies),
  showOcclusion(studies),
  showInvariance(studies),
  showMarking(new Marking(app)),
  showCorrespondence(studies),
  showSanity(new SanityCheck(app, studies)),
  showAblation(new AblationStudy(app, studies)),
]) {
  app.store.show(view);
}
new Dependence(app, exploring);
acceptFiles(collection, checkpoints);
arrangeSections();

// `?backend=wasm` in the address starts with that one.
const asked = new URLSearchParams(location.search).get('backend');
if (asked !== null && isBackend(asked)) app.set({ prefer: asked });
await networks.openShipped();
await collection.openShipped();
