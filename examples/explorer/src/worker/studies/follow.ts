import { Deconvnet, type InputFormat, type RuleName, type SourceItem } from 'deconvnet';
import { type Checkpoint, evolution } from 'deconvnet/studies';
import type { CheckpointFiles, EvolutionRequest, OnStep } from '../../protocol-evolution';
import { openModel } from '../open-model';
import { readPicture } from '../read-picture';
import { drawFrame, type Size } from './draw-frame';
import type { Studying } from './running-study';

/**
 * Follows feature maps through the training. A checkpoint is loaded when its turn comes, and freed after it.
 *
 * @param network the network at the end of the training, which stays the caller's, and its rule, which all others get
 * @param onStep is told what was found at a checkpoint, as soon as that is there
 */
export async function follow(
  { deconvnet: open, rule }: { readonly deconvnet: Deconvnet; readonly rule: RuleName },
  { checkpoints, openName, pictures, layers, maps, seed, drawing }: EvolutionRequest,
  onStep: OnStep,
  { batchSize, onProgress, signal }: Studying,
): Promise<true> {
  const sizes = new Map<string, Size>();
  const total = pictures.length * (checkpoints.length + 1);
  let skipped = 0;
  let allSkipped = 0;
  let current = open;

  async function* source(): AsyncGenerator<SourceItem, void, undefined> {
    skipped = 0;
    for (const { id, label, blob } of pictures) {
      const picture = await readPicture(blob).catch(() => null);
      if (!picture) {
        skipped++;
        allSkipped++;
        continue;
      }
      sizes.set(id, open.inputSize ?? { width: picture.width, height: picture.height });
      yield { id, image: current.toInput(picture), ...(label !== undefined && { label }) };
    }
  }

  async function* inOrder(): AsyncGenerator<Checkpoint, void, undefined> {
    for (const checkpoint of checkpoints) {
      const loaded = await load(open, checkpoint, rule);
      current = loaded.deconvnet;
      try {
        yield { name: checkpoint.name, deconvnet: current };
      } finally {
        current = open;
        loaded.dispose();
      }
    }
    yield { name: openName, deconvnet: open };
  }

  const steps = evolution(inOrder(), source, {
    ...{ maps, seed, batchSize, signal },
    ...(layers && { layers }),
    onProgress: ({ done }) => onProgress({ done: done + allSkipped, total }),
  });
  for await (const { frames } of steps) {
    const views = [];
    for (const frame of frames) views.push(await drawFrame(frame, { deconvnet: open, sizes, drawing }));
    // It may have been stopped in the meantime.
    signal.throwIfAborted();
    await onStep({ frames: views, rule, skipped });
  }
  return true;
}

/** Loads a checkpoint, which takes pictures as the open network does. */
async function load(
  open: Deconvnet,
  { name, files }: CheckpointFiles,
  rule: RuleName,
): Promise<{ readonly deconvnet: Deconvnet; dispose(): void }> {
  const model = await openModel({ files }, () => {}).catch((cause: unknown) => {
    throw new Error(`‘${name}’ cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  });
  try {
    const input = inputOf(open);
    const deconvnet = new Deconvnet(model, { rule, ...(input && { input }) });
    return {
      deconvnet,
      dispose: () => {
        deconvnet.dispose();
        model.dispose();
      },
    };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

function inputOf({ inputFormat }: Deconvnet): InputFormat | undefined {
  if (!inputFormat) return undefined;
  const { scale, mean, std, channels, fit } = inputFormat;
  return { scale, mean, std, channels, fit };
}
