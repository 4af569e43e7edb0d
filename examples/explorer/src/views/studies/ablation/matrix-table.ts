import { element } from '../../../element';
import { tableOf } from '../text-table';

/** The changes that the matrix draws as colours, in percentage points, as a table that can be read out. */
export function matrixTable({
  rows,
  columns,
  values,
}: {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** Row by row. */
  readonly values: readonly number[];
}): HTMLElement {
  const wide = columns.length;
  const table = tableOf(
    ['set to zero', ...columns],
    rows.map((row, i) => [row, ...values.slice(i * wide, (i + 1) * wide).map(signedText)]),
  );
  const name = 'All values of the figure, in percentage points';
  return element(
    'div',
    { className: 'wide', tabIndex: 0, role: 'region', ariaLabel: name },
    element('table', {}, ...table),
  );
}

/** A change with its sign, and a real minus. */
function signedText(change: number): string {
  const text = Math.abs(change).toFixed(1);
  return text === '0.0' ? text : `${change > 0 ? '+' : '−'}${text}`;
}
