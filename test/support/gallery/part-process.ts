import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { drawGalleryPart } from '../../../src/node/gallery/draw-gallery-part.js';
import { projectGalleryPart } from '../../../src/node/gallery/project-gallery-part.js';
import { writeGallery } from '../../../src/node/gallery/write-gallery.js';
import { partsNetwork } from './parts-network.js';

/** One thing that a process does. */
export type PartJob =
  | { readonly stage: 'project' | 'draw'; readonly index: number; readonly count: number }
  | { readonly stage: 'write' };

/** Does one after the other. Each step is a line on the standard output; the last one says how many pictures were read. */
export async function runJobs(out: string, jobs: readonly PartJob[]): Promise<void> {
  await tf.setBackend('cpu');
  const { miner, image } = await partsNetwork();
  let read = 0;
  let thumbnails = 0;
  const source = (id: string): tf.Tensor => {
    read++;
    return image(id);
  };
  const options = { out, source, tile: 128, maps: 7 };
  const onProgress = (): void => console.log('step');
  for (const job of jobs) {
    if (job.stage === 'write') await writeGallery(miner, { ...options, onPicture: () => thumbnails++ });
    else if (job.stage === 'project') await projectGalleryPart(miner, { ...options, onProgress }, job);
    else await drawGalleryPart(miner, { ...options, onProgress }, job);
  }
  console.log(JSON.stringify({ projected: read - thumbnails, thumbnails }));
}
