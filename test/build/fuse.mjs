// A setup module, as an app writes one: it registers a layer class of its own, and exports its mirror. The layer hands
// on what it gets, and does what its config says when a picture of one colour comes by.

import { existsSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { serialization } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';

class Fuse extends layers.Layer {
  static className = 'Fuse';

  constructor(config) {
    super(config);
    this.config = config;
  }

  call(inputs) {
    const [images] = [inputs].flat();
    const values = images.dataSync();
    const size = values.length / images.shape[0];
    const { how, red, marker } = this.config;
    for (let row = 0; row < images.shape[0]; row++) {
      const trips = Math.round(values[row * size] * 255) === red;
      if (trips && !(marker && existsSync(marker))) {
        if (marker) writeFileSync(marker, '');
        blow(how);
      }
    }
    return images.clone();
  }

  getConfig() {
    return { ...super.getConfig(), ...this.config };
  }
}

function blow(how) {
  if (how === 'exits') process.exit(7);
  if (how === 'throws') throw new Error('the fuse has blown');
  if (how === 'takes all memory') {
    const hoard = [];
    for (;;) hoard.push(new Array(100_000).fill(hoard.length));
  }
}

serialization.registerClass(Fuse);

// The main thread goes on, and its workers end before they have opened the network.
if (!isMainThread && process.env.FUSE_AT_START) process.exit(5);

export const mirrors = { Fuse: () => ({ window: 'pointwise', down: (signal) => signal }) };
