import { type Html, paragraph, type StudySection, table } from '../kit/study-page.js';
import { ALIKE, type Judged, PARTLY, type RuleJudged, upperHalf } from './judge.js';
import { listed, number } from './words.js';

/** What was found, as far as all rules have it in common. */
export interface Common {
  readonly layers: number;
  /** Whether the layer lies above max pooling. */
  readonly hasSwitches: boolean;
}

/** The section that says what the figures mean for this network. */
export function verdictSection(judged: readonly RuleJudged[], common: Common): StudySection {
  const { layers, hasSwitches } = common;
  const withClasses = judged.some(({ classes }) => classes);
  const columns = [
    'rule',
    ...(layers > 1 ? [`random weights in the upper ${upperHalf(layers)} of ${layers} layers`] : []),
    layers > 1 ? `random weights in all ${layers} layers` : 'random weights in the only layer',
    ...(withClasses ? ['another class'] : []),
    'the edges of the picture',
    hasSwitches ? 'random weights, real switches and masks' : 'random weights, real masks',
    ...(hasSwitches ? ['random switches, real weights'] : []),
  ];
  const rows = judged.map((one): Html[] => [
    one.rule,
    ...(one.upperHalf ? [cell(one.upperHalf)] : []),
    cell(one.allRandom),
    ...(one.classes ? [cell(one.classes)] : []),
    cell(one.edges),
    cell(one.switchesAlone),
    ...(hasSwitches ? [cell(one.weightsAlone)] : []),
  ]);
  return {
    heading: 'What the figures mean for this network',
    html: [
      table(columns, rows, 'Is the projection still alike if this changes, or is it like this?'),
      ...judged.map((one) => paragraph(ruleText(one, common))),
      paragraph(
        `How to read the words. The number behind each word is a mean rank correlation on a scale from 0 to 1: 0 is that of an unrelated projection, 1 is that of two equal ones. An unrelated projection is of the same feature map at the same place, but from another picture and with random weights in all layers. We call projections alike if this number is ${ALIKE} or more, partly alike from ${PARTLY} on, and otherwise unlike. These limits are our choice. Of the rank correlation with signs and that without, the one counts that gives the greater number; for edges, which have no signs, only that without.`,
      ),
    ].join('\n'),
  };
}

/** What was found, in a sentence or two. */
export function summaryOf(judged: readonly RuleJudged[], layers: number): string {
  const weights = (one: RuleJudged): Judged => one.upperHalf ?? one.allRandom;
  const which = layers > 1 ? `the upper ${upperHalf(layers)} of ${layers} layers` : 'the only layer';
  const sentences = [
    ...byVerdict(judged, weights, {
      alike: `hardly change if ${which} get random weights, so they show little of what these layers have learned`,
      'partly alike': `change in part if ${which} get random weights`,
      unlike: `change into others if ${which} get random weights`,
    }),
    ...byVerdict(judged, ({ classes }) => classes, {
      alike: 'hardly differ between classes',
      'partly alike': 'differ in part between classes',
      unlike: 'differ between classes',
    }),
  ];
  return sentences.join(' ').replace(/the only layer get/g, 'the only layer gets') || 'nothing could be compared.';
}

/** One sentence for the rules that share a verdict. */
function byVerdict(
  judged: readonly RuleJudged[],
  of: (one: RuleJudged) => Judged | undefined,
  words: Readonly<Partial<Record<Judged['verdict'], string>>>,
): string[] {
  return Object.entries(words).flatMap(([verdict, what]) => {
    const rules = judged.filter((one) => of(one)?.verdict === verdict).map(({ rule }) => rule);
    return rules.length === 0 ? [] : [`Projections by ${listed(rules)} ${what}.`];
  });
}

function ruleText({ rule, ...one }: RuleJudged, { layers, hasSwitches }: Common): string {
  const sentences = [
    one.upperHalf
      ? `With random weights in the upper ${upperHalf(layers)} of ${layers} layers, the projections are ${inWords(one.upperHalf)} to the real ones; with random weights in all of them, ${inWords(one.allRandom)}.`
      : `With random weights in the only layer, the projections are ${inWords(one.allRandom)} to the real ones.`,
    CONCLUSIONS[(one.upperHalf ?? one.allRandom).verdict],
    one.classes && `Projections of different classes are ${inWords(one.classes)}. ${OF_CLASSES[one.classes.verdict]}`,
    hasSwitches
      ? `Owed to the way up alone (real switches${rule === 'deconvnet' ? '' : ' and masks'}, random weights): ${inWords(one.switchesAlone)}. Owed to the weights alone (random switches): ${inWords(one.weightsAlone)}.`
      : `There is no max pooling below this layer, so nothing is owed to switches.`,
    `To the edges of the picture, the projections are ${inWords(one.edges)}.`,
  ];
  return `${rule}: ${sentences.filter((sentence) => sentence).join(' ')}`;
}

/** What follows from the likeness under random weights, and between classes. It is no more than a hint. */
const CONCLUSIONS: Readonly<Record<Judged['verdict'], string>> = {
  alike:
    'So a projection by this rule shows little of what these layers have learned: the picture and the layers below make most of it.',
  'partly alike': 'So it depends on what these layers have learned, but only in part.',
  unlike: 'So it depends on what these layers have learned. This does not prove that it explains them well.',
  empty: 'The projections become empty, so they depend on these layers, but nothing can be compared.',
  unknown: 'This could not be measured.',
};
const OF_CLASSES: Readonly<Record<Judged['verdict'], string>> = {
  alike: 'They do not show why the network prefers one class.',
  'partly alike': 'They tell little about the difference between classes.',
  unlike: 'So they depend on the class.',
  empty: 'They are empty.',
  unknown: 'This could not be measured.',
};

function cell({ verdict, share }: Judged): Html {
  return share === null ? verdict : `${verdict} (${number(share)})`;
}

function inWords(judged: Judged): string {
  return judged.verdict === 'unknown' ? 'not comparable' : cell(judged);
}
