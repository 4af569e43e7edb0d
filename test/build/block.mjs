// For `node --import`: a layer class that never ends, wherever it is built, or in worker threads alone.

import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { serialization } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';

class Block extends layers.Layer {
  static className = 'Block';

  constructor(config) {
    super(config);
    if (isMainThread && config.inWorkers) return;
    writeSync(2, 'blocked\n');
    for (;;);
  }

  call(inputs) {
    return [inputs].flat()[0].clone();
  }
}

serialization.registerClass(Block);
