import { join } from 'node:path';
import { Deconvnet, defaultLayers, PatchMiner } from 'deconvnet';
import { loadModel } from 'deconvnet/node';
import { vgg16 } from '../networks.mjs';
import { picturesToMine } from '../pictures.mjs';
import { saveModel } from '../write-model.mjs';
import { makeTemplate } from './make-template.mjs';
import { readTemplate, resultOf } from './template.mjs';

/** How many results are merged into the first one. */
const MERGED = 4;

/**
 * How large the result of a part is, with pixels and without, and what merging it costs: of the 13 convolutions of VGG-16
 * with random weights, or of a model on disk.
 *
 * @param options `model`: a path, or `vgg16`; `input`; `photographs`: a folder; `pictures`: how many
 */
export async function stateSize({ report, folder }, { model, input, photographs, pictures }) {
  const isVgg = model === 'vgg16';
  if (isVgg) {
    const network = vgg16();
    await saveModel(folder, network);
    network.dispose();
  }
  const path = isVgg ? folder : model;
  const images = await picturesToMine(join(folder, 'pictures'), { photographs, count: pictures, size: 224 });
  const opened = await loadModel(path);
  const deconvnet = new Deconvnet(opened, { ...(input && { input }) });
  const layers = isVgg ? Array.from({ length: 13 }, (_, i) => `conv${i + 1}`) : defaultLayers(deconvnet).layers;
  const checkpoint = join(folder, 'template.checkpoint');
  const template = readTemplate(await makeTemplate(checkpoint, { model: path, input, images, layers }));
  const patches = template.header.pixels.length;
  const miner = new PatchMiner(deconvnet, { layers });
  const kept = layers.filter((name) => miner.keepsPixels(name));
  report.row(`${model}: layers that keep pixels with the default of maxBytes`, undefined, {
    ...{ layers: `${kept.length} of ${layers.length}`, 'bytes at most': pixelBytes(deconvnet, kept) },
    'patches at most': patchesOf(deconvnet, layers),
  });
  for (const [name, one] of Object.entries({
    'with pixels': template,
    'with --max-bytes 0': withoutPixels(template),
  })) {
    const bytes = resultOf(one, 1, idsOf(1, images)).length;
    const { loading, merging } = merge(deconvnet, one, images);
    report.row(`${model}: a part of ${images.length} pictures, ${layers.length} layers, ${name}`, undefined, {
      ...{ patches, bytes, 'bytes per patch': bytes / patches },
      ...{ 'processor time of loading': loading, 'of merging': merging, MB: bytes / 1e6 },
      'MB per second': bytes / 1e6 / (loading + merging),
    });
  }
  deconvnet.dispose();
  opened.dispose();
}

/** The patches of full lists of nine. */
function patchesOf(deconvnet, names) {
  return 9 * deconvnet.layers.reduce((sum, layer) => sum + (names.includes(layer.name) ? layer.featureMaps : 0), 0);
}

/** The bytes of the pixels of full lists, if each patch has pixels of its own, with 8 bits for each of three channels. */
function pixelBytes(deconvnet, names) {
  return names.reduce((sum, name) => {
    const { receptiveField } = deconvnet.layers.find((layer) => layer.name === name);
    return sum + patchesOf(deconvnet, [name]) * 3 * receptiveField.size.reduce((a, b) => a * b);
  }, 0);
}

/** Merges results into the first one; returns the mean processor time per result, in seconds. */
function merge(deconvnet, template, images) {
  const load = (part) => PatchMiner.load(deconvnet, stateOf(resultOf(template, part, idsOf(part, images))));
  const miner = load(1);
  let [loading, merging] = [0, 0];
  for (let part = 2; part <= MERGED + 1; part++) {
    const state = stateOf(resultOf(template, part, idsOf(part, images)));
    const from = processorTime();
    const other = PatchMiner.load(deconvnet, state);
    const between = processorTime();
    miner.merge(other);
    loading += between - from;
    merging += processorTime() - between;
  }
  return { loading: loading / MERGED, merging: merging / MERGED };
}

function processorTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The same result as if no pixels had been kept. */
function withoutPixels({ header, ...template }) {
  const pixels = header.pixels.map(() => null);
  return { ...template, header: { ...header, maxBytes: 0, blobs: [], pixels }, pixels: new Uint8Array() };
}

function stateOf(checkpoint) {
  return checkpoint.subarray(16 + checkpoint.readUInt32LE(12), checkpoint.length - 32);
}

function idsOf(part, images) {
  return images.map((_, i) => `n01440764/ILSVRC2012_val_${String(part * images.length + i).padStart(8, '0')}.JPEG`);
}
