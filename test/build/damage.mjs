// Damages of a topology, by kind. Each takes a topology that it may change, and a source of random numbers.

const pick = (list, random) => list[Math.floor(random() * list.length)];

/** Every place in a value: what holds it, and its key there. */
function places(value, found = []) {
  if (typeof value !== 'object' || value === null) return found;
  for (const key of Object.keys(value)) {
    found.push({ holder: value, key, value: value[key] });
    places(value[key], found);
  }
  return found;
}

/** References to layers: [name, application, tensor, ...]. */
const references = (topology) =>
  places(topology).filter(
    ({ value }) => Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'number',
  );

const layers = (topology) => places(topology).filter(({ value }) => value?.class_name && value?.config?.name);

export const DAMAGES = {
  drop(topology, random) {
    const { holder, key } = pick(places(topology), random);
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  },
  rename(topology, random) {
    const { holder, key, value } = pick(
      places(topology).filter(({ value }) => typeof value === 'string'),
      random,
    );
    holder[key] = pick(['', `${value}_1`, 'nothing', value.toUpperCase(), '__proto__', 'constructor'], random);
  },
  retarget(topology, random) {
    const name = pick(layers(topology), random).value.config.name;
    const reference = pick(references(topology), random);
    // A chain has no references: one of its layers takes the place of another.
    if (reference) reference.value[0] = name;
    else topology.config.layers.push(...topology.config.layers.splice(Math.floor(random() * 4), 1));
  },
  renumber(topology, random) {
    const { holder, key, value } = pick(
      places(topology).filter(({ value }) => typeof value === 'number'),
      random,
    );
    holder[key] = pick([value + 1, value - 1, 0, -1, 0.5, 7, 1e6, 1e12, -value], random);
  },
  unbracket(topology, random) {
    const { holder, key, value } = pick(
      places(topology).filter(({ value }) => Array.isArray(value)),
      random,
    );
    if (random() < 0.3) holder[key] = [value];
    else if (Array.isArray(holder) && random() < 0.5) holder.splice(Number(key), 1, ...value);
    else holder[key] = value[0];
  },
  retype(topology, random) {
    const { holder, key, value } = pick(places(topology), random);
    holder[key] = pick([null, true, 3, 'text', [], {}, [value], { value }, String(value), [null]], random);
  },
};
