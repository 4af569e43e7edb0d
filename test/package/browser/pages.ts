import { SAMPLE } from '../sample.js';

/** The sample on the backend that `selectBackend` finds, as a function of a page or a worker. */
const ON_SELECTED = `import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { selectBackend } from 'deconvnet/backends';
${SAMPLE.replace("await tf.setBackend('cpu');", 'const selected = await selectBackend();').replace('return {', 'return { ...selected,')}
`;

/** A page that leaves the result, or what went wrong. */
export const PAGE: string = `${ON_SELECTED}
sample({ tf, tfl, Deconvnet }).then((result) => { window.result = result; }, (error) => { window.result = String(error); });
`;

/** The same page, which tells the wasm backend where its binaries are, as docs/browser.md has it. */
export const PAGE_WITH_WASM: string = `import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
${PAGE.replace(
  'selectBackend()',
  `selectBackend({
    wasmPaths: {
      'tfjs-backend-wasm.wasm': plain,
      'tfjs-backend-wasm-simd.wasm': simd,
      'tfjs-backend-wasm-threaded-simd.wasm': threaded,
    },
  })`,
)}`;

/** A script of Node that asks for WebGPU, after it has got `selectBackend`. */
export const IN_NODE: string = `selectBackend({ prefer: ['webgpu', 'cpu'] }).then((result) => console.log(JSON.stringify(result)));
`;

/** A worker that posts it. */
export const WORKER: string = `${ON_SELECTED}
sample({ tf, tfl, Deconvnet }).then((result) => postMessage(result), (error) => postMessage(String(error)));
`;

/** A page that waits for the worker. */
export const PAGE_WITH_WORKER: string = `const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
worker.onmessage = ({ data }) => { window.result = data; };
worker.onerror = ({ message }) => { window.result = message ?? 'the worker does not start'; };
`;

/** A React app around the component of docs/browser.md: shows it, changes it while it draws, takes it away. */
export const REACT_APP: string = `import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { Deconvnet } from 'deconvnet';
import { selectBackend } from 'deconvnet/backends';
import { createRoot } from 'react-dom/client';
import { ProjectionView } from './projection-view.js';

async function main(): Promise<unknown> {
  const { backend } = await selectBackend({ prefer: ['webgl'] });
  const model = tfl.sequential({
    layers: [tfl.layers.conv2d({ inputShape: [8, 8, 3], filters: 4, kernelSize: 3, name: 'conv1', kernelInitializer: 'ones' })],
  });
  const deconvnet = new Deconvnet(model);
  const image = tf.ones([1, 8, 8, 3]);
  const root = createRoot(document.body.appendChild(document.createElement('main')));
  const show = (layer: string, featureMap: number): void =>
    root.render(<ProjectionView deconvnet={deconvnet} image={image} layer={layer} featureMap={featureMap} />);
  const until = async (selector: string): Promise<Element> => {
    for (;;) {
      const found = document.querySelector(selector);
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  show('conv1', 0);
  await until('canvas[width="8"]');
  const { numTensors } = tf.memory();
  show('conv1', 1);
  show('conv9', 0);
  const alert = (await until('[role=alert]')).textContent;
  root.unmount();
  // What was drawn too late is thrown away too.
  await deconvnet.strongest(image, { layer: 'conv1' });
  return { backend, alert, left: document.querySelectorAll('canvas').length, leaked: tf.memory().numTensors - numTensors };
}

main().then((result) => Object.assign(window, { result }), (error) => Object.assign(window, { result: String(error) }));
`;

/** A script that bundles main.js with webpack, and prints what webpack says. */
export const WEBPACK: string = `import webpack from 'webpack';
const output = { path: process.cwd() + '/webpack-page', publicPath: './' };
const optimization = { minimize: false };
webpack({ mode: 'production', performance: false, optimization, context: process.cwd(), entry: './main.js', output }, (failure, stats) => {
  if (failure) throw failure;
  const said = stats.toJson({ all: false, errors: true, warnings: true });
  const messages = (list) => list.map(({ message }) => message);
  console.log(JSON.stringify({ errors: messages(said.errors), warnings: messages(said.warnings) }));
});
`;
