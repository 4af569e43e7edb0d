import type { EvolutionState } from '../evolution-state';
import type { Drawing } from '../protocol';
import type { EvolutionRequest } from '../protocol-evolution';
import type { State } from '../state';

/** What a person wants to follow. */
export interface FollowSettings {
  /** Feature maps of the library's layers, of the chosen layer, or the chosen feature map alone. */
  readonly what: 'layers' | 'layer' | 'map';
  /** How many feature maps of each layer are drawn. */
  readonly maps: number;
  readonly seed: number;
}

/** What the worker is asked, and what the page keeps beside its answers. */
export function evolutionOf(
  { checkpoints, openName, pictures, layer, featureMap }: State,
  { what, maps, seed }: FollowSettings,
  drawing: Drawing,
): readonly [EvolutionRequest, Omit<EvolutionState, 'start' | 'steps'>] {
  const isMap = what === 'map' && layer !== null && featureMap !== null;
  const files = checkpoints.map(({ name, files }) => ({ name, files }));
  return [
    {
      ...{ checkpoints: files, openName, pictures, seed, drawing },
      ...(what === 'layer' && layer !== null && { layers: [layer] }),
      maps: isMap ? { [layer]: [featureMap] } : maps,
    },
    {
      names: [...checkpoints.map(({ name }) => name), openName],
      pictures: pictures.length,
      drawn: isMap ? null : { maps, seed },
    },
  ];
}
