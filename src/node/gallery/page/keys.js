/** Whether keys that are typed belong to the focused control. */
function isTyping() {
  return document.activeElement?.matches('input, select, textarea') ?? false;
}

/**
 * The keys of the whole page: `/` goes to the search field, the left and right arrows to the next feature map, and Escape
 * to what is above: from a feature map to its layer, and from a layer to the overview.
 *
 * @param actions `search`, `step` by -1 or 1, and `up`
 */
export function listenToKeys({ search, step, up }) {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    if (isTyping()) return;
    const action = {
      '/': search,
      Escape: up,
      ArrowLeft: () => step(-1),
      ArrowRight: () => step(1),
    }[event.key];
    if (action?.() === true) event.preventDefault();
  });
}
