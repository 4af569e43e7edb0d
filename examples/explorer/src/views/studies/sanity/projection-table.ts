import type { Picture } from 'deconvnet';
import type { Box } from 'deconvnet/studies';
import { drawPicture } from '../../../draw-picture';
import { element } from '../../../element';

/** What a cell shows. */
export interface ProjectionCell {
  /** Null if it is zero everywhere. */
  readonly drawn: Picture | null;
  /** What it is, for those who do not see it. */
  readonly name: string;
  /** Below it. */
  readonly figure: string;
}

/** A table of projections: in most of them, a row is a rule. Its cells are there from the beginning, and are filled when they are known. */
export class ProjectionTable {
  readonly element: HTMLElement;
  readonly #cells = new Map<string, readonly HTMLTableCellElement[]>();

  /** @param box gives all projections their shape */
  constructor(name: string, rowNames: readonly string[], columns: readonly string[], box: Box) {
    const shape = `${box.right - box.left} / ${box.bottom - box.top}`;
    const rows = rowNames.map((row) => {
      const cells = columns.map(() => element('td', {}, blank(shape)));
      this.#cells.set(row, cells);
      return element('tr', {}, element('th', { scope: 'row' }, row), ...cells);
    });
    const head = ['', ...columns].map((text) => element('th', { scope: 'col' }, text));
    const table = element(
      'table',
      { className: 'projections' },
      element('thead', {}, element('tr', {}, ...head)),
      element('tbody', {}, ...rows),
    );
    this.element = element('div', { className: 'wide', tabIndex: 0, role: 'region', ariaLabel: name }, table);
  }

  fill(row: string, column: number, { drawn, name, figure }: ProjectionCell): void {
    const cell = this.#cells.get(row)?.[column];
    const place = cell?.firstElementChild;
    if (!cell || !(place instanceof HTMLElement)) return;
    if (drawn) {
      const canvas = element('canvas', { className: 'crisp', role: 'img', ariaLabel: name });
      drawPicture(canvas, drawn);
      canvas.classList.toggle('smooth', Math.min(drawn.width, drawn.height) > 64);
      place.replaceChildren(canvas);
    } else place.replaceChildren(element('span', {}, 'empty'));
    cell.replaceChildren(place, element('span', { className: 'figure' }, drawn ? figure : 'zero everywhere'));
  }
}

function blank(shape: string): HTMLElement {
  const place = element('div', { className: 'drawing' });
  place.style.aspectRatio = shape;
  return place;
}
