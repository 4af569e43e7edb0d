import { drawPicture } from '../draw-picture';
import { byId, element } from '../element';
import type { LiveView, ProjectionView } from '../protocol';
import { isAwaited, isPictureStale, isProjectionStale } from '../stale';
import type { State } from '../state';
import type { View } from '../store';
import { short } from '../words';
import { markComputing } from './computing';
import { placeBox } from './place-box';

/** The chosen feature map: its projection, the patch, and where that is in the picture. */
export function showDetail(): View {
  const name = byId('detail-name', HTMLElement);
  const facts = byId('detail-facts', HTMLElement);
  const blocked = byId('blocked', HTMLElement);
  const body = byId('projection', HTMLElement);
  const more = byId('more', HTMLElement);
  const patch = byId('patch', HTMLElement);
  const frameOf = (id: string): HTMLElement => byId(id, HTMLElement).parentElement!;
  const pictureFrame = frameOf('picture-canvas');
  const frames = ['projection-canvas', 'patch-canvas', 'patch-projection-canvas'].map(frameOf);
  const box = byId('box', HTMLElement);
  const focusBox = byId('focus-box', HTMLElement);
  const live = byId('live', HTMLElement);
  const liveList = byId('live-list', HTMLOListElement);
  const canvas = (id: string): HTMLCanvasElement => byId(id, HTMLCanvasElement);

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
    name.textContent = layer && featureMap !== null ? `${layer} · ${titleOf(state, layer, featureMap)}` : 'Feature map';
    const isBlocked = state.network?.layers.find((info) => info.name === layer)?.blockedBy != null;
    blocked.hidden = !isBlocked;
    blocked.textContent = isBlocked ? `${state.blocked ?? ''} You can still look at the feature maps.` : '';
    body.hidden = isBlocked || !isAwaited(state);
    more.hidden = body.hidden || !projection;
    // Until the new projection is there, the one before must not pass for it.
    const isStale = isProjectionStale(state);
    for (const part of [body, more]) part.setAttribute('aria-busy', String(isStale));
    for (const frame of frames) markComputing(frame, isStale);
    markComputing(pictureFrame, isPictureStale(state));
    facts.textContent = body.hidden || !projection || isStale ? '' : describe(projection);
    if (seen && seen !== before.seen) drawPicture(canvas('picture-canvas'), seen);
    if (projection && projection !== before.projection) drawProjection(projection);
    const shown = isStale ? null : seen;
    placeBox(box, projection?.position === 'all' ? null : shown, projection?.field ?? null);
    placeBox(focusBox, shown, projection?.focus ?? null);
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
  const isWhole = position === 'all';
  const place = isWhole
    ? ', and the whole map is projected'
    : position.length > 0
      ? ` at ${position.length === 2 ? `row ${position[0]}, column ${position[1]}` : position.join(', ')}`
      : '';
  const strength = `${short(activation)}${probability === null ? '' : ` (probability ${short(probability)})`}`;
  const fired = empty
    ? activation === 0
      ? ' The feature map does not fire there.'
      : ' Nothing of it reaches the pixels.'
    : '';
  return `The ${isWhole ? 'largest ' : ''}activation is ${strength}${place}.${fired} The rule ${rule} took ${Math.round(milliseconds)} ms.`;
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
