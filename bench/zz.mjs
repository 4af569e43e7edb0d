import * as tf from '@tensorflow/tfjs-core';
import { Deconvnet } from 'deconvnet';
import { useBackend } from 'deconvnet/node';
import { noise, vgg16 } from './networks.mjs';

await useBackend('wasm');
const model = vgg16({ size: 112 });
const d = new Deconvnet(model);
d.engine.strategy = 'whole';
const one = noise(1, 112);
for (let i = 0; i < 2; i++) (await d.project(one, { layer: 'conv13', featureMap: 3 })).dispose();
const sums = new Map();
const L = [];
const reg = tf.getKernelsForBackend('wasm');
for (const k of reg) {
  const f = k.kernelFunc;
  tf.unregisterKernel(k.kernelName, 'wasm');
  tf.registerKernel({
    ...k,
    kernelFunc: (a) => {
      const t = performance.now();
      const r = f(a);
      const e = performance.now() - t;
      if (k.kernelName.endsWith('Conv2D'))
        L.push([k.kernelName, a.inputs.x.shape.join(), a.inputs.filter.shape.join(), e.toFixed(1)].join(' '));
      const s = sums.get(k.kernelName) ?? [0, 0];
      s[0] += e;
      s[1]++;
      sums.set(k.kernelName, s);
      return r;
    },
  });
}
for (let i = 0; i < 3; i++) (await d.project(one, { layer: 'conv13', featureMap: 3 })).dispose();
console.log(
  [...sums]
    .sort((a, b) => b[1][0] - a[1][0])
    .slice(0, 8)
    .map(([k, [t, n]]) => `${k} ${(t / 3).toFixed(1)}ms x${n / 3}`)
    .join('\n'),
);
console.log(L.slice(-26).join('\n'));
