import { counted, numberText } from './words.js';

/** The strongest activation of a feature map; undefined if it never fired. */
export function strengthOf({ stats, patches }) {
  return patches[0]?.[2] ?? stats?.[2];
}

function strengthText(map) {
  const strength = strengthOf(map);
  return strength === undefined || kindOf(map) === 'silent' ? undefined : numberText(strength);
}

/** What kind of feature map it is: `fired`, `silent` if it never fired, or `constant` if no patches are shown because of that. */
export function kindOf({ patches, stats }) {
  if (stats?.[3] === 2) return 'constant';
  return patches.length === 0 ? 'silent' : 'fired';
}

/** How many patches of a feature map belong to each class, by the number of the label. */
export function labelCounts({ patches }) {
  const counts = new Map();
  for (const [, label] of patches) if (label >= 0) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

/**
 * The orders in which the feature maps of a layer can be shown. Each has a value by which they fall, and a text for what a
 * card shows.
 */
export const ORDERS = {
  number: { words: 'Number', of: ({ n }) => -n, shown: strengthText },
  strength: {
    words: 'Strongest activation',
    of: (map) => strengthOf(map) ?? Number.NEGATIVE_INFINITY,
    shown: strengthText,
  },
  share: { words: 'Firing share', of: ({ stats }) => stats?.[0] ?? -1, shown: strengthText },
  selectivity: {
    words: 'Class selectivity',
    of: ({ best }) => best?.[2] ?? -2,
    shown: ({ best }) => best && `selectivity ${best[2].toFixed(2)}`,
  },
};

/** The value by which a feature map is ordered. Its number is the only value of a constant one that means anything. */
function valueIn(order, map) {
  return kindOf(map) === 'constant' && order !== 'number' ? Number.NEGATIVE_INFINITY : ORDERS[order].of(map);
}

/** The orders that a layer has the data for. */
export function ordersOf({ maps }) {
  const known = { share: maps.some(({ stats }) => stats), selectivity: maps.some(({ best }) => best) };
  return Object.keys(ORDERS).filter((name) => known[name] ?? true);
}

/** The numbers of the labels whose name matches a text: the label with exactly this name, or else those that contain it. */
export function matchingLabels(labels, text) {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return undefined;
  const names = labels.map((label) => label.toLowerCase());
  const exact = names.indexOf(wanted);
  const numbers = exact >= 0 ? [exact] : [...names.keys()].filter((i) => names[i].includes(wanted));
  return new Set(numbers);
}

/**
 * The feature maps of a layer, filtered and in order. If a class is wanted, those with most patches of it come first.
 *
 * @param choice `order`; `show`: all, fired, silent or constant; `label`: the text of the class filter
 */
export function arrange({ maps, labels }, { order, show, label }) {
  const wanted = matchingLabels(labels, label);
  const count = (map) => map.patches.reduce((sum, [, own]) => sum + (wanted.has(own) ? 1 : 0), 0);
  const shown = maps
    .filter((map) => show === 'all' || kindOf(map) === show)
    .map((map) => ({ map, value: valueIn(order, map), patches: wanted ? count(map) : 0 }))
    .filter(({ patches }) => !wanted || patches > 0);
  shown.sort((a, b) => b.patches - a.patches || b.value - a.value || a.map.n - b.map.n);
  return shown.map(({ map }) => map);
}

/** What is shown of a layer, in words. */
export function arrangedText(shown, { maps }, { label }) {
  const all = shown.length === maps.length ? counted(maps.length, 'feature map') : undefined;
  const some = all ?? `${shown.length} of ${counted(maps.length, 'feature map')}`;
  return label.trim() === '' ? some : `${some} with patches of this class, those with most of them first`;
}
