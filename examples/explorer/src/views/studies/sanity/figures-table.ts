import type { Likeness } from 'deconvnet/studies';
import { element } from '../../../element';
import { figure } from './likeness';

/** The figures of one rule: what is compared, and how alike it is. */
export interface FiguresOfRule {
  readonly rule: string;
  readonly rows: readonly (readonly [what: string, likeness: Likeness | null])[];
}

const COLUMNS = ['rank correlation', 'SSIM', 'rank correlation, absolute', 'SSIM, absolute'] as const;

/** A table of all four figures. It can be closed. */
export function figuresTable(rules: readonly FiguresOfRule[], open = true): HTMLElement {
  const head = ['rule', 'compared', ...COLUMNS].map((text) => element('th', { scope: 'col' }, text));
  const rows = rules.flatMap(({ rule, rows: own }) =>
    own.map(([what, likeness], i) =>
      element(
        'tr',
        {},
        ...(i === 0 ? [element('th', { scope: 'rowgroup', rowSpan: own.length }, rule)] : []),
        element('th', { scope: 'row' }, what),
        ...figuresOf(likeness).map((text) => element('td', {}, text)),
      ),
    ),
  );
  const table = element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows));
  return element(
    'details',
    { className: 'all-figures', open },
    element('summary', {}, 'All figures'),
    element('div', { className: 'wide', tabIndex: 0, role: 'region', ariaLabel: 'All figures' }, table),
  );
}

function figuresOf(likeness: Likeness | null): string[] {
  if (!likeness) return COLUMNS.map(() => 'empty');
  return [likeness.signed, likeness.absolute].flatMap((one) => [
    figure(one.rankCorrelation),
    figure(one.structuralSimilarity),
  ]);
}
