// What does each choice on the way down add? Mahendran & Vedaldi (Salient Deconvolutional Networks, ECCV 2016) mix the
// deconvnet with the gradient: the ReLU mask of the way up, the switches of max pooling, and the ReLU of the way down,
// each on or off. All eight, of the strongest feature map of conv5. Run it from the project: node examples/mixed-rules.mjs
import { Deconvnet, montage, renderProjection } from 'deconvnet';
import { loadModel, readPicture, useBackend, writePicture } from 'deconvnet/node';

await useBackend('wasm');
const model = await loadModel('examples/cifar10-zfnet/model');
const picture = await readPicture('examples/cifar10-zfnet/pictures/horse/00017.png');

// mask of the way up: no, yes, no, yes; ReLU on the way down: no, no, yes, yes.
const columns = ['none', 'gradient', 'relu', 'guided'];
const tiles = [];
for (const unpool of ['spread', 'switches']) {
  for (const rectify of columns) {
    const deconvnet = new Deconvnet(model, { unpool, rectify });
    const image = deconvnet.toInput(picture);
    const [strongest] = await deconvnet.strongest(image, { layer: 'conv5' });
    const projection = await deconvnet.project(image, strongest);
    tiles.push(await renderProjection(projection));
    console.log(`pooling: ${unpool.padEnd(8)} ReLU: ${rectify}`);
    projection.dispose();
    image.dispose();
    deconvnet.dispose();
  }
}
await writePicture('out/mixed-rules.png', montage(tiles, { columns: columns.length, tile: 192, gap: 4 }));
console.log('-> out/mixed-rules.png: a row without switches, a row with them');
