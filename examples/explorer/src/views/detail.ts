import type { Exploring } from '../actions/exploring';
import { drawPicture } from '../draw-picture';
import { byId, element } from '../element';
import type { LiveView, ProjectionView } from '../protocol';
import type { State } from '../state';
import type { View } from '../store';
import { short } from '../words';
import { choices } from './choices';
import { placeBox } from './place-box';

/** The chosen feature map: its projection, the patch, and where that is in the picture. */
export function showDetail(exploring: Exploring): View {
  const name = byId('detail-name', HTMLElement);
  const facts = byId('detail-facts', HTMLElement);
  const blocked = byId('blocked', HTMLElement);
  const body = byId('projection', HTMLElement);
  const patch = byId('patch', HTMLElement);
  const box = byId('box', HTMLElement);
  const live = byId('live', HTMLElement);
  const liveList = byId('live-list', HTMLOListElement);
  const canvas = (id: string): HTMLCanvasElement => byId(id, HTMLCanvasElement);
  const chooseRule = choices('rule', { deconvnet: 'deconvnet', guided: 'guided', gradient: 'gradient' }, (rule) => {
    void exploring.chooseRule(rule);
  });

  const drawProjection = (projection: ProjectionView): void => {
    drawPicture(canvas('projection-canvas'), projection.projection);
    canvas('projection-canvas').setAttribute('aria-label', `The projection of ${describe(projection)}`);
    patch.hidden = projection.patch === null;
    if (!projection.patch) return;
    drawPicture(canvas('patch-canvas'), projection.patch.picture);
    drawPicture(canvas('patch-projection-canvas'), projection.patch.projection);
  };

  return (state, before) => {
    const { layer, featureMap, seen, projection } = state;
    chooseRule(state.rule);
    name.textContent = layer && featureMap !== null ? `${layer} · ${titleOf(state, layer, featureMap)}` : 'Feature map';
    const isBlocked = state.network?.layers.find((info) => info.name === layer)?.blockedBy != null;
    blocked.hidden = !isBlocked;
    blocked.textContent = isBlocked ? `${state.blocked ?? ''} The feature maps themselves can be looked at.` : '';
    // A projection of another network would be no good.
    body.hidden = isBlocked || !seen || !projection;
    // Until the new projection is there, the one before must not pass for it.
    const isStale = projection?.layer !== layer || projection?.featureMap !== featureMap;
    body.classList.toggle('stale', isStale);
    body.setAttribute('aria-busy', String(isStale));
    facts.textContent = isBlocked || !projection ? '' : isStale ? 'computing …' : describe(projection);
    if (seen && seen !== before.seen) drawPicture(canvas('picture-canvas'), seen);
    if (projection && projection !== before.projection) drawProjection(projection);
    placeBox(box, seen && projection?.position !== 'all' && !isStale ? seen : null, projection?.field ?? null);
    live.hidden = !state.isLive;
    if (state.strongestNow !== before.strongestNow) drawLive(liveList, state.strongestNow);
  };
}

function titleOf({ network }: State, layer: string, featureMap: number): string {
  const info = network?.layers.find(({ name }) => name === layer);
  const isOutput = info === network?.layers.at(-1) && info?.featureMaps === network?.labels.length;
  return isOutput ? network!.labels[featureMap]! : `feature map ${featureMap}`;
}

function describe({ activation, probability, position, empty, rule, milliseconds }: ProjectionView): string {
  const place =
    position === 'all'
      ? 'the whole map'
      : position.length > 0
        ? `at ${position.length === 2 ? `row ${position[0]}, column ${position[1]}` : position.join(', ')}`
        : '';
  const strength = `activation ${short(activation)}${probability === null ? '' : ` (probability ${short(probability)})`}`;
  const fired = empty
    ? activation === 0
      ? 'it does not fire on this picture'
      : 'nothing comes down to the pixels'
    : '';
  return [strength, place, fired, `${rule}, ${Math.round(milliseconds)} ms`].filter((part) => part !== '').join(' · ');
}

function drawLive(list: HTMLElement, strongest: LiveView['strongest']): void {
  while (list.children.length > strongest.length) list.lastElementChild!.remove();
  while (list.children.length < strongest.length) {
    list.append(element('li', {}, element('canvas', { className: 'crisp' }), element('span')));
  }
  for (const [i, { featureMap, activation, projection }] of strongest.entries()) {
    const [canvas, caption] = list.children[i]!.children as unknown as [HTMLCanvasElement, HTMLElement];
    drawPicture(canvas, projection);
    caption.textContent = `${featureMap} · ${short(activation)}`;
  }
}
