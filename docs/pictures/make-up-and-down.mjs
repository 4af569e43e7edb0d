// Draws docs/pictures/up-and-down.png: one picture on its way up through the shipped network to conv3, and one
// activation on its way down again. Every tile is what the library computed. Run it from the project, after a build:
// node docs/pictures/make-up-and-down.mjs
import * as tf from '@tensorflow/tfjs-core';
import { Deconvnet, renderProjection } from 'deconvnet';
import { loadModel, readPicture, useBackend } from 'deconvnet/node';
import sharp from 'sharp';
import { arrow, caption, clear, DOWN, grid, label, outline, picture, SIGNED, STRENGTH, SWITCHES, UP } from './draw.mjs';

const PICTURE = process.argv[2] ?? 'examples/cifar10-zfnet/pictures/automobile/00114.png';
const TARGET = 'conv3';
/** How many feature maps of a layer are drawn. */
const SHOWN = 3;

await useBackend('wasm');
const model = await loadModel('examples/cifar10-zfnet/model');

/** The signal at the output of each layer on the way down, and the switches of each pooling layer. */
const signals = {};
const switches = {};
const keep = (tensor) => tf.keep(tf.clone(tensor));

// The mirrors are the built-in ones, which also keep what they see. Without their windows they always see whole layers.
const deconvnet = new Deconvnet(model, {
  filter: (layer, { window: _, ...builtIn }) => ({
    ...builtIn,
    down(signal, at) {
      signals[layer.name] ??= keep(signal);
      return builtIn.down(signal, at);
    },
  }),
  unpool: (layer, { window: _, ...builtIn }) => ({
    ...builtIn,
    down(signal, at) {
      const below = builtIn.down(signal, at);
      signals[layer.name] = keep(signal);
      signals[layer.name.replace('pool', 'conv')] = keep(below);
      // A signal of ones comes out at the switches.
      switches[layer.name] = keep(builtIn.down(tf.onesLike(signal), at));
      return below;
    },
  }),
});
const source = await readPicture(PICTURE);
const image = deconvnet.toInput(source);
const [strongest] = await deconvnet.strongest(image, { layer: TARGET });
const projection = await deconvnet.project(image, strongest);
const field = new Deconvnet(model).layers.find(({ name }) => name === TARGET).receptiveField;

/** The values of some feature maps of a layer, `[map][y][x]`. */
async function mapsOf(values, maps) {
  const chosen = tf.tidy(() => tf.transpose(tf.gather(tf.reshape(values, values.shape.slice(-3)), maps, 2), [2, 0, 1]));
  return chosen.array();
}

/** The feature maps of a layer that carry most of the signal past the rectify step, the strongest first. */
async function carriers(layer) {
  const energy = await tf.tidy(() => tf.sum(tf.square(tf.relu(signals[layer])), [0, 1, 2])).data();
  return [...energy.keys()].sort((a, b) => energy[b] - energy[a]).slice(0, SHOWN);
}

/** The feature maps of the target that are drawn: the one that is projected, and the next strongest ones. */
async function targetMaps() {
  const others = await deconvnet.strongest(image, { layer: TARGET, top: SHOWN });
  return others.map(({ featureMap }) => featureMap);
}

const conv1 = await carriers('conv1');
const conv2 = await carriers('conv2');
const columns = [
  { layer: 'conv1', maps: conv1, x: 262, cell: 2 },
  { layer: 'pool1', maps: conv1, x: 430, cell: 4 },
  { layer: 'conv2', maps: conv2, x: 594, cell: 4 },
  { layer: 'pool2', maps: conv2, x: 758, cell: 9 },
  { layer: TARGET, maps: await targetMaps(), x: 925, cell: 9 },
];

const [WIDTH, HEIGHT, TOP, BOTTOM, PIXEL] = [1020, 648, 64, 424, 4];
const side = 32 * PIXEL;
const svg = [clear(WIDTH, HEIGHT)];
const pixelsY = (y) => y + 36;
svg.push(caption(24, 34, 'the way up', UP), caption(24, BOTTOM + 12, 'the way down', DOWN));

// The pixels, with the box that the activation sees.
const box = projection.position.map((p, axis) => {
  const from = Math.max(field.offset[axis] + field.stride[axis] * p, 0);
  const to = Math.min(field.offset[axis] + field.stride[axis] * p + field.size[axis], 32);
  return { from, cells: to - from };
});
for (const [y, shown, text] of [
  [TOP, source, 'input'],
  [BOTTOM, await renderProjection(projection), 'projection'],
]) {
  svg.push(picture(shown, 24, pixelsY(y), PIXEL), label(24 + side / 2, pixelsY(y) + side + 18, text));
  svg.push(
    outline(24 + box[1].from * PIXEL, pixelsY(y) + box[0].from * PIXEL, box[1].cells * PIXEL, box[0].cells * PIXEL),
  );
}

for (const { layer, maps, x, cell } of columns) {
  const activations = await deconvnet.activations(image, layer);
  const [height, , count] = activations.shape.slice(-3);
  const up = await mapsOf(activations, maps);
  const down = await mapsOf(signals[layer], maps);
  const tile = height * cell;
  for (const [i, values] of up.entries()) {
    svg.push(grid(values, x, TOP + i * 70, cell, STRENGTH), grid(down[i], x, BOTTOM + i * 70, cell, SIGNED));
  }
  svg.push(
    label(x + tile / 2, TOP - 10, layer, true),
    label(x + tile / 2, TOP + 222, `${maps.length} of ${count} maps`),
  );
  if (layer !== TARGET) continue;
  const [row, column] = projection.position;
  for (const y of [TOP, BOTTOM]) svg.push(outline(x + column * cell - 2, y + row * cell - 2, cell + 4, cell + 4));
  svg.push(label(x + tile / 2, BOTTOM - 10, 'seed', true));
}

// What happens between the columns, from left to right.
const gaps = [
  { from: 152, to: 262, up: ['convolve', 'ReLU'], down: ['rectify', 'filter'] },
  { from: 326, to: 430, up: ['max', 'pool'], down: ['unpool'], pool: 'pool1', maps: conv1, cell: 3 },
  { from: 490, to: 594, up: ['convolve', 'ReLU'], down: ['rectify', 'filter'] },
  { from: 654, to: 758, up: ['max', 'pool'], down: ['unpool'], pool: 'pool2', maps: conv2, cell: 6 },
  { from: 821, to: 925, up: ['convolve', 'ReLU'], down: ['rectify', 'filter'] },
];
for (const { from, to, up, down, pool, maps, cell } of gaps) {
  const middle = (from + to) / 2;
  svg.push(
    arrow([from + 10, TOP + 100], [to - 10, TOP + 100], UP),
    arrow([to - 10, BOTTOM + 100], [from + 10, BOTTOM + 100], DOWN),
  );
  for (const [i, word] of up.entries()) svg.push(label(middle, TOP + 92 - 15 * (up.length - 1 - i), word));
  for (const [i, word] of down.entries()) svg.push(label(middle, BOTTOM + 92 - 15 * (down.length - 1 - i), word));
  if (!pool) continue;
  const [chosen] = await mapsOf(switches[pool], maps.slice(0, 1));
  const tile = chosen.length * cell;
  const y = 314;
  svg.push(
    grid(chosen, middle - tile / 2, y, cell, SWITCHES),
    label(middle + tile / 2 + 38, y + tile / 2 + 4, 'switches', true),
  );
  svg.push(arrow([middle, TOP + 112], [middle, y - 6], UP), arrow([middle, y + tile + 6], [middle, BOTTOM + 62], DOWN));
}

const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${(await Promise.all(svg)).join('')}</svg>`;
await sharp(Buffer.from(drawing), { density: 144 })
  .png({ palette: true, effort: 10 })
  .toFile('docs/pictures/up-and-down.png');
console.log(`feature map ${projection.featureMap} of ${TARGET} at ${projection.position}: ${projection.activation}`);
