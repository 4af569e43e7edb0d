/** The address of a layer on the page. A slash inside a name is encoded, so that it cannot be taken for the separator. */
export function addressOf(layer: string, map?: number): string {
  const name = encodeURIComponent(layer);
  return `#${map === undefined ? name : `${name}/${map}`}`;
}
