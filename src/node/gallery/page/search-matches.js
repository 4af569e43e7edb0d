/** How many results each group shows. */
const MOST = 10;
/** How many classes, and how many pictures, have a group of their own. */
const GROUPS = 4;

/**
 * What fits a text: layers, feature maps by number, classes and pictures.
 *
 * @param names the names of the layers
 * @param index the search index, or undefined until it is loaded
 * @param here the index of the layer that is open, whose feature maps come first
 * @returns groups of results, `{ title, total, results: [{ layer, map?, name?, words? }] }`, without empty ones
 */
export function findMatches(text, names, index, here) {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return [];
  const words = wanted.split(/\s+/);
  const hasAll = (name) => words.every((word) => name.toLowerCase().includes(word));
  const layers = [...names.keys()].filter((layer) => hasAll(names[layer]));
  const groups = [
    group(
      'Layers',
      layers.map((layer) => ({ layer })),
    ),
  ];
  if (index) {
    const about = new Finder(names, index);
    groups.push(about.numbers(wanted, here), ...about.classes(hasAll), ...about.pictures(hasAll));
  }
  return groups.filter(({ total }) => total > 0);
}

class Finder {
  #names;
  #index;

  constructor(names, index) {
    this.#names = names;
    this.#index = index;
  }

  /** Feature maps by their number, after a part of a layer's name or alone, or by the class that they stand for. */
  numbers(wanted, here) {
    const found = [];
    const [, before, digits] = /^(.*?)[\s/#:]*(?:map\s*)?(\d+)$/.exec(wanted) ?? [];
    const number = Number(digits);
    const order = [...this.#names.keys()].sort((a, b) => Number(b === here) - Number(a === here) || a - b);
    for (const layer of order) {
      const { maps, silent, constant, names } = this.#index.layers[layer];
      const layerFits = digits !== undefined && fits(this.#names[layer].toLowerCase(), before);
      if (layerFits && maps.includes(number)) found.push({ layer, map: number });
      if (layerFits && silent.includes(number)) found.push({ layer, map: number, words: 'never fired' });
      if (layerFits && constant?.includes(number)) found.push({ layer, map: number, words: 'constant' });
      for (const [i, name] of (names ?? []).entries()) {
        if (name.toLowerCase().includes(wanted)) found.push({ layer, map: maps[i], words: name });
      }
    }
    return group('Feature maps', found);
  }

  /** For each class that fits, the feature maps with most patches of it. */
  classes(fitsText) {
    const { labels, labelOf, layers } = this.#index;
    const wanted = new Map([...labels.keys()].filter((label) => fitsText(labels[label])).map((label) => [label, []]));
    if (wanted.size === 0) return [];
    for (const [layer, { maps, lists }] of layers.entries()) {
      for (const [i, list] of lists.entries()) {
        const counts = new Map();
        for (const id of list) {
          const label = labelOf[id];
          if (wanted.has(label)) counts.set(label, (counts.get(label) ?? 0) + 1);
        }
        for (const [label, count] of counts) {
          wanted.get(label).push({ layer, map: maps[i], count, of: list.length, words: `${count} of ${list.length}` });
        }
      }
    }
    return [...wanted]
      .sort(([a], [b]) => labels[a].length - labels[b].length)
      .slice(0, GROUPS)
      .map(([label, found]) => {
        found.sort((a, b) => b.count - a.count || a.of - b.of || b.layer - a.layer || a.map - b.map);
        return group('Class', found, labels[label]);
      });
  }

  /** For each picture that fits, the feature maps that have it among their strongest. */
  pictures(fitsText) {
    const { ids, layers } = this.#index;
    const wanted = new Map(
      [...ids.keys()]
        .filter((id) => fitsText(ids[id]))
        .slice(0, GROUPS)
        .map((id) => [id, []]),
    );
    if (wanted.size === 0) return [];
    for (const [layer, { maps, lists }] of layers.entries()) {
      for (const [i, list] of lists.entries()) {
        for (const [rank, id] of list.entries()) {
          wanted.get(id)?.push({ layer, map: maps[i], rank, words: `rank ${rank + 1}` });
        }
      }
    }
    return [...wanted].map(([id, found]) => {
      found.sort((a, b) => a.rank - b.rank || b.layer - a.layer || a.map - b.map);
      return group('Picture', found, ids[id]);
    });
  }
}

/** Whether all parts of a text, as a person types the name of a layer, occur in the name. */
function fits(name, text) {
  return text
    .split(/\s+/)
    .filter((part) => part !== '' && part !== 'map')
    .every((part) => name.includes(part));
}

function group(title, results, name) {
  return { title, name, total: results.length, results: results.slice(0, MOST) };
}
