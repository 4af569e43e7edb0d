// How much contrast drawings of projections have, and what is clipped in them.
//
//   npm run build && node bench/contrast.mjs MODEL IMAGES LAYER [LAYER ...] [--maps 6] [--limit 200]
//
// For each layer, the nine strongest patches of some feature maps are found, projected, and drawn with the defaults in
// tiles of 96 pixels. The root-mean-square contrast is the deviation of the levels from mid-grey (128), over all pixels
// and colours: as a share of 255, and as a share of the 127 levels between mid-grey and black or white.
import { parseArgs } from 'node:util';
import { Deconvnet, PatchMiner, renderProjections } from 'deconvnet';
import { loadModel, readPictures, useBackend } from 'deconvnet/node';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { maps: { type: 'string', default: '6' }, limit: { type: 'string', default: '200' } },
});
const [path, images, ...layers] = positionals;
await useBackend('wasm');
const deconvnet = new Deconvnet(await loadModel(path));
const someOf = (count) => Array.from({ length: Number(values.maps) }, (_, i) => Math.floor((i * count) / values.maps));
const countOf = (layer) => deconvnet.layers.find(({ name }) => name === layer).featureMaps;
const featureMaps = Object.fromEntries(layers.map((layer) => [layer, someOf(countOf(layer))]));
const miner = new PatchMiner(deconvnet, { layers, featureMaps, maxBytes: 2 ** 31 });
await miner.run(readPictures(images, deconvnet, { limit: Number(values.limit) }));

for (const layer of layers) {
  for (const contrast of ['max', 'percentile']) {
    let squares = 0;
    let levels = 0;
    let clipped = 0;
    let tiles = 0;
    for (const map of miner.minedMaps(layer)) {
      const projections = await miner.project(layer, map, { crop: true });
      for (const picture of await renderProjections(projections, { tile: 96, contrast })) {
        for (let i = 0; i < picture.data.length; i++) if (i % 4 < 3) squares += (picture.data[i] - 128) ** 2;
        levels += (picture.data.length / 4) * 3;
        clipped += picture.clipped;
        tiles++;
      }
      for (const projection of projections) projection.dispose();
    }
    const deviation = Math.sqrt(squares / levels);
    const share = `${(deviation / 255).toFixed(3)} of 255, ${(deviation / 127).toFixed(3)} of 127`;
    console.log(`${layer} ${contrast}: contrast ${share}; ${((100 * clipped) / tiles).toFixed(2)} % clipped`);
  }
}
