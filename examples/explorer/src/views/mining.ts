import type { Mining } from '../actions/mining';
import { drawPicture } from '../draw-picture';
import { byId, element } from '../element';
import type { TopView } from '../protocol';
import type { State } from '../state';
import type { View } from '../store';
import { counted, grouped, short } from '../words';

/** The strongest patches of the chosen feature map in all pictures, beside their projections. */
export function showMining(mining: Mining): View {
  const facts = byId('top-facts', HTMLElement);
  const running = byId('mining', HTMLElement);
  const progress = byId('mining-progress', HTMLProgressElement);
  const start = byId('mine', HTMLButtonElement);
  const stop = byId('stop-mining', HTMLButtonElement);
  const list = byId('top-list', HTMLOListElement);
  start.addEventListener('click', () => {
    void mining.start();
    // The button goes away; what replaces it takes the focus.
    queueMicrotask(() => stop.focus());
  });
  stop.addEventListener('click', () => void mining.stop());
  let shown: State['top'] = null;
  let wasWaiting = false;
  return (state) => {
    const { isMining, mining: done, pictures } = state;
    const top = topOf(state);
    running.hidden = !isMining;
    progress.max = done?.total ?? 1;
    progress.value = done ? done.images + done.skipped : 0;
    const isWhole = top !== null && done !== null && done.images + done.skipped === done.total;
    // While the answer for another feature map is under way, nobody knows yet whether there is anything to mine.
    const isPending = state.top !== null && top === null;
    start.hidden = isMining || pictures.length === 0 || isWhole || isPending;
    start.textContent = `Search ${top ? 'all ' : ''}${counted(pictures.length, 'picture')}`;
    facts.textContent = describe(state);
    const isWaiting = top === null && (isPending || isMining);
    list.setAttribute('aria-busy', String(isWaiting));
    if (top !== shown || isWaiting !== wasWaiting) {
      list.replaceChildren(...(top?.patches.map(pairOf) ?? (isWaiting ? placeholders() : [])));
    }
    shown = top;
    wasWaiting = isWaiting;
  };
}

/** What was found for another feature map must not pass for this one's. */
function topOf({ top, layer, featureMap }: State): State['top'] {
  return top?.layer === layer && top?.featureMap === featureMap ? top : null;
}

function describe(state: State): string {
  const { mining, isMining, pictures, areShippedPictures, featureMap } = state;
  const top = topOf(state);
  const whose = areShippedPictures ? 'the shipped pictures' : 'your pictures';
  const skipped = mining?.skipped ? ` ${counted(mining.skipped, 'file')} could not be read.` : '';
  const all = counted(pictures.length, 'picture');
  if (isMining) return `The page has searched ${mining?.images ?? 0} of ${all} so far.${skipped}`;
  if (!top)
    return `The page can search ${whose} for the patches on which feature map ${featureMap ?? ''} fires most. It then shows each patch beside its projection.`;
  const searched = `The page has searched ${grouped(top.images)} of ${all}.${skipped}`;
  if (top.patches.length === 0) return `${searched} The feature map fires on none of them.`;
  return `${searched} The projections share one scale: white is ${short(top.scale)}.`;
}

/** Nine pairs that are still to come. */
function placeholders(): HTMLElement[] {
  return Array.from({ length: 9 }, () => {
    const pair = [0, 1].map(() => element('div', { className: 'frame blank computing' }));
    return element('li', { ariaHidden: 'true' }, ...pair);
  });
}

function pairOf({ id, label, activation, patch, projection }: TopView['patches'][number]): HTMLElement {
  const name = id.split('/').at(-1)!;
  const canvasOf = (picture: typeof projection, what: string): HTMLCanvasElement => {
    const canvas = element('canvas', { className: 'crisp', role: 'img', ariaLabel: `${what} in ${name}` });
    drawPicture(canvas, picture);
    return canvas;
  };
  return element(
    'li',
    { title: id },
    canvasOf(projection, 'projection of the patch'),
    ...(patch ? [canvasOf(patch, 'patch')] : []),
    element('span', {}, `${short(activation)}${label ? ` · ${label}` : ''}`),
  );
}
