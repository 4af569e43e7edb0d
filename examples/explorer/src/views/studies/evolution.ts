import type { FollowSettings } from '../../actions/evolution-request';
import type { Studies } from '../../actions/studies';
import { byId } from '../../element';
import type { State } from '../../state';
import type { View } from '../../store';
import { counted } from '../../words';
import { EvolutionLayers } from './evolution-layers';
import { madeOf, readingOf, titleOf, whyNotFollow } from './evolution-words';
import { allow, numberIn } from './subject';

/** Layers whose names the page says; of more it names the first and the last. */
const NAMED = 8;

/** The study of evolution: what is followed, and the frames of all checkpoints. */
export function showEvolution(studies: Studies): View {
  const form = byId('evolution-form', HTMLFormElement);
  const what = byId('evolution-what', HTMLSelectElement);
  const maps = byId('evolution-maps', HTMLInputElement);
  const seed = byId('evolution-seed', HTMLInputElement);
  const layers = new EvolutionLayers(byId('evolution-layers', HTMLElement));
  const chosen = (): FollowSettings['what'] => what.value as FollowSettings['what'];
  let last: State | null = null;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void studies.follow({ what: chosen(), maps: numberIn(maps) ?? 6, seed: numberIn(seed) ?? 0 });
  });
  for (const field of [what, maps]) field.addEventListener('input', () => last && describe(last));

  const describe = (state: State): void => {
    const { network, layer, featureMap, checkpoints, pictures, studying } = state;
    const mined = network?.minedLayers ?? [];
    const texts = [
      `feature maps of ${counted(mined.length, 'layer')}`,
      `feature maps of the chosen layer${layer === null ? '' : `, ${layer}`}`,
      `the chosen feature map${layer === null || featureMap === null ? '' : `, ${featureMap} of ${layer}`}`,
    ];
    for (const [i, text] of texts.entries()) {
      const option = what.options[i]!;
      if (option.textContent !== text) option.textContent = text;
    }
    maps.disabled = seed.disabled = chosen() === 'map';
    const why = whyNotFollow(state) ?? whyNotChosen(state, chosen());
    byId('evolution-subject', HTMLElement).textContent =
      why ??
      `Follows ${subjectOf(state, chosen(), numberIn(maps) ?? 0)} through ${checkpoints.length + 1} checkpoints, and searches ${pictures.length === 1 ? 'one picture' : `all ${counted(pictures.length, 'picture')}`} at each of them.`;
    byId('evolution-hint', HTMLElement).textContent =
      chosen() === 'layers'
        ? `The layers are those that the library follows if nobody chooses: ${listOf(mined)}. The feature maps are drawn at random; the seed decides which.`
        : chosen() === 'layer'
          ? 'You choose the layer above. The feature maps are drawn at random; the seed decides which.'
          : 'You choose the feature map above.';
    allow(form, why === null && studying === null);
  };

  return (state, before) => {
    const { evolution, studying, drawing } = state;
    last = state;
    describe(state);
    byId('evolution-result', HTMLElement).hidden = evolution === null;
    if (!evolution) return layers.clear();
    const isNew = evolution !== before.evolution || studying !== before.studying;
    if (!isNew && drawing.zoom === before.drawing.zoom) return;
    const isRunning = studying?.start === evolution.start;
    layers.show(evolution, drawing.zoom);
    byId('evolution-title', HTMLElement).textContent = titleOf(evolution, isRunning);
    byId('evolution-read', HTMLElement).textContent = readingOf(evolution);
    byId('evolution-made', HTMLElement).textContent = madeOf(evolution);
  };
}

function subjectOf({ layer, featureMap, network }: State, what: FollowSettings['what'], maps: number): string {
  if (what === 'map') return `feature map ${featureMap} of ${layer}`;
  if (what === 'layer') return `${counted(maps, 'feature map')} of ${layer}`;
  return `${counted(maps, 'feature map')} of each of ${counted(network?.minedLayers.length ?? 0, 'layer')}`;
}

/** Why what a person wants to follow cannot be followed. */
function whyNotChosen({ network, layer, featureMap }: State, what: FollowSettings['what']): string | null {
  if (what === 'layers') return network?.minedLayers.length === 0 ? 'Follow the chosen layer.' : null;
  if (layer === null) return 'First choose a layer above.';
  const info = network?.layers.find(({ name }) => name === layer);
  if (info && info.blockedBy !== null) return `${layer} cannot be projected. Choose another layer above.`;
  return what === 'map' && featureMap === null ? 'First choose a feature map above.' : null;
}

function listOf(names: readonly string[]): string {
  return names.length > NAMED ? `${names.slice(0, 3).join(', ')} … ${names.at(-1)}` : names.join(', ');
}
