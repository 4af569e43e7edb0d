import { element } from '../../element';
import type { EvolutionState } from '../../evolution-state';
import type { Drawing } from '../../protocol';
import type { FrameView } from '../../protocol-evolution';
import { focusOf } from '../../worker/focus';
import { factsOf } from './evolution-words';
import { FrameTile } from './frame-tile';

/** The tiles of a feature map: one pair for each checkpoint. */
interface Row {
  readonly projections: readonly FrameTile[];
  readonly patches: readonly FrameTile[];
}

/**
 * The frames of all layers, one layer below the other: a row for each feature map, a column for each checkpoint. All places
 * are there from the beginning, and are filled as the study goes on.
 */
export class EvolutionLayers {
  readonly #host: HTMLElement;
  #start = Number.NaN;
  #rows: readonly Row[] = [];
  #facts: readonly (readonly [HTMLElement, string])[] = [];
  /** Boxes that are wider than the page can be scrolled with the keyboard. */
  readonly #sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const isWide = target.scrollWidth > target.clientWidth;
      if (isWide) target.setAttribute('tabindex', '0');
      else target.removeAttribute('tabindex');
    }
  });

  constructor(host: HTMLElement) {
    this.#host = host;
  }

  show(evolution: EvolutionState, zoom: Drawing['zoom']): void {
    if (evolution.start !== this.#start) this.#build(evolution);
    const { steps, names } = evolution;
    for (const [i, { projections, patches }] of this.#rows.entries()) {
      const frames = steps.map((step) => step.frames[i]!);
      const windows = windowsOf(frames, zoom);
      for (const [column, frame] of frames.entries()) {
        for (const tile of [projections[column]!, patches[column]!]) tile.show(frame, names[column]!, windows[column]!);
      }
    }
    const all = steps.flatMap(({ frames }) => frames);
    for (const [facts, layer] of this.#facts) facts.textContent = factsOf(all.filter((one) => one.layer === layer));
  }

  clear(): void {
    if (this.#rows.length === 0) return;
    this.#start = Number.NaN;
    this.#rows = [];
    this.#facts = [];
    this.#sizes.disconnect();
    this.#host.replaceChildren();
  }

  #build({ start, names, steps }: EvolutionState): void {
    this.clear();
    this.#start = start;
    const frames = steps[0]!.frames;
    this.#host.style.setProperty('--columns', String(names.length));
    this.#rows = frames.map(() => ({
      projections: names.map(() => new FrameTile('projection')),
      patches: names.map(() => new FrameTile('patch')),
    }));
    this.#facts = [...new Set(frames.map(({ layer }) => layer))].map((layer) => {
      const facts = element('p', { className: 'facts' });
      const own = frames.flatMap((frame, i) =>
        frame.layer === layer ? [{ featureMap: frame.featureMap, row: this.#rows[i]! }] : [],
      );
      const boxOf = (what: keyof Row, caption: string): HTMLElement => {
        const rows = own.map(({ featureMap, row }) => [featureMap, row[what]] as const);
        const box = element('div', { className: 'frames', role: 'group' }, tableOf(names, rows, caption));
        box.ariaLabel = `${caption} of ${layer}`;
        this.#sizes.observe(box);
        return box;
      };
      const boxes = [boxOf('projections', 'Projections and activations'), boxOf('patches', 'Patches of the pictures')];
      const blocks = element('div', { className: 'blocks' }, ...boxes);
      this.#host.append(element('section', {}, element('h4', {}, layer), facts, blocks));
      return [facts, layer] as const;
    });
  }
}

function tableOf(
  names: readonly string[],
  rows: readonly (readonly [featureMap: number, tiles: readonly FrameTile[]])[],
  caption: string,
): HTMLElement {
  const head = ['map', ...names].map((text) => element('th', { scope: 'col' }, text));
  const body = rows.map(([featureMap, tiles]) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, String(featureMap)),
      ...tiles.map(({ figure }) => element('td', {}, figure)),
    ),
  );
  return element(
    'table',
    {},
    element('caption', {}, caption),
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...body),
  );
}

/** The part of the picture that each frame of a feature map shows; null for one that has found nothing. */
function windowsOf(frames: readonly FrameView[], zoom: Drawing['zoom']) {
  const found = frames.flatMap((frame) => frame.found ?? []);
  const focused = focusOf(found);
  // Where the projections fill what is drawn, a part of it would not be smaller.
  const isSmaller = found.every(({ field }, i) => focused[i]!.size.every((side, axis) => side < field.size[axis]!));
  const parts = zoom === 'focus' && isSmaller ? focused : found.map(({ field }) => field);
  let next = 0;
  return frames.map((frame) => (frame.found ? parts[next++]! : null));
}
