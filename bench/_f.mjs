import * as tf from '@tensorflow/tfjs-core';
import { loadModel, useBackend } from 'deconvnet/node';
await useBackend('wasm');
const m = await loadModel('/tmp/vgg');
const x = tf.randomUniform([1,224,224,3]);
for (let i=0;i<5;i++){const c=process.cpuUsage(); const t=performance.now(); const y=m.predict(x); await y.data(); y.dispose(); const d=process.cpuUsage(c); console.log(((performance.now()-t)/1000).toFixed(2), ((d.user+d.system)/1e6).toFixed(2));}
