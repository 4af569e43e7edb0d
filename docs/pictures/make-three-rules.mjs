// Draws docs/pictures/three-rules.png: the same activation in three pictures, projected under the three rules by the
// shipped network, and by the same network with average pooling in place of max pooling. Run it from the project, after a
// build: node docs/pictures/make-three-rules.mjs
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet, renderProjection } from 'deconvnet';
import { loadModel, readPicture, useBackend } from 'deconvnet/node';
import sharp from 'sharp';
import { caption, clear, DOWN, label, picture, UP } from './draw.mjs';

const PICTURES = ['00114', '00440', '00540'].map((name) => `examples/cifar10-zfnet/pictures/automobile/${name}.png`);
const SELECTION = { layer: 'conv3', featureMap: 74, position: [3, 3] };
const RULES = ['deconvnet', 'guided', 'gradient'];

await useBackend('wasm');
const pooled = await loadModel('examples/cifar10-zfnet/model');
const { scale, mean, std, channels, fit } = new Deconvnet(pooled).inputFormat;
const input = { scale, mean, std, channels, fit };

// The weights stay as they are. Each window of the pooling layers now gives its mean, and records nothing.
const topology = JSON.stringify(pooled.toJSON(null, false)).replaceAll('MaxPooling2D', 'AveragePooling2D');
const averaged = await tfl.models.modelFromJSON(JSON.parse(topology));
averaged.setWeights(pooled.getWeights());

/** The cosine of the angle between two lists of numbers. */
function cosine(a, b) {
  const product = (x, y) => x.reduce((sum, value, i) => sum + value * y[i], 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

const [LEFT, TOP, PIXEL, GAP] = [24, 88, 4, 10];
const side = 32 * PIXEL;
const step = side + GAP;
const WIDTH = LEFT + 7 * step + 40 + 14;
const HEIGHT = TOP + 3 * step + 34;
const svg = [clear(WIDTH, HEIGHT)];

const sources = await Promise.all(PICTURES.map((path) => readPicture(path)));
for (const [row, source] of sources.entries()) svg.push(picture(source, LEFT, TOP + row * step, PIXEL));
svg.push(label(LEFT + side / 2, TOP - 10, 'input', true));

for (const [group, [model, title, colour]] of [
  [pooled, 'with max pooling', UP],
  [averaged, 'with average pooling', DOWN],
].entries()) {
  const x = LEFT + step + 20 + group * (3 * step + 20);
  svg.push(caption(x, 40, title, colour));
  for (const [column, rule] of RULES.entries()) {
    const deconvnet = new Deconvnet(model, { input, rule });
    const left = x + column * step;
    const values = [];
    for (const [row, source] of sources.entries()) {
      const image = deconvnet.toInput(source);
      const projection = await deconvnet.project(image, SELECTION);
      svg.push(picture(await renderProjection(projection), left, TOP + row * step, PIXEL));
      values.push(await projection.pixels.data());
      projection.dispose();
      image.dispose();
    }
    deconvnet.dispose();
    const pairs = [cosine(values[0], values[1]), cosine(values[0], values[2]), cosine(values[1], values[2])];
    const similarity = (pairs.reduce((sum, one) => sum + one, 0) / pairs.length).toFixed(2);
    svg.push(label(left + side / 2, TOP - 10, rule, true));
    svg.push(label(left + side / 2, TOP + 3 * step + 12, `similarity ${similarity}`));
    console.log(`${title}, ${rule}: mean cosine similarity ${similarity}`);
  }
}

const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${(await Promise.all(svg)).join('')}</svg>`;
await sharp(Buffer.from(drawing), { density: 144 })
  .png({ palette: true, effort: 10 })
  .toFile('docs/pictures/three-rules.png');
