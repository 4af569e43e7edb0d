/** Puts a placeholder over what a frame shows for as long as something newer is computed. */
export function markComputing(frame: HTMLElement, isComputing: boolean): void {
  frame.classList.toggle('computing', isComputing);
}
