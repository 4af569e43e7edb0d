import { element } from '../../element';

/** The head and the body of a table of texts; the first cell of a row names it. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): readonly HTMLElement[] {
  const cells = head.map((text) => element('th', { scope: 'col' }, text));
  const body = rows.map(([name = '', ...values]) =>
    element('tr', {}, element('th', { scope: 'row' }, name), ...values.map((value) => element('td', {}, value))),
  );
  return [element('thead', {}, element('tr', {}, ...cells)), element('tbody', {}, ...body)];
}
