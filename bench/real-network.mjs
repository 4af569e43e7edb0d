import { Deconvnet, defaultLayers } from 'deconvnet';
import { loadModel } from 'deconvnet/node';
import { close, countPatches, draw, forwardPasses, minePictures, spreadMaps } from './gallery-work.mjs';
import { picturesOf } from './pictures.mjs';
import { inTemporaryFolder } from './temporary-folder.mjs';

/**
 * Mines and draws a gallery with a network from disk.
 *
 * @param options `model` and `photographs`: paths; `layers`: by default those that a miner takes; `maps`: feature maps of
 * each layer, far apart; `randomMaps`: feature maps that are drawn at random over all layers, instead; `input`, `pictures`,
 * `workers` and `chunk`
 */
export async function realNetwork({ report }, options) {
  const { model, photographs, input, pictures, workers, chunk, maps = 8, randomMaps } = options;
  if (model === undefined || photographs === undefined) throw new Error('Give --model PATH and --photographs FOLDER.');
  const files = await picturesOf(photographs, pictures);
  const opened = await loadModel(model);
  const deconvnet = new Deconvnet(opened, { ...(input && { input }) });
  const layers = options.layers ?? defaultLayers(deconvnet).layers;
  const featureMaps = randomMaps ? drawnMaps(deconvnet, layers, randomMaps) : spreadMaps(deconvnet, layers, maps);
  const what = `${opened.name}, ${files.length} pictures`;
  const forward = await forwardPasses(deconvnet, files.slice(0, 20));
  deconvnet.dispose();
  opened.dispose();
  await inTemporaryFolder(async (folder) => {
    const at = { model, input, files, layers: Object.keys(featureMaps), featureMaps };
    const { miner, seconds } = await minePictures({ ...at, workers, chunk });
    const perPicture = forward / Math.min(20, files.length);
    report.row(`${what}: mining / forward passes`, seconds / (perPicture * files.length), {
      ...{ mine: seconds, 'one forward pass': perPicture, workers: workers ?? 'default' },
    });
    const { projections } = countPatches(miner, featureMaps);
    const runs = { 'in one thread': 0, 'with workers': workers };
    for (const [name, count] of Object.entries(runs)) {
      const { total, projecting, processor, drawn } = await draw(miner, { ...at, folder, workers: count });
      report.row(`${what}: gallery, ${name}`, undefined, {
        ...{
          draw: total,
          projecting,
          'processor time': processor,
          maps: drawn.maps,
          projections,
          'maps per second': drawn.maps / total,
        },
        'seconds per map': total / drawn.maps,
        workers: count ?? 'default',
      });
    }
    close(miner);
  });
}

/** Feature maps that are drawn at random over all layers, the same in each run. */
function drawnMaps(deconvnet, layers, count) {
  const all = layers.flatMap((name) => {
    const { featureMaps } = deconvnet.layers.find((layer) => layer.name === name);
    return Array.from({ length: featureMaps }, (_, map) => ({ name, map }));
  });
  const chosen = {};
  let state = 7;
  for (let left = Math.min(count, all.length); left > 0; left--) {
    // A linear congruential generator with the constants of Numerical Recipes.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const [{ name, map }] = all.splice(Math.floor((state / 2 ** 32) * all.length), 1);
    chosen[name] ??= [];
    chosen[name].push(map);
  }
  return chosen;
}
