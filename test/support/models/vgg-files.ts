import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { File, FS, type Group, ready } from 'h5wasm';

/** A network like VGG-16 in the two forms of Keras 3, on disk. */
export interface VggFiles {
  /** The paths by form. The `.keras` file is stored, not compressed, as Keras does. */
  readonly paths: { readonly keras: string; readonly h5: string };
  /** Of all weights. */
  readonly bytes: number;
}

interface Layer {
  readonly class_name: string;
  readonly config: { readonly name: string } & Record<string, unknown>;
  /** The shapes of its weights. */
  readonly shapes: readonly (readonly number[])[];
}

/**
 * Writes VGG-16 with random weights, as `model.keras` and as `model.h5`.
 *
 * @param width how many filters and units it has, as a part of those of VGG-16, which has 553 MB of weights
 */
export async function writeVgg(folder: string, width: number): Promise<VggFiles> {
  const layers = vggLayers(width);
  const config = JSON.stringify({
    module: 'keras',
    class_name: 'Sequential',
    registered_name: null,
    config: {
      name: 'vgg16',
      layers: layers.map(({ class_name, config: own }) => ({
        module: 'keras.layers',
        class_name,
        registered_name: null,
        config: own,
      })),
    },
  });
  const paths = { keras: join(folder, 'model.keras'), h5: join(folder, 'model.h5') };
  await ready;
  const weights = h5Of((file) => {
    const counts = new Map<string, number>();
    for (const { class_name: name, shapes } of layers) {
      const snake = name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
      const count = counts.get(snake) ?? 0;
      counts.set(snake, count + 1);
      const group = `/layers/${snake}${count ? `_${count}` : ''}/vars`;
      addGroups(file, group);
      for (const [i, shape] of shapes.entries()) addWeight(file, `${group}/${i}`, shape);
    }
  });
  const metadata = strToU8(JSON.stringify({ keras_version: '3.15.1' }));
  await writeFile(
    paths.keras,
    zipSync({ 'metadata.json': metadata, 'config.json': strToU8(config), 'model.weights.h5': weights }, { level: 0 }),
  );
  const whole = h5Of((file) => {
    addGroups(file, '/model_weights');
    file.create_attribute('model_config', config);
    file.create_attribute('keras_version', '3.15.1');
    const names = layers.map(({ config: own }) => own.name);
    (file.get('/model_weights') as Group).create_attribute('layer_names', names);
    for (const { config: own, shapes } of layers) {
      const group = `/model_weights/${own.name}`;
      addGroups(file, `${group}/${own.name}`);
      const weightNames = shapes.map((_, i) => `${own.name}/${i === 0 ? 'kernel' : 'bias'}`);
      if (weightNames.length > 0) (file.get(group) as Group).create_attribute('weight_names', weightNames);
      for (const [i, shape] of shapes.entries()) addWeight(file, `${group}/${weightNames[i]}`, shape);
    }
  });
  await writeFile(paths.h5, whole);
  const count = layers.flatMap(({ shapes }) => shapes).reduce((sum, shape) => sum + sizeOf(shape), 0);
  return { paths, bytes: count * 4 };
}

function vggLayers(width: number): Layer[] {
  const layers: Layer[] = [];
  const add = (class_name: string, name: string, config: object, shapes: Layer['shapes'] = []): void => {
    layers.push({ class_name, config: { name, ...config }, shapes });
  };
  add('InputLayer', 'input', { batch_shape: [null, 224, 224, 3], dtype: 'float32' });
  let depth = 3;
  for (const [block, [count, filters]] of [
    [2, 64],
    [2, 128],
    [3, 256],
    [3, 512],
    [3, 512],
  ].entries()) {
    const wide = Math.round(filters! * width);
    for (let i = 1; i <= count!; i++) {
      const options = { filters: wide, kernel_size: [3, 3], padding: 'same', activation: 'relu' };
      add('Conv2D', `block${block + 1}_conv${i}`, options, [[3, 3, depth, wide], [wide]]);
      depth = wide;
    }
    add('MaxPooling2D', `block${block + 1}_pool`, { pool_size: [2, 2], strides: [2, 2] });
  }
  add('Flatten', 'flatten', {});
  let units = depth * 49;
  for (const [name, wanted] of [
    ['fc1', 4096 * width],
    ['fc2', 4096 * width],
    ['predictions', 1000],
  ] as const) {
    const next = Math.round(wanted);
    add('Dense', name, { units: next, activation: name === 'predictions' ? 'softmax' : 'relu' }, [
      [units, next],
      [next],
    ]);
    units = next;
  }
  return layers;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** The bytes of an HDF5 file. */
function h5Of(fill: (file: File) => void): Uint8Array {
  const file = new File('/vgg.h5', 'w');
  fill(file);
  file.flush();
  file.close();
  const bytes = FS!.readFile('/vgg.h5') as Uint8Array;
  FS!.unlink('/vgg.h5');
  return bytes;
}

function addGroups(file: File, path: string): void {
  const names = path.split('/').slice(1);
  for (const i of names.keys()) {
    const group = `/${names.slice(0, i + 1).join('/')}`;
    if (!file.get(group)) file.create_group(group);
  }
}

function addWeight(file: File, name: string, shape: readonly number[]): void {
  // Any values do, as long as they are not zeros, which systems keep in no memory.
  const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => ((i % 1021) - 510) / 2 ** 14);
  file.create_dataset({ name, data, shape: [...shape] });
}
