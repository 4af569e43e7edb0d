import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { fromKeras, loadLayersModel } from 'deconvnet/models';

/** What the page asks for: to start a backend, and then to open a file, in parts or from its bytes. */
export type Asked = { readonly backend: 'wasm' | 'cpu' } | { readonly file: File; readonly how: 'parts' | 'bytes' };

addEventListener('message', async ({ data }: MessageEvent<Asked>) => {
  try {
    if ('backend' in data) {
      setWasmPaths('/wasm/');
      await tf.setBackend(data.backend);
      return postMessage({ backend: tf.getBackend() });
    }
    const { file, how } = data;
    const start = performance.now();
    const bytes = how === 'bytes' ? await file.arrayBuffer() : null;
    const model = await loadLayersModel(fromKeras(bytes ?? file));
    const seconds = (performance.now() - start) / 1000;
    const values = tf.tidy(() => Array.from((model.weights.at(-1)!.read() as tf.Tensor).dataSync().slice(0, 3)));
    return postMessage({ parameters: model.countParams(), values, seconds, held: bytes?.byteLength ?? 0 });
  } catch (error) {
    return postMessage({ error: String(error) });
  }
});
