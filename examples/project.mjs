// What does the strongest feature map of conv5 see in this picture? Run it from the project: node examples/project.mjs
import { Deconvnet, montage, renderProjection } from 'deconvnet';
import { loadModel, readPicture, useBackend, writePicture } from 'deconvnet/node';

await useBackend('wasm');
const deconvnet = new Deconvnet(await loadModel('examples/cifar10-zfnet/model'));
const picture = await readPicture('examples/cifar10-zfnet/pictures/horse/00017.png');
const image = deconvnet.toInput(picture);
const [strongest] = await deconvnet.strongest(image, { layer: 'conv5' });
const projection = await deconvnet.project(image, strongest);
await writePicture('out/project.png', montage([picture, await renderProjection(projection)], { tile: 256 }));
console.log(
  `feature map ${projection.featureMap} at ${projection.position}: ${projection.activation} -> out/project.png`,
);
