import '../chromium-setup.js';
import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from 'deconvnet/backends';

addEventListener('message', async ({ data }) => {
  try {
    const selected = await selectBackend({ prefer: data });
    const [sum] = await tf.sum(tf.tensor1d([1, 2, 3])).data();
    postMessage({ selected, sum });
  } catch (error) {
    postMessage({ error: String(error) });
  }
});
