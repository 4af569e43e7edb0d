import { type ConfigEntry, nameOf } from '../config-entry.js';

/**
 * Replaces three channels that are taken out of one tensor and stacked in the opposite order by `x[..., 2::-1]`. This is how
 * Keras 3 turns RGB into BGR for the networks of Caffe. The indices that took the channels out are left out with them.
 *
 * @param layers the layers of a functional model, without operations
 * @param outputs its outputs, in whatever form: an index that they name stays
 */
export function joinTurnedChannels(layers: readonly ConfigEntry[], outputs: unknown): readonly ConfigEntry[] {
  const byName = new Map(layers.map((entry) => [nameOf(entry), entry]));
  const taken = new Set<string>();
  const joined = layers.map((entry) => {
    if (entry.class_name !== 'StackOperation' || entry.config.axis !== -1) return entry;
    const calls = (entry as Connected).inbound_nodes ?? [];
    const sources = calls.map((places) => sourceOf(places, byName));
    if (sources.length === 0 || sources.includes(undefined)) return entry;
    for (const [name] of calls.flat()) taken.add(name);
    const config = { name: nameOf(entry), parts: [['rest'], ['slice', 2, null, -1]] };
    return { ...entry, class_name: 'SliceOperation', config, inbound_nodes: sources };
  });
  if (taken.size === 0) return layers;
  const read = JSON.stringify([joined.map((entry) => (entry as Connected).inbound_nodes), outputs]);
  return joined.filter((entry) => !taken.has(nameOf(entry)) || read.includes(JSON.stringify(nameOf(entry))));
}

/** The tensors that a layer reads in one of its calls. */
type Places = readonly (readonly [name: string, application: number, ...rest: unknown[]])[];

/** A layer that an operation has become. */
interface Connected extends ConfigEntry {
  readonly inbound_nodes?: readonly Places[];
}

/** What is taken apart, if the places are the third, the second and the first of its channels; undefined if they are not. */
function sourceOf(places: Places, byName: ReadonlyMap<string, ConfigEntry>): Places | undefined {
  const sources = places.map(([name, application], i) => {
    const { class_name, config, inbound_nodes } = (byName.get(name) ?? {}) as Partial<Connected>;
    const isChannel = JSON.stringify(config?.parts) === JSON.stringify([['rest'], ['index', 2 - i]]);
    return class_name === 'SliceOperation' && isChannel ? inbound_nodes?.[application] : undefined;
  });
  const [first] = sources;
  const isOne = sources.every((source) => source && JSON.stringify(source) === JSON.stringify(first));
  return places.length === 3 && isOne ? first : undefined;
}
