import { element } from '../../../element';

/** A part of the result: what is seen, and the figures. */
export function sectionOf(name: string, seen: string, ...content: readonly HTMLElement[]): HTMLElement {
  return element('section', {}, element('h4', {}, name), element('p', {}, seen), ...content);
}
