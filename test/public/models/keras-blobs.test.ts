import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import * as tfl from '@tensorflow/tfjs-layers';
import { fromKeras, loadLayersModel } from 'deconvnet/models';
import { unzipSync, zipSync } from 'fflate';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { disposeWhole, expectAsKeras, kerasBytes } from '../../support/models/keras-reference.js';

beforeAll(() => tf.setBackend('cpu'));

afterEach(() => vi.unstubAllGlobals());

const quiet = { warn: (): void => undefined };

const parts = async (file: string): Promise<Record<string, Uint8Array<ArrayBuffer>>> =>
  unzipSync(await kerasBytes(file)) as Record<string, Uint8Array<ArrayBuffer>>;

/** A file whose parts can be read at once, as in a Web Worker. */
class PartFile extends File {
  readonly #bytes: Uint8Array<ArrayBuffer>;

  constructor(bytes: Uint8Array<ArrayBuffer>, name: string) {
    super([bytes], name);
    this.#bytes = bytes;
  }

  override slice(start: number, end: number): PartFile {
    return new PartFile(this.#bytes.slice(start, end), this.name);
  }

  override arrayBuffer(): Promise<ArrayBuffer> {
    throw new Error('the file is loaded whole');
  }

  read(): ArrayBuffer {
    return this.#bytes.buffer;
  }
}

/** Makes this look like a Web Worker. Gives the lengths of the parts that are read. */
function inWorker(read = (blob: PartFile): ArrayBuffer => blob.read()): number[] {
  const lengths: number[] = [];
  vi.stubGlobal(
    'FileReaderSync',
    class {
      readAsArrayBuffer(blob: PartFile): ArrayBuffer {
        const part = read(blob);
        lengths.push(part.byteLength);
        return part;
      }
    },
  );
  return lengths;
}

describe.each(['a page', 'a Web Worker'])('a file that a person chose, in %s', (where) => {
  const chosen = (bytes: Uint8Array<ArrayBuffer>, name: string): File =>
    where === 'a page' ? new File([bytes], name) : new PartFile(bytes, name);

  it.each([
    ['trained.keras', 'trained'],
    ['nested-2.21.0.h5', 'nested-2.21.0'],
  ])('is read: %s', async (file, name) => {
    if (where !== 'a page') inWorker();
    const { numTensors } = tf.memory();
    const model = await loadLayersModel(fromKeras(chosen(await kerasBytes(file), 'of my own')), quiet);
    await expectAsKeras(model, name, name === 'trained');
    disposeWhole(model);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('is read though it is compressed', async () => {
    if (where !== 'a page') inWorker();
    const packed = zipSync(await parts('trained.keras'), { level: 9 }) as Uint8Array<ArrayBuffer>;
    const model = await loadLayersModel(fromKeras(chosen(packed, 'a.keras')), quiet);
    await expectAsKeras(model, 'trained');
    disposeWhole(model);
  });

  it('may have weights alone, with the topology in another file', async () => {
    if (where !== 'a page') inWorker();
    const { 'config.json': config, 'model.weights.h5': weights } = await parts('trained.keras');
    const [layers, values] = [chosen(config!, 'a.json'), chosen(weights!, 'a.weights.h5')];
    for (const handler of [fromKeras(values, { topology: layers }), fromKeras(layers, { weights: values })]) {
      const model = await tfl.loadLayersModel(handler);
      await expectAsKeras(model, 'trained');
      disposeWhole(model);
    }
    await expect(loadLayersModel(fromKeras(values))).rejects.toMatchObject({
      code: 'model-unreadable',
      what: 'a.weights.h5 has weights alone, and not the layers that they belong to.',
      advice: { about: 'give-topology' },
    });
  });

  it('is named by errors, whatever is wrong with it', async () => {
    if (where !== 'a page') inWorker();
    const whole = await kerasBytes('trained.keras');
    const { 'config.json': config, ...rest } = await parts('trained.keras');
    const wrong = new TextDecoder().decode(config).replace('"kernel_size": [3, 3]', '"kernel_size": [5, 5]');
    const small = zipSync({ ...rest, 'config.json': new TextEncoder().encode(wrong) }) as Uint8Array<ArrayBuffer>;
    for (const [bytes, what] of [
      [whole.slice(0, 5000), /^net\.keras is a zip file that cannot be unpacked/],
      [new TextEncoder().encode('weights'), /^net\.keras is neither/],
      [zipSync({ 'a.txt': new Uint8Array(3) }) as Uint8Array<ArrayBuffer>, /^net\.keras is a zip file, and not a/],
      [small, /net\.keras/],
    ] as const) {
      const handler = fromKeras(chosen(bytes, 'net.keras'));
      await expect(loadLayersModel(handler)).rejects.toMatchObject({
        name: 'DeconvnetError',
        message: expect.stringMatching(what),
      });
      await expect(tfl.loadLayersModel(handler)).rejects.toThrow(what);
    }
  });
});

describe('in a Web Worker', () => {
  it('no part that is read is larger than four megabytes, and short ones share a read', async () => {
    const lengths = inWorker();
    const bytes = await kerasBytes('volume.keras');
    disposeWhole(await loadLayersModel(fromKeras(new PartFile(bytes, 'a.keras')), quiet));
    expect(Math.max(...lengths)).toBeLessThanOrEqual(2 ** 22);
    expect(lengths.length).toBeLessThan(40);
  });

  it('a file that changes while it is read is refused, and others are read as before', async () => {
    let left = 0;
    inWorker((blob) => {
      left--;
      if (left < 0) throw new DOMException('It changed.', 'NotReadableError');
      return blob.read();
    });
    const { numTensors } = tf.memory();
    const { 'model.weights.h5': weights, ...rest } = await parts('nested.keras');
    // More than is kept of the check of the checksum, so that the HDF5 library reads, too.
    const longer = new Uint8Array(weights!.length + 2 ** 17);
    longer.set(weights!);
    const bytes = zipSync({ ...rest, 'model.weights.h5': longer }, { level: 0 }) as Uint8Array<ArrayBuffer>;
    let reads = 0;
    for (let isRead = false; !isRead; reads++) {
      left = reads;
      try {
        disposeWhole(await loadLayersModel(fromKeras(new PartFile(bytes, 'net.keras')), quiet));
        isRead = true;
      } catch (error) {
        expect(error, `read ${reads}`).toMatchObject({
          code: 'model-unreadable',
          message: expect.stringMatching(/^net\.keras cannot be read\. It was changed.*Choose it again/),
        });
      }
    }
    expect(reads).toBeGreaterThan(4);
    expect(tf.memory().numTensors).toBe(numTensors);
    const model = await loadLayersModel(fromKeras(await kerasBytes('trained.keras')), quiet);
    await expectAsKeras(model, 'trained');
    disposeWhole(model);
  });
});

it('a file that is gone is refused in a page, too', async () => {
  class Gone extends File {
    override arrayBuffer(): Promise<ArrayBuffer> {
      return Promise.reject(new DOMException('It is gone.', 'NotFoundError'));
    }
  }
  await expect(loadLayersModel(fromKeras(new Gone([], 'net.h5')))).rejects.toMatchObject({
    code: 'model-unreadable',
    message: expect.stringMatching(/^net\.h5 cannot be read/),
  });
});
