import { describeValue } from '../errors/check-options.js';
import { DeconvnetError } from '../errors/deconvnet-error.js';
import { spreadPooling } from './pooling/max-pooling.js';
import { rectifyMirrors } from './rectify/rectify.js';
import type { FilterMirror, RectifyMirror, Roles, UnpoolMirror } from './roles.js';

/**
 * What a gate of a Multiply layer is on the way down: a constant at its recorded value, or a factor that gets the signal
 * like the others.
 */
export type GateRole = 'constant' | 'signal';

/** A preset of the three roles. Projections carry its name. */
export interface Rule extends Roles {
  readonly name: string;
  /** What gates are. Default: `signal` if `rectify` is `rectifyMirrors.gradient`, otherwise `constant`. */
  readonly gates?: GateRole;
}

/** The rules by name: the paper's, guided backpropagation, and the plain gradient. */
export type RuleName = 'deconvnet' | 'guided' | 'gradient';

/** How the way down works: a rule, and the roles that replace those of the rule. */
export interface RuleOptions {
  /** `deconvnet` (default), `guided`, `gradient`, or a rule of your own. */
  readonly rule?: RuleName | Rule;
  /** The mirror of max pooling: `switches` (default), `spread` (evenly, without switches), or your own. */
  readonly unpool?: 'switches' | 'spread' | UnpoolMirror;
  /** The mirror of nonlinearities: `relu` (default), `guided`, `gradient`, `none`, or your own. */
  readonly rectify?: keyof typeof rectifyMirrors | RectifyMirror;
  /** The mirror of linear layers: `transpose` (default), or your own. */
  readonly filter?: 'transpose' | FilterMirror;
}

const switches: UnpoolMirror = (_, builtIn) => builtIn;
const spread: UnpoolMirror = spreadPooling;
const transpose: FilterMirror = (_, builtIn) => builtIn;

const RULES: Readonly<Record<RuleName, Rule>> = {
  deconvnet: { name: 'deconvnet', unpool: switches, rectify: rectifyMirrors.relu, filter: transpose },
  guided: { name: 'guided', unpool: switches, rectify: rectifyMirrors.guided, filter: transpose },
  gradient: {
    name: 'gradient',
    unpool: switches,
    rectify: rectifyMirrors.gradient,
    filter: transpose,
    gates: 'signal',
  },
};

/** The names of the rules of the library. */
export const ruleNames = Object.keys(RULES) as readonly RuleName[];

/**
 * The rule that options ask for.
 *
 * @throws DeconvnetError `invalid-option` for a name that does not exist.
 */
export function resolveRule({ rule = 'deconvnet', unpool, rectify, filter }: RuleOptions): Rule {
  const base = named('rule', rule, RULES, 'object');
  const missing = (['unpool', 'rectify', 'filter'] as const).find((role) => typeof base[role] !== 'function');
  if (missing) {
    throw new DeconvnetError(
      'invalid-option',
      `A rule is { name, unpool, rectify, filter } with three functions; in this one ${missing} is ${describeValue(base[missing])}.`,
    );
  }
  const replaced = [unpool, rectify, filter].some((role) => role !== undefined);
  const rectifier = rectify === undefined ? base.rectify : named('rectify mirror', rectify, rectifyMirrors, 'function');
  return {
    name: replaced ? `${base.name}, changed` : base.name,
    unpool: unpool === undefined ? base.unpool : named('unpool mirror', unpool, { switches, spread }, 'function'),
    rectify: rectifier,
    filter: filter === undefined ? base.filter : named('filter mirror', filter, { transpose }, 'function'),
    gates: base.gates ?? (rectifier === rectifyMirrors.gradient ? 'signal' : 'constant'),
  };
}

function named<Value>(
  what: string,
  value: string | Value,
  known: Readonly<Record<string, Value>>,
  own: 'object' | 'function',
): Value {
  if (typeof value === own && value !== null) return value as Value;
  if (typeof value === 'string' && Object.hasOwn(known, value)) return known[value]!;
  const given = typeof value === 'string' ? `'${value}'` : `that is ${describeValue(value)}`;
  throw new DeconvnetError(
    'invalid-option',
    `There is no ${what} ${given}. Options: ${Object.keys(known).join(', ')}, or one of your own, ${own === 'object' ? 'an object' : 'a function'}.`,
  );
}
