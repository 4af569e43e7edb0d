// A setup module with a layer that hands on what it gets. With GATE, the path of a file with settings, it makes a network
// slow, stops it, and counts the pictures that are mined: it adds one byte per picture to the file GATE_LOG. With GATE_FUSE,
// a picture of one colour ends the thread or the process that mines it, or makes the network fail.

import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { serialization } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';

const { GATE, GATE_LOG, GATE_FUSE } = process.env;

/** The first pixel of the fatal picture, as the network gets it. */
const FATAL = [(0x7b / 255 - 0.4914) / 0.247, (0 - 0.4822) / 0.2435, (0 - 0.4465) / 0.2616];

class Gate extends layers.Layer {
  static className = 'Gate';

  call(inputs) {
    const [images] = [inputs].flat();
    const [rows] = images.shape;
    if (GATE) {
      pause(settings().delay ?? 0);
      // No more pictures are mined when there are so many of them in all processes.
      while (statSync(GATE_LOG).size >= (settings().holdAt ?? Number.POSITIVE_INFINITY)) pause(20);
      appendFileSync(GATE_LOG, '.'.repeat(rows));
    }
    if (GATE_FUSE) {
      const values = images.dataSync();
      const size = values.length / rows;
      for (let row = 0; row < rows; row++) {
        if (FATAL.every((value, i) => Math.abs(values[row * size + i] - value) < 1e-3)) blow(GATE_FUSE);
      }
    }
    return images.clone();
  }
}

function settings() {
  return JSON.parse(readFileSync(GATE, 'utf8'));
}

function pause(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function blow(what) {
  if (what === 'error') throw new Error('the fuse has blown');
  if (what === 'thread') process.exit(7);
  process.kill(process.pid, 'SIGKILL');
  for (;;);
}

serialization.registerClass(Gate);

export const mirrors = { Gate: () => ({ window: 'pointwise', down: (signal) => signal }) };
