// How much contrast drawings of projections have, and what is clipped in them.
//
//   npm run build && node bench/contrast.mjs MODEL IMAGES LAYER [LAYER ...] [--maps 20] [--limit 200]
//
// For each layer, the nine strongest patches of some feature maps are found, projected, and drawn in tiles of 96 pixels on
// one scale per feature map, with the largest value as the scale and with the default. The root-mean-square contrast is the
// deviation of the levels from mid-grey (128), over all pixels and colours: as a share of 255, and as a share of the 127
// levels between mid-grey and black or white. The clipped share is that of the values that are drawn and not zero.
import { parseArgs } from 'node:util';
import { Deconvnet, PatchMiner, renderProjections } from 'deconvnet';
import { loadModel, readPictures, useBackend } from 'deconvnet/node';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { maps: { type: 'string', default: '20' }, limit: { type: 'string', default: '200' } },
});
const [path, images, ...layers] = positionals;
await useBackend('wasm');
const deconvnet = new Deconvnet(await loadModel(path));
const mapsOf = (layer) => {
  const count = deconvnet.layers.find(({ name }) => name === layer).featureMaps;
  const wanted = Math.min(count, Number(values.maps));
  return Array.from({ length: wanted }, (_, i) => Math.floor((i * count) / wanted));
};
const featureMaps = Object.fromEntries(layers.map((layer) => [layer, mapsOf(layer)]));
const miner = new PatchMiner(deconvnet, { layers, featureMaps, maxBytes: 2 ** 31 });
await miner.run(readPictures(images, deconvnet, { limit: Number(values.limit) }));

for (const layer of layers) {
  const sums = Object.fromEntries(['max', 'percentile'].map((name) => [name, { squares: 0, levels: 0, clipped: 0 }]));
  let nonzero = 0;
  for (const map of miner.minedMaps(layer)) {
    const projections = await miner.project(layer, map, { crop: true });
    for (const [contrast, sum] of Object.entries(sums)) {
      for (const picture of await renderProjections(projections, { tile: 96, contrast })) {
        for (let i = 0; i < picture.data.length; i++) if (i % 4 < 3) sum.squares += (picture.data[i] - 128) ** 2;
        sum.levels += (picture.data.length / 4) * 3;
        sum.clipped += picture.clipped;
      }
    }
    nonzero += projections.length;
    for (const projection of projections) projection.dispose();
  }
  for (const [contrast, { squares, levels, clipped }] of Object.entries(sums)) {
    const deviation = Math.sqrt(squares / levels);
    const share = `${(deviation / 255).toFixed(3)} of 255, ${(deviation / 127).toFixed(3)} of 127`;
    console.log(`${layer} ${contrast}: contrast ${share}; ${((100 * clipped) / nonzero).toFixed(2)} % clipped`);
  }
}
