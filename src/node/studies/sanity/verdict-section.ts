import { type Html, paragraph, type StudySection, table } from '../kit/study-page.js';
import { ALIKE, greaterOf, type Judged, PARTLY, type RuleJudged } from './judge.js';
import { type Common, ruleText } from './verdict-text.js';
import { number } from './words.js';

/**
 * The section that says what the figures mean for this network.
 *
 * @param controlPicture from which picture the unrelated projections are, in words
 */
export function verdictSection(judged: readonly RuleJudged[], common: Common, controlPicture: string): StudySection {
  const { layers, upper, hasSwitches } = common;
  const withClasses = judged.some(({ classes }) => classes);
  const columns = [
    'rule',
    ...(upper === undefined ? [] : [`random weights in the upper ${upper} of ${layers} layers`]),
    layers > 1 ? `random weights in all ${layers} layers` : 'random weights in the only layer',
    ...(withClasses ? ['another class'] : []),
    hasSwitches ? 'random weights, but real switches and masks' : 'random weights, but real masks',
    ...(hasSwitches ? ['random switches, but real weights'] : []),
    'nothing but the edges of the picture',
  ];
  const rows = judged.map((one): Html[] => [
    one.rule,
    ...(one.upperHalf ? [cell(one.upperHalf)] : []),
    cell(one.allRandom),
    ...(one.classes ? [cell(one.classes)] : []),
    cell(one.switchesAlone),
    ...(hasSwitches ? [cell(one.weightsAlone)] : []),
    cell(one.edges),
  ]);
  return {
    heading: 'What the figures mean for this network',
    html: [
      table(columns, rows, 'How alike are the real projection and one with …'),
      paragraph(
        `The numbers stand on a scale: 0 is the mean rank correlation with an unrelated projection, and 1 is that of two equal ones. Below 0, projections are less alike than unrelated ones. An unrelated projection is of the same feature map at the same place, but from ${controlPicture} and with random weights in all layers. These weights are drawn for it alone. We call projections alike if the greater number of a cell is ${ALIKE} or more, partly alike from ${PARTLY} on, and otherwise unlike. These limits are our choice. “Absolute” leaves out the signs of a projection, and keeps where it is strong.`,
      ),
      ...judged.map((one) => `<h3>${one.rule}</h3>\n${paragraph(ruleText(one, common))}`),
    ].join('\n'),
  };
}

function cell(judged: Judged): Html {
  const { verdict, signed, absolute } = judged;
  if (greaterOf(judged) === null) return verdict;
  const numbers = [
    ...(signed === null ? [] : [`${number(signed)} with signs`]),
    ...(absolute === null ? [] : [`${number(absolute)} absolute`]),
  ];
  return `${verdict}<br><small>${numbers.join('<br>')}</small>`;
}
