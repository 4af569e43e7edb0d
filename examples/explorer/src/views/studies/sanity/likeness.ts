import type { Likeness } from 'deconvnet/studies';

/** From which share on two projections are called alike, and partly alike. */
export const [ALIKE, PARTLY] = [0.7, 0.3];

/** A figure for how alike two projections are under one rule, and that of the control. */
export interface Judged {
  readonly rule: string;
  /** Null if one of the two is zero everywhere. */
  readonly likeness: Likeness | null;
  readonly control: Likeness | null;
}

type Kinds = readonly (keyof Likeness)[];

/** What is said of the rules: `alike by guided (0.81), and unlike by deconvnet (0.10) and gradient (0.02)`. */
export function verdicts(judged: readonly Judged[], kinds: Kinds = ['signed', 'absolute']): string {
  const said = judged.map((one) => ({ rule: one.rule, ...verdictOf(one, kinds) }));
  const words = ['alike', 'partly alike', 'unlike', 'empty', 'without a control'] as const;
  const groups = words.flatMap((word) => {
    const own = said.filter(({ verdict }) => verdict === word);
    const rules = own.map(({ rule, share }) => (share === null ? rule : `${rule} (${figure(share)})`));
    return own.length === 0 ? [] : [`${word} by ${listed(rules)}`];
  });
  return groups.length === 1 ? groups[0]! : `${groups.slice(0, -1).join(', ')}, and ${groups.at(-1)}`;
}

/** How much alike, from 0 (as the control) to 1 (equal). */
function verdictOf({ likeness, control }: Judged, kinds: Kinds): { verdict: string; share: number | null } {
  if (!likeness) return { verdict: 'empty', share: null };
  const shares = kinds.map((kind) => {
    const level = control?.[kind].rankCorrelation ?? Number.NaN;
    return (likeness[kind].rankCorrelation - level) / (1 - level);
  });
  const share = Math.max(...shares.filter(Number.isFinite));
  if (!Number.isFinite(share)) return { verdict: 'without a control', share: null };
  return { verdict: share >= ALIKE ? 'alike' : share >= PARTLY ? 'partly alike' : 'unlike', share };
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** A figure with two digits and a real minus. A dash if there is none. */
export function figure(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  return value
    .toFixed(2)
    .replace(/^-0\.00$/, '0.00')
    .replace('-', '−');
}
