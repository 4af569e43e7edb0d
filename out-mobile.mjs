// usage: node out-mobile.mjs DIST OUTJSON
import { readdirSync } from 'node:fs';
const dist = process.argv[2];
const { Deconvnet, PatchMiner } = await import(`${dist}/index.js`);
const node = await import(`${dist}/node.js`);
await node.useBackend('wasm');
const tf = await import('@tensorflow/tfjs-core');
const model = await node.loadModel('/work/corpus/nsfw-mobilenet/model.json');
const deconvnet = new Deconvnet(model, { input: 'unit' });
const layers = ['block_2_expand_relu', 'out_relu'];
if (process.argv[3] === 'list') { for (const l of deconvnet.layers) console.log(l.name, l.className, l.outputShape.join('x'), l.dependsOnPicture); process.exit(); }
const miner = new PatchMiner(deconvnet, { layers, k: 9 });
const files = (await node.listPictures('/work/photos')).filter((_, i) => i % 5 === 0).slice(0, 200);
const t = Date.now();
await miner.run(node.readPictures(files, deconvnet), { batchSize: 8 });
console.log('images', miner.images, (Date.now() - t) / 1000, 's');
for (const layer of layers) {
  let tied = 0, byName = 0, full = 0, sat = 0, n = 0;
  for (const map of miner.minedMaps(layer)) {
    const top = miner.top(layer, map);
    n += top.length; sat += top.filter((p) => (p.output ?? p.activation) === 6).length;
    if (top.length < 9) continue;
    full++;
    if (top.every((p) => p.activation === top[0].activation)) tied++;
    if (top.every((p, i) => i === 0 || p.activation === top[i-1].activation && top[i - 1].id < p.id)) byName++;
  }
  console.log(layer, 'maps', miner.minedMaps(layer).length, 'full lists', full, 'all nine equal', tied, 'ordered by name through ties', byName, 'entries with output 6', (sat / n).toFixed(3));
}
const guided = new Deconvnet(model, { input: 'unit', rule: 'guided' });
const g = PatchMiner.fromJSON(guided, miner.toJSON());
const byId = new Map(files.map((f) => [f.id, f]));
const source = async (id) => { for await (const { image } of node.readPictures([byId.get(id)], guided)) return image; };
for (const layer of layers) {
  let empty = 0, n = 0;
  for (const map of g.minedMaps(layer).filter((_, i) => i % Math.ceil(g.minedMaps(layer).length / 6) === 0)) {
    for (const p of await g.project(layer, map, { source, crop: true })) { n++; if (p.empty) empty++; p.dispose(); }
  }
  console.log(layer, 'guided projections', n, 'empty', empty);
}
