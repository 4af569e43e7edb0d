import { escapeHtml } from './escape.js';

/** A name as HTML. Long names may break after a separator, and nowhere else. */
export function breakable(name: string): string {
  return name
    .split(/(?<=[/_.-])/)
    .map(escapeHtml)
    .join('<wbr>');
}

/** The address of a layer on the page. A slash inside a name is encoded, so that it cannot be taken for the separator. */
export function addressOf(layer: string, map?: number): string {
  const name = encodeURIComponent(layer);
  return `#${map === undefined ? name : `${name}/${map}`}`;
}
