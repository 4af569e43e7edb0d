import { plotMatrix } from 'deconvnet/plots';
import type { Ablation } from 'deconvnet/studies';
import type { AblationStudy } from '../../../actions/studies-ablation';
import { byId } from '../../../element';
import type { AblationKind, AblationView } from '../../../protocol-ablation';
import type { State } from '../../../state';
import type { View } from '../../../store';
import { PlotFrame } from '../plot-frame';
import { allow, numberIn } from '../subject';
import { needsNames, subjectOf } from './ablation-subject';
import { captionOf, madeText, readingOf, rowsText, SHOWN, titleOf } from './ablation-words';
import { type Changes, changesOf, mapChanges, meanCorrect, presentClasses, triedOf } from './accuracies';
import { accuracyTable } from './accuracy-table';
import { matrixTable } from './matrix-table';

/** The least width of a cell of the matrix, and that of the names of its rows, in pixels. */
const [CELL, NAMES] = [44, 150];

/** The study of ablation: its settings, accuracies as a table, and a matrix of what matters for which class. */
export function showAblation(study: AblationStudy): View {
  const form = byId('ablation-form', HTMLFormElement);
  const subject = byId('ablation-subject', HTMLElement);
  const what = byId('ablation-what', HTMLSelectElement);
  const maps = byId('ablation-maps', HTMLInputElement);
  const pictures = byId('ablation-pictures', HTMLInputElement);
  const seed = byId('ablation-seed', HTMLInputElement);
  const names = byId('ablation-labels', HTMLTextAreaElement);
  const frame = byId('ablation-matrix', HTMLElement);
  const matrix = new PlotFrame(frame);
  let state: State | null = null;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!state) return;
    const { labels } = subjectOf(state, names.value);
    const limits = { maps: numberIn(maps) ?? 1, pictures: numberIn(pictures) ?? 1, seed: numberIn(seed) ?? 0 };
    void study.start({ what: what.value as AblationKind, ...limits, labels });
  });
  const describe = (): void => {
    if (!state) return;
    const { network, layer, studying } = state;
    const { text, canRun } = subjectOf(state, names.value);
    subject.textContent = text;
    allow(form, canRun && studying === null);
    byId('ablation-names', HTMLElement).hidden = !network?.inputFormat || !needsNames(network);
    what.options[0]!.textContent = layer === null ? 'feature maps of the chosen layer' : `feature maps of ${layer}`;
    const isOne = what.value === 'layer';
    byId('ablation-maps-setting', HTMLElement).hidden = !isOne;
    // What is hidden must not keep the form from being sent.
    maps.disabled = !isOne;
    const hint = byId('ablation-hint', HTMLElement);
    hint.textContent = isOne
      ? 'All feature maps of the layer are set to zero, then half of them at random, five times, and then one after the other. You choose the layer above. Each of these takes a run of every picture through the layers above.'
      : 'In one layer after another, half of the feature maps is set to zero at random, five times, and then all of them. These are the layers that are searched for patches, or eight of them.';
  };
  what.addEventListener('change', describe);
  names.addEventListener('input', describe);

  const show = (view: AblationView): void => {
    const [first] = view.layers as [Ablation];
    const telling = view.what === 'layer' ? mapChanges(first) : [];
    byId('ablation-title', HTMLElement).textContent = titleOf(view);
    byId('ablation-read', HTMLElement).textContent = readingOf(view, telling);
    byId('ablation-table', HTMLTableElement).replaceChildren(...accuracyTable(view));
    const left = rowsText(view);
    byId('ablation-rows', HTMLElement).textContent = left;
    byId('ablation-rows', HTMLElement).hidden = left === '';
    byId('ablation-caption', HTMLElement).textContent = captionOf(view, telling);
    byId('ablation-made', HTMLElement).textContent = madeText(view);
    const { rows, columns, values } = cellsOf(view, telling);
    frame.style.minWidth = `${NAMES + CELL * columns.length}px`;
    byId('ablation-values', HTMLElement).replaceChildren(matrixTable({ rows, columns, values }));
    frame.ariaLabel = `The change of the accuracy of each class, in percentage points, for ${rows.join(', ')}. The values are in the table below.`;
    const label = 'change of the accuracy, in percentage points';
    matrix.show((width) =>
      plotMatrix({ rows, columns, values }, { label, width: Math.min(width, NAMES + 2 * CELL * columns.length) }),
    );
  };

  return (now, before) => {
    state = now;
    describe();
    const { ablation } = now;
    byId('ablation-result', HTMLElement).hidden = ablation === null;
    if (ablation && ablation !== before.ablation) show(ablation);
  };
}

/** The rows of the matrix, and those of its columns that change most, in the order of the classes. */
function cellsOf({ layers, what }: AblationView, telling: readonly Changes[]) {
  const [first] = layers as [Ablation];
  const half = (one: Ablation, name: string): Changes => changesOf(name, meanCorrect(triedOf(one, 'share')), one);
  const changes = what === 'halves' ? layers.map((one) => half(one, one.layer)) : telling.slice(0, SHOWN.maps);
  const present = presentClasses(first);
  const largest = (place: number): number => Math.max(...changes.map(({ byClass }) => Math.abs(byClass[place]!)));
  const places = [...present.keys()]
    .sort((a, b) => largest(b) - largest(a) || a - b)
    .slice(0, SHOWN.classes)
    .sort((a, b) => a - b);
  return {
    rows: changes.map(({ name }) => name),
    columns: [...places.map((place) => first.labels[present[place]!]!), 'all pictures'],
    values: changes.flatMap(({ byClass, all }) => [...places.map((place) => byClass[place]!), all]),
  };
}
