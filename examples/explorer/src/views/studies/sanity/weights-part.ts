import { plotCurves } from 'deconvnet/plots';
import type { LikenessFigures } from 'deconvnet/studies';
import { element } from '../../../element';
import type { SanityDrawing, SanityHead, SanityStep } from '../../../protocol-sanity';
import { PlotFrame } from '../plot-frame';
import { figuresTable } from './figures-table';
import { figure, verdicts } from './likeness';
import { ProjectionTable } from './projection-table';
import { sectionOf } from './section-of';

/** Part (a): projections from networks that are random from the top down. It is filled step by step. */
export class WeightsPart {
  readonly element: HTMLElement;
  readonly #head: SanityHead;
  readonly #table: ProjectionTable;
  #filled = 0;

  constructor(head: SanityHead) {
    this.#head = head;
    const { rules, planned, layers, box, layer, control } = head;
    const columns = planned.map(({ random, downTo }) => `${random} of ${layers} random, down to ${downTo}`);
    const name = 'Projections with random weights';
    this.#table = new ProjectionTable(name, rules, ['untouched', ...columns, 'control'], box);
    for (const one of control) this.#fill(1 + planned.length, one, 'the control');
    this.element = sectionOf(
      '(a) Random weights from the top down',
      `${layer} gets random weights, then also the layer below it, and so on, down to the pixels${planned.length < layers ? `: ${planned.length} of ${layers} steps, spread evenly` : ''}. At each step, the same activation is projected by each rule, and the signal starts as 1. Below each picture is its rank correlation with the untouched one, signs included. Grey is zero, and each picture has its own scale.`,
      this.#table.element,
    );
  }

  /** Shows the steps that are there. When the last one is there, the curves and the words follow. */
  show(steps: readonly SanityStep[]): void {
    const { planned, layers } = this.#head;
    for (const { random, projections } of steps.slice(this.#filled)) {
      const column = random === 0 ? 0 : 1 + planned.findIndex((step) => step.random === random);
      const what = random === 0 ? 'the untouched network' : `${random} of ${layers} layers random`;
      for (const one of projections) this.#fill(column, one, what, random === 0);
    }
    const isComplete = steps.length === planned.length + 1;
    if (isComplete && this.#filled < steps.length) {
      this.element.append(this.#curves(steps), this.#figures(steps), element('p', {}, this.#words(steps)));
    }
    this.#filled = steps.length;
  }

  #fill(column: number, { rule, drawn, likeness }: SanityDrawing, what: string, isOwn = false): void {
    const found = likeness ? figure(likeness.signed.rankCorrelation) : '–';
    const name = `Projection by ${rule}, ${what}${isOwn ? '' : `: rank correlation ${found}`}`;
    this.#table.fill(rule, column, { drawn, name, figure: isOwn ? 'itself' : found });
  }

  #curves(steps: readonly SanityStep[]): HTMLElement {
    const kinds = (['rankCorrelation', 'structuralSimilarity'] as const).flatMap((of) =>
      (['signed', 'absolute'] as const).map((kind) => ({ of, kind })),
    );
    const plots = kinds.map(({ of, kind }) => {
      const y = `${of === 'rankCorrelation' ? 'rank correlation' : 'SSIM'}, ${kind === 'signed' ? 'with signs' : 'absolute'}`;
      const curves = this.#head.rules.map((rule) => ({
        name: rule,
        points: steps.map(({ random, projections }) => {
          const own = projections.find((one) => one.rule === rule)?.likeness?.[kind];
          return [random, own?.[of satisfies keyof LikenessFigures] ?? Number.NaN] as const;
        }),
      }));
      const least = Math.min(
        0,
        ...curves.flatMap(({ points }) => points.map(([, value]) => value)).filter(Number.isFinite),
      );
      const frame = element('div', {
        className: 'plot',
        role: 'img',
        ariaLabel: `${y}, for each number of random layers`,
      });
      const ticks = steps.map(({ random }) => random);
      new PlotFrame(frame).show((width) =>
        plotCurves(curves, { x: 'random layers', y, domain: [least, 1], ticks, height: 210, width }),
      );
      return frame;
    });
    return element('div', { className: 'curves' }, ...plots);
  }

  #figures(steps: readonly SanityStep[]): HTMLElement {
    const { rules, layers } = this.#head;
    return figuresTable(
      rules.map((rule) => ({
        rule,
        rows: [
          ...steps
            .slice(1)
            .map(
              ({ random, projections }) => [`${random} of ${layers} random`, likenessBy(projections, rule)] as const,
            ),
          ['control', likenessBy(this.#head.control, rule)] as const,
        ],
      })),
      false,
    );
  }

  #words(steps: readonly SanityStep[]): string {
    const { rules, layers, control } = this.#head;
    const judged = ({ projections }: SanityStep): string =>
      verdicts(
        rules.map((rule) => ({
          ...{ rule, likeness: likenessBy(projections, rule), control: likenessBy(control, rule) },
        })),
      );
    const away = ({ random }: SanityStep): number => Math.abs(random - Math.ceil(layers / 2));
    const inner = steps.slice(1, -1).sort((one, other) => away(one) - away(other));
    const upper = inner[0];
    return [
      upper &&
        `In this network, with random weights in the ${upper.random === 1 ? 'uppermost' : `upper ${upper.random}`} of ${layers} layers, the projections and the untouched ones are ${judged(upper)}.`,
      `${upper ? 'With' : 'In this network, with'} random weights in ${layers === 1 ? 'the only layer' : `all ${layers} layers`}, ${upper ? 'they' : 'the projections and the untouched ones'} are ${judged(steps.at(-1)!)}.`,
      'A projection that stays alike shows little of what these layers have learned.',
      'One that changes depends on it, but need not explain it well.',
      'These are one activation and one draw of random weights. Another seed, another picture and another feature map give other figures.',
    ]
      .filter(Boolean)
      .join(' ');
  }
}

/** How alike the projection by a rule is. */
export function likenessBy(
  projections: readonly Pick<SanityDrawing, 'rule' | 'likeness'>[],
  rule: string,
): SanityDrawing['likeness'] {
  return projections.find((one) => one.rule === rule)?.likeness ?? null;
}
