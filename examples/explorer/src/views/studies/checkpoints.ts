import type { Checkpoints } from '../../actions/checkpoints';
import { byId } from '../../element';
import type { View } from '../../store';
import { CheckpointRow } from './checkpoint-row';

/** The checkpoints of the open network, in order: their names can be changed, and they can be moved and removed. */
export function showCheckpoints(checkpoints: Checkpoints): View {
  const list = byId('checkpoints', HTMLOListElement);
  const add = byId('add-checkpoints', HTMLButtonElement);
  const shipped = byId('shipped-checkpoints', HTMLButtonElement);
  const rows = new Map<number, CheckpointRow>();
  const open = new CheckpointRow(null, checkpoints);
  shipped.addEventListener('click', () => void checkpoints.takeShipped());

  return (state, before) => {
    const { checkpoints: all, openName, isShippedNetwork, network } = state;
    shipped.hidden = !isShippedNetwork;
    add.disabled = shipped.disabled = network === null;
    if (all === before.checkpoints && openName === before.openName && list.childElementCount > 0) return;
    const focused = document.activeElement as HTMLElement | null;
    const place = [...list.children].findIndex((row) => row.contains(focused));
    for (const key of rows.keys()) if (!all.some((one) => one.key === key)) rows.delete(key);
    const shown = all.map(({ key, name, files }, i) => {
      const row = rows.get(key) ?? new CheckpointRow(key, checkpoints);
      rows.set(key, row);
      row.update(name, { isFirst: i === 0, isLast: i === all.length - 1, files: files.map(({ path }) => path) });
      return row.item;
    });
    open.update(openName, { isFirst: true, isLast: true, files: [] });
    list.replaceChildren(...shown, open.item);
    if (place >= 0) focusAgain(focused!, place);
  };

  /** What had the focus has moved, or is gone. Then the row in its place takes the focus, or else the button above. */
  function focusAgain(focused: HTMLElement, place: number): void {
    const buttons = (row: Element | null | undefined): HTMLElement[] => [
      ...(row?.querySelectorAll<HTMLElement>('button:not(:disabled)') ?? []),
    ];
    if (!list.contains(focused)) {
      const next = buttons(list.children[place]).at(-1) ?? buttons(list.children[place - 1]).at(-1);
      (next ?? add).focus();
    } else if (focused instanceof HTMLButtonElement && focused.disabled) buttons(focused.closest('li'))[0]?.focus();
    else focused.focus();
  }
}
