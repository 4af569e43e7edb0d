import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from 'deconvnet/backends';
import { adapterOf } from '../adapter.mjs';
import { backendJobs } from '../backend-jobs.mjs';
import { rowText } from '../row-text.mjs';

/** Runs the jobs, and shows each row. The runner reads `window.result` when they are done. */
async function main() {
  const asked = new URLSearchParams(location.search);
  const shown = document.querySelector('#rows');
  const print = (line) => {
    console.log(line);
    shown.append(`${line}\n`);
  };
  const rows = [];
  await selectBackend({
    prefer: [asked.get('backend') ?? 'webgpu'],
    wasmPaths: {
      'tfjs-backend-wasm.wasm': plain,
      'tfjs-backend-wasm-simd.wasm': simd,
      'tfjs-backend-wasm-threaded-simd.wasm': threaded,
    },
  });
  const adapter = await adapterOf();
  print(`Chromium · tfjs: ${tf.version_core} · backend: ${adapter.text}`);
  const report = {
    row(what, ratio, details = {}) {
      rows.push({ what, ...(ratio !== undefined && { ratio }), ...details });
      print(rowText(what, ratio, details));
    },
  };
  const quick = asked.has('quick') || adapter.inSoftware;
  await backendJobs({ report, repeats: quick ? 1 : 3, quick });
  return { adapter: adapter.text, rows };
}

main().then(
  (result) => Object.assign(window, { result }),
  (error) => Object.assign(window, { result: { failure: String(error.stack ?? error) } }),
);
