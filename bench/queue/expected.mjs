import { variedActivation } from './template.mjs';

/**
 * Compares a merged state with what it should be, which is computed here from the template without any miner.
 *
 * @param merged what `PatchMiner.toJSON` gave
 * @param every looks at each feature map, or at every n-th
 * @returns what differs, and how many feature maps were compared
 */
export function compareMerged(merged, { template, parts, idsOf, every }) {
  const differences = [];
  let compared = 0;
  const { layers, k } = template.header.state;
  const place = new Map(template.ids.map((id, i) => [id, i]));
  for (const [at, layer] of layers.entries()) {
    for (let map = 0; map < layer.maps.length; map += every) {
      const best = [];
      for (let part = 1; part <= parts; part++) {
        for (const [rank, entry] of layer.maps[map].entries()) {
          const activation = variedActivation(entry, { part, at, map, rank });
          if (best.length === k && activation < best.at(-1).activation) continue;
          best.push({ activation, id: idsOf(part)[place.get(entry.id)] });
          best.sort((a, b) => b.activation - a.activation || (a.id < b.id ? -1 : 1));
          best.length = Math.min(k, best.length);
        }
      }
      const statistics = layer.statistics[map];
      const expected = {
        best,
        fired: statistics.fired * parts,
        sum: String(BigInt(statistics.sum) * BigInt(parts)),
        maximum: best[0]?.activation ?? statistics.maximum,
      };
      const { fired, sum, maximum } = merged.layers[at].statistics[map];
      const found = {
        best: merged.layers[at].maps[map].map(({ activation, id }) => ({ activation, id })),
        ...{ fired, sum, maximum },
      };
      compared++;
      if (JSON.stringify(found) !== JSON.stringify(expected)) differences.push(`${layer.name} ${map}`);
    }
  }
  return { compared, differences };
}
