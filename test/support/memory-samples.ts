import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs-core';

/** What a process has in memory, in bytes, after everything was collected that nothing refers to. */
export interface Memory {
  /** Objects of JavaScript. */
  readonly heap: number;
  /** Arrays of numbers, which are not on the heap. */
  readonly arrays: number;
  /** The memory of the wasm backend, which never shrinks. */
  readonly wasm: number;
  readonly tensors: number;
}

const collect = collector();

/** Collects garbage, and looks at what is left. */
export function memoryNow(): Memory {
  // Arrays are freed in the background after a collection, and the next one waits for that.
  for (let i = 0; i < 2; i++) collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const { wasm } = tf.backend() as unknown as { readonly wasm: { readonly HEAPU8: Uint8Array } };
  return { heap: heapUsed, arrays: arrayBuffers, wasm: wasm.HEAPU8.byteLength, tensors: tf.memory().numTensors };
}

/** By how much each value rose from the first third of some samples to the last third, in the middle of each third. */
export function growth(samples: readonly Memory[]): Memory {
  const of = (key: keyof Memory): number => rise(samples.map((one) => one[key]));
  return { heap: of('heap'), arrays: of('arrays'), wasm: of('wasm'), tensors: of('tensors') };
}

/** By how much values rose from the first third to the last third, in the middle of each third. */
export function rise(values: readonly number[]): number {
  const third = Math.floor(values.length / 3);
  return median(values.slice(-third)) - median(values.slice(0, third));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** V8's own collector, whatever flags the process was started with. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
