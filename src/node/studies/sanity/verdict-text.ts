import { greaterOf, type Judged, type RuleJudged } from './judge.js';
import { listed, number } from './words.js';

/** What all rules have in common. */
export interface Common {
  /** How many layers become random. */
  readonly layers: number;
  /** How many of them are the upper half. Undefined if there is only one. */
  readonly upper: number | undefined;
  /** Whether the layer lies above max pooling. */
  readonly hasSwitches: boolean;
}

type Words = Readonly<Partial<Record<Judged['verdict'], string>>>;

/** What follows from likeness. Nothing here is more than a hint. */
const OF_WEIGHTS: Words = {
  alike:
    'So a projection by this rule shows little of what these layers have learned. The picture and the layers below make most of it.',
  'partly alike': 'So it depends on what these layers have learned, but only in part.',
  unlike: 'So it depends on what these layers have learned. This does not prove that it explains them well.',
  empty: 'So it depends on these layers, but the random network leaves nothing to compare.',
};
const OF_CLASSES: Words = {
  alike: 'So they do not show why the network prefers one class.',
  'partly alike': 'So they tell classes apart only in part.',
  unlike: 'So they depend on the class.',
};
const OF_THE_WAY_UP: Words = {
  alike: 'so most of it is owed to the way up, and not to the weights',
  'partly alike': 'so a part of it is owed to the way up alone',
  unlike: 'so little of it is owed to the way up alone',
};
const OF_SWITCHES: Words = {
  alike: 'so it hardly needs the real switches',
  'partly alike': 'so it needs the real switches in part',
  unlike: 'so without the real switches little of it is left',
};
const OF_EDGES: Words = {
  alike: 'An edge detector would have shown much the same.',
  'partly alike': 'An edge detector would have shown a part of it.',
  unlike: 'It is more, or something else, than the edges of the picture.',
};

/** What was found under one rule, in a few sentences. */
export function ruleText({ rule, ...one }: RuleJudged, { layers, upper, hasSwitches }: Common): string {
  const records = [...(hasSwitches ? ['switches'] : []), ...(rule === 'deconvnet' ? [] : ['masks'])];
  const recorded = records.length === 0 ? '' : ` but the real ${listed(records)}`;
  return [
    one.upperHalf
      ? `With random weights in the upper ${upper} of ${layers} layers, the projection and the real one are ${inWords(one.upperHalf)}. ${OF_WEIGHTS[one.upperHalf.verdict] ?? ''} With random weights in all ${layers} layers, they are ${inWords(one.allRandom)}.`
      : `With random weights in the only layer, the projection and the real one are ${inWords(one.allRandom)}. ${OF_WEIGHTS[one.allRandom.verdict] ?? ''}`,
    one.classes &&
      `Projections of different classes are ${inWords(one.classes)}. ${OF_CLASSES[one.classes.verdict] ?? ''}`,
    recorded &&
      `With random weights in all layers${recorded}, they are ${sentence(one.switchesAlone, OF_THE_WAY_UP)}${hasSwitches ? `; with random switches but the real weights, ${sentence(one.weightsAlone, OF_SWITCHES)}` : ''}.`,
    `The projection and the edges of the picture are ${inWords(one.edges)}. ${OF_EDGES[one.edges.verdict] ?? ''}`,
  ]
    .flatMap((text) => (text ? [text.trim()] : []))
    .join(' ');
}

/** What was found, in a sentence or two. */
export function summaryOf(judged: readonly RuleJudged[], { layers, upper }: Common): string {
  const which = upper !== undefined ? `the upper ${upper} of ${layers} layers` : 'the only layer';
  const weights = byVerdict(judged, (one) => one.upperHalf ?? one.allRandom, {
    alike: 'hardly change, so they show little of what was learned there',
    'partly alike': 'change in part',
    unlike: 'become different',
    empty: 'become empty',
  });
  const classes = byVerdict(judged, (one) => one.classes, {
    alike: 'hardly differ',
    'partly alike': 'differ in part',
    unlike: 'differ',
  });
  const sentences = [
    ...(weights === '' ? [] : [`When ${which} ${(upper ?? 1) === 1 ? 'gets' : 'get'} random weights, ${weights}.`]),
    ...(classes === '' ? [] : [`Between classes, ${classes}.`]),
  ];
  return sentences.join(' ') || 'Nothing could be compared.';
}

/** The rules that share a verdict, and what it says of them. */
function byVerdict(judged: readonly RuleJudged[], of: (one: RuleJudged) => Judged | undefined, words: Words): string {
  return Object.entries(words)
    .flatMap(([verdict, what]) => {
      const rules = judged.filter((one) => of(one)?.verdict === verdict).map(({ rule }) => rule);
      return rules.length === 0 ? [] : [`${listed(rules)} ${what}`];
    })
    .map((text, i) => `${i === 0 ? 'projections' : 'those'} by ${text}`)
    .join('; ');
}

function sentence(judged: Judged, words: Words): string {
  const what = words[judged.verdict];
  return what === undefined ? inWords(judged) : `${inWords(judged)}, ${what}`;
}

function inWords(judged: Judged): string {
  if (judged.verdict === 'empty') return 'not comparable, since all projections are empty';
  const share = greaterOf(judged);
  return share === null ? 'not comparable' : `${judged.verdict} (${number(share)})`;
}
