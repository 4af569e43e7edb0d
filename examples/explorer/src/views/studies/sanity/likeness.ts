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

/** What is said of each rule: `deconvnet: partly alike (0.40), guided: alike (0.81)`. */
export function verdicts(
  judged: readonly Judged[],
  kinds: readonly (keyof Likeness)[] = ['signed', 'absolute'],
): string {
  return judged.map((one) => `${one.rule}: ${verdictOf(one, kinds)}`).join(', ');
}

function verdictOf({ likeness, control }: Judged, kinds: readonly (keyof Likeness)[]): string {
  if (!likeness) return 'empty';
  const shares = kinds.map((kind) => {
    const level = control?.[kind].rankCorrelation ?? Number.NaN;
    return (likeness[kind].rankCorrelation - level) / (1 - level);
  });
  const share = Math.max(...shares.filter(Number.isFinite));
  if (!Number.isFinite(share)) return 'cannot be judged';
  return `${share >= ALIKE ? 'alike' : share >= PARTLY ? 'partly alike' : 'unlike'} (${figure(share)})`;
}

/** A figure with two digits and a real minus. A dash if there is none. */
export function figure(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  return value
    .toFixed(2)
    .replace(/^-0\.00$/, '0.00')
    .replace('-', '−');
}
