import type { App } from '../actions/app';
import { byId } from '../element';
import type { View } from '../store';

/** What goes on, and what went wrong; both are read out by screen readers. */
export function showStatus(app: App): View {
  const status = byId('status', HTMLElement);
  const alert = byId('alert', HTMLElement);
  const text = byId('alert-text', HTMLElement);
  const opening = byId('opening', HTMLElement);
  byId('alert-close', HTMLButtonElement).addEventListener('click', () => app.set({ alert: null }));
  return (state) => {
    if (status.textContent !== state.status) status.textContent = state.status;
    opening.hidden = !state.isOpening;
    alert.hidden = state.alert === null;
    if (text.textContent !== (state.alert ?? '')) text.textContent = state.alert ?? '';
  };
}
