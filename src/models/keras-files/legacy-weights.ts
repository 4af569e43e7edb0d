import type { H5File } from '../h5/h5-file.js';
import { type H5Weight, h5Weight } from '../h5/h5-values.js';
import { type ConfigEntry, layersOf, nameOf } from '../keras/config-entry.js';
import { weightNames } from '../keras/repair-weights.js';
import { spectralStateOf } from '../keras/unwrapped.js';
import { type WeightOwner, weightOwners } from '../keras/weight-owners.js';
import type { NamedWeight } from './keras-file.js';

/**
 * Finds the weights of a model in the form of `.h5` files: the attributes `layer_names` and `weight_names` list the
 * groups and the data sets.
 *
 * @param root the group with the layers: `/model_weights` of a whole model, `/` of weights alone
 * @throws DeconvnetError `model-unreadable`.
 */
export function legacyWeights(file: H5File, root: string, topology: ConfigEntry): NamedWeight[] {
  const isSpectralState = spectralStateOf(topology);
  const layers = new Map(layersOf(topology).map((layer) => [nameOf(layer), layer]));
  return list(file, root || '/', 'layer_names').flatMap((name) => {
    const group = `${root}/${name}`;
    if (file.kindOf(group) !== 'group')
      throw file.fault(group, "is named by the attribute 'layer_names' and is missing");
    const names = list(file, group, 'weight_names').filter((weight) => !isSpectralState(weight));
    const stored = names.map((weight) => ({
      name: weight,
      weight: h5Weight(file, `${group}/${weight}`),
    }));
    return named(name, stored, layers.get(name));
  });
}

/** Whether an HDF5 file has weights in this form at its root. */
export function hasLegacyWeights(file: H5File): boolean {
  return list(file, '/', 'layer_names').length > 0;
}

/** An attribute that is a list of names. A list that is too long for one attribute is divided: `layer_names0`, `layer_names1` ... */
function list(file: H5File, path: string, name: string): readonly string[] {
  const whole = file.text(path, name);
  if (whole !== undefined) return [whole].flat();
  const parts: string[] = [];
  for (let i = 0; ; i++) {
    const part = file.text(path, `${name}${i}`);
    if (part === undefined) return parts;
    parts.push(...[part].flat());
  }
}

/**
 * Names the weights of one layer, which may be a model or have a layer inside. If their names do not say which weight of
 * which layer they are, their order does.
 */
function named(
  layer: string,
  stored: readonly { readonly name: string; readonly weight: H5Weight }[],
  entry: ConfigEntry | undefined,
): NamedWeight[] {
  if (!entry) return stored.map(({ name, weight }) => ({ name: `${layer}/${name}`, weight }));
  const owners = weightOwners({ class_name: 'Functional', config: { layers: [entry] } });
  const names = stored.map(({ name }) => nameIn(name, owners));
  const clear = names.every((name) => name !== undefined) && new Set(names).size === names.length;
  return stored.map(({ weight }, i) => ({ name: clear ? names[i]! : `${layer}/${i}`, weight }));
}

/**
 * The layers that a way may mean. A way has names of enclosing models (Sequential) or not (functional), so of layers of the
 * same name it means the one with most names on the way, and then the one with fewest beside it.
 */
function closest(owners: readonly WeightOwner[], way: readonly string[]): WeightOwner[] {
  const score = ({ names }: WeightOwner): number => {
    let at = way.length;
    let on = 0;
    for (const name of [...names].reverse()) {
      const found = way.lastIndexOf(name, at - 1);
      if (found < 0 || at === 0) continue;
      at = found;
      on++;
    }
    return on * 1000 - names.length;
  };
  const own = owners.filter(({ names }) => way.includes(names.at(-1)!));
  if (own.length < 2) return own;
  const best = Math.max(...own.map(score));
  return own.filter((one) => score(one) === best);
}

/** The name that a weight has in the model, if the name in the file says whose it is: `block/conv/kernel:0`. */
function nameIn(stored: string, owners: readonly WeightOwner[]): string | undefined {
  const parts = stored.replace(/:0$/, '').split('/');
  const last = parts.at(-1)!;
  const way = parts.slice(0, -1);
  const found = owners.length === 1 ? owners : closest(owners, way);
  if (found.length !== 1) return undefined;
  const [{ entry, scope }] = found as [WeightOwner];
  const known = weightNames(entry);
  // Of a class of the user only the file says how its weights are called.
  if (known.length === 0 && owners.length > 1) return `${scope}/${last}`;
  // The only weight of a layer may have no name of its own, as in the LayerScale of ConvNeXt.
  if (known.length === 1 && /^variable(_\d+)?$/i.test(last)) return `${scope}/${known[0]}`;
  const name = known.includes(last) ? last : known.find((one) => one.endsWith(`_${last}`) && last === 'kernel');
  return name === undefined ? undefined : `${scope}/${name}`;
}
