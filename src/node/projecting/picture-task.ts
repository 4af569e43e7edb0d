import * as tf from '@tensorflow/tfjs-core';
import type { Deconvnet } from '../../deconvnet.js';
import type { PictureWork } from '../../mine/picture-work.js';
import type { PatchEntry } from '../../mine/pixels/patch-entry.js';
import { findNode } from '../../network/network.js';
import { type ProjectedPicture, projectToFile } from './project-to-file.js';

/** The patches of one picture, as they are sent to a worker. */
export interface PictureTask {
  readonly id: string;
  readonly patches: readonly {
    readonly layer: string;
    readonly featureMap: number;
    readonly rank: number;
    readonly entry: PatchEntry;
  }[];
  /** The image, if it has been fetched. */
  readonly image?: {
    readonly values: Float32Array | Int32Array | Uint8Array;
    readonly shape: readonly number[];
    readonly dtype: tf.DataType;
  };
  /** The file to write. */
  readonly path: string;
}

/** Makes a task that can be sent to a worker. */
export async function pictureTask(
  { id, patches }: PictureWork,
  { image, path }: { readonly image: tf.Tensor | undefined; readonly path: string },
): Promise<PictureTask> {
  return {
    ...{ id, path },
    patches: patches.map(({ node, ...patch }) => ({ ...patch, layer: node.name })),
    ...(image && { image: { values: await image.data(), shape: image.shape, dtype: image.dtype } }),
  };
}

/** Does a task. */
export async function runPictureTask(
  deconvnet: Deconvnet,
  { id, patches, image: given, path }: PictureTask,
): Promise<ProjectedPicture> {
  const { network } = deconvnet.engine;
  const work = { id, patches: patches.map(({ layer, ...patch }) => ({ ...patch, node: findNode(network, layer) })) };
  const image = given && tf.tensor(given.values, [...given.shape], given.dtype);
  try {
    return await projectToFile(deconvnet, work, { image, path });
  } finally {
    image?.dispose();
  }
}
