import { element, shape } from './elements.js';
import { counted, numberText } from './words.js';

/** More bars than this are joined by fours, so that each bar is a whole step from one power of two to the next. */
const MOST_BARS = 48;
const HEIGHT = 72;
const BAR = 8;

/** The lower bound of a bin. There are four bins of equal width from each power of two to the next. */
function boundOf(bin) {
  const exponent = Math.floor(bin / 4);
  return (1 + (bin - 4 * exponent) / 4) * 2 ** exponent;
}

/** The bars of a histogram, in rising order: their bounds, and how many pictures they count. */
function barsOf([, first, counts]) {
  const bins = counts.map((count, i) => ({ bin: first + i, count }));
  if (bins.length <= MOST_BARS) {
    return bins.map(({ bin, count }) => ({ from: boundOf(bin), to: boundOf(bin + 1), count }));
  }
  const joined = new Map();
  for (const { bin, count } of bins) {
    const octave = Math.floor(bin / 4);
    joined.set(octave, (joined.get(octave) ?? 0) + count);
  }
  return [...joined].map(([octave, count]) => ({ from: 2 ** octave, to: 2 ** (octave + 1), count }));
}

/** How the strongest activations of the pictures are distributed, as bars and in words. */
export function histogram(bins, pictures) {
  const bars = barsOf(bins);
  const [notAbove] = bins;
  const most = Math.max(notAbove, ...bars.map(({ count }) => count), 1);
  const list = bars.filter(({ count }) => count > 0);
  const words = [
    `${counted(notAbove, 'picture')} at 0 or below`,
    ...list.map(({ from, to, count }) => `${count} from ${numberText(from)} to ${numberText(to)}`),
  ].join(', ');
  const rect = (x, count, className) => {
    const height = (HEIGHT * count) / most;
    return shape('rect', { x, y: HEIGHT - height, width: BAR - 1, height, class: className });
  };
  const left = 2 * BAR;
  const width = left + bars.length * BAR;
  const drawing = shape(
    'svg',
    {
      ...{ class: 'bars', viewBox: `0 0 ${width} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img' },
      'aria-label': `The strongest activation of each picture: ${words}.`,
    },
    ...(notAbove > 0 ? [rect(0, notAbove, 'silent')] : []),
    ...bars.map(({ count }, i) => rect(left + i * BAR, count, 'fired')),
  );
  const ends = list.length > 0 ? [numberText(bars[0].from), numberText(bars.at(-1).to)] : ['', ''];
  const axis = element(
    'div',
    { className: 'axis', 'aria-hidden': 'true' },
    element('span', {}, notAbove > 0 ? '≤ 0' : ''),
    element('span', {}, ends[0]),
    element('span', {}, ends[1]),
  );
  axis.style.setProperty('--left', `${(100 * left) / width}%`);
  const text = `The bars count the ${counted(pictures, 'picture')} by their strongest activation, on a logarithmic scale. The highest bar counts ${most}.`;
  return [drawing, axis, element('p', { className: 'note' }, text)];
}
