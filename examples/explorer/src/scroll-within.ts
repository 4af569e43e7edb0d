/** Scrolls a list so far that an item is seen, and leaves the page where it is. The list is the item's offset parent. */
export function scrollWithin(list: HTMLElement, item: HTMLElement | undefined): void {
  if (!item) return;
  const { offsetTop: top, offsetLeft: left, offsetHeight: height, offsetWidth: width } = item;
  list.scrollTo({
    top: Math.min(top, Math.max(list.scrollTop, top + height - list.clientHeight)),
    left: Math.min(left, Math.max(list.scrollLeft, left + width - list.clientWidth)),
  });
}
