import type { Exploring } from '../actions/exploring';
import { byId } from '../element';
import type { State } from '../state';
import type { View } from '../store';
import { choices } from './choices';

/** The rule, why the page has chosen it, and how much the projections of the layer depend on the picture under it. */
export function showRule(exploring: Exploring): View {
  const facts = byId('rule-facts', HTMLElement);
  const reason = byId('rule-reason', HTMLElement);
  const chooseRule = choices('rule', { deconvnet: 'deconvnet', guided: 'guided', gradient: 'gradient' }, (rule) => {
    void exploring.chooseRule(rule);
  });
  return (state) => {
    chooseRule(state.rule);
    facts.textContent = describe(state);
    reason.hidden = state.isRuleChosen || state.rule === 'deconvnet';
    reason.textContent = reason.hidden
      ? ''
      : `The page has chosen the rule ${state.rule}. Under the rule deconvnet the projections of this network show its weights more than the picture. You can choose another rule.`;
  };
}

/** How much the projections of the chosen layer depend on the picture, in one sentence. */
function describe({ dependence, rule, layer }: State): string {
  const similarity = layer === null ? undefined : dependence[rule]?.[layer];
  if (similarity === undefined) return '';
  const under = `Under the rule ${rule}, the projections of this layer`;
  if (Number.isNaN(similarity)) return `${under} are zero for the pictures that were compared.`;
  if (similarity >= 0.995) return `${under} do not depend on the picture: they show only the weights of the network.`;
  return `${under} from different pictures have a similarity of ${similarity.toFixed(2)}. It is 1 if they do not depend on the picture, and about 0 if they have nothing in common.`;
}
