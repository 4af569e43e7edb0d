import type { SwitchDependence } from 'deconvnet/studies';
import type { SanityControl } from '../../protocol-sanity';

type SwitchProjection = SwitchDependence['projections'][number];

/** What has random weights and random switches, by rule. */
export function controlOf(
  { projections }: SwitchDependence,
  likenessOf: (projection: SwitchProjection) => SanityControl[string],
): SanityControl {
  return Object.fromEntries(
    projections.filter(({ random }) => random === 'both').map((one) => [one.rule, likenessOf(one)]),
  );
}
