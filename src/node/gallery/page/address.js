/** The address of a layer, or of one of its feature maps. A slash in a name is encoded. */
export function addressOf(layer, map) {
  const name = encodeURIComponent(layer);
  return `#${map === undefined ? name : `${name}/${map}`}`;
}

/**
 * Reads an address. Slashes that a person typed need not be encoded.
 *
 * @returns `{}` for the overview, `{ layer, map }` by index and number, or `{ unknown }` with the text
 */
export function parseAddress(hash, names) {
  const text = hash.replace(/^#/, '');
  if (text === '') return {};
  const [, before, number] = /^(.*)\/(\d+)$/s.exec(text) ?? [];
  if (before !== undefined) {
    const layer = names.indexOf(decoded(before));
    if (layer >= 0) return { layer, map: Number(number) };
  }
  const layer = names.indexOf(decoded(text));
  return layer >= 0 ? { layer } : { unknown: decoded(text) };
}

/** Decodes an address. A percent sign that encodes nothing stays as it is. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
