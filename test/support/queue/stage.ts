import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type MineImagesOptions, mineImages, useBackend } from 'deconvnet/node';
import { type MineOnQueueOptions, mineOnQueue, type WorkOptions } from 'deconvnet/queue';
import { fingerprint } from '../mining/mining.js';
import { tempFolder } from '../temp-folder.js';
import { type How, type Player, startCoordinator, startWorker } from './player.js';
import { RedisServer } from './redis-server.js';

/** The folder of the shipped network and its pictures. */
export const shipped: string = fileURLToPath(new URL('../../../examples/cifar10-zfnet/', import.meta.url));
const gateModule = fileURLToPath(new URL('../../build/queue/gate.mjs', import.meta.url));

/** Locks that run out soon. */
export const LOCK = { lockDuration: 1500, stalledInterval: 500 } as const;

/** How fast pictures are mined. */
interface Gate {
  /** The time before each batch, in milliseconds. */
  readonly delay?: number;
  /** When so many pictures have been mined in all processes together, no more are. */
  readonly holdAt?: number;
}

type Mining = Pick<
  MineImagesOptions,
  'model' | 'images' | 'layers' | 'featureMaps' | 'setup' | 'limit' | 'batchSize' | 'allowHosts' | 'fetch'
>;

/** States of one run of `mineImages`, by what was mined. */
const states = new Map<string, Promise<string>>();

/** A Redis server, a shared folder, and a network that can be stopped. Workers and coordinators play on it. */
export class Stage {
  readonly server: RedisServer;
  readonly folder: string;
  readonly share: string;
  /** What is mined. */
  mining: Mining & { readonly model: string; readonly images: MineImagesOptions['images'] };
  #queue: string;

  private constructor(server: RedisServer, folder: string) {
    this.server = server;
    this.folder = folder;
    this.share = join(folder, 'share');
    this.#queue = server.url;
    this.mining = {
      ...{ model: join(folder, 'model'), images: join(shipped, 'pictures'), setup: gateModule, batchSize: 4 },
      ...{ layers: ['conv2', 'conv3'], featureMaps: { conv2: [0, 1, 2, 3], conv3: [0, 1, 2, 3] } },
    };
  }

  /** Makes a stage with a server of its own. */
  static async set({
    redis = [],
    tls = false,
    mining = {},
  }: {
    /** Settings of the server. */
    readonly redis?: readonly string[];
    readonly tls?: boolean;
    readonly mining?: Partial<Mining>;
  } = {}): Promise<Stage> {
    const stage = new Stage(await RedisServer.start(redis, { tls }), await tempFolder());
    Object.assign(stage.mining, mining);
    await writeModel(stage.mining.model);
    await mkdir(stage.share);
    stage.gate({});
    writeFileSync(stage.#log, '');
    return stage;
  }

  /** Uses another address of the server. */
  useQueue(url: string): void {
    this.#queue = url;
  }

  /** Options of whoever coordinates. */
  coordinating(options: Partial<MineOnQueueOptions> = {}): MineOnQueueOptions {
    const { mining, share } = this;
    return { ...mining, share, queue: this.#queue, ...LOCK, parts: 4, attempts: 2, retryDelay: 100, ...options };
  }

  /** Starts a worker, which saves its work after each chunk. */
  worker(options: Partial<WorkOptions> = {}, how: How = {}): Player {
    const { setup } = this.mining;
    const place = { share: this.share, folders: [this.folder, shipped], ...(setup && { setup }), every: 0, workers: 1 };
    const gate = { GATE: this.#settings, GATE_LOG: this.#log };
    return startWorker({ queue: this.#queue, ...LOCK, ...place, ...options }, { ...how, env: { ...gate, ...how.env } });
  }

  /** Mines on the queue, in a process of its own. */
  coordinator(options: Partial<MineOnQueueOptions> = {}, how: How = {}): Player {
    return startCoordinator(this.coordinating(options), how);
  }

  /** Mines on the queue, in this process. */
  async mine(options: Partial<MineOnQueueOptions> = {}): Promise<{ readonly state: string; readonly report: object }> {
    const { miner, report } = await mineOnQueue(this.coordinating(options));
    return { state: fingerprint(miner), report };
  }

  /** SHA-256 of the state of one run of `mineImages`. */
  expected(mining: Partial<Mining> = {}): Promise<string> {
    const options = { ...this.mining, ...mining };
    const key = JSON.stringify({ ...options, model: '' });
    const state = states.get(key) ?? alone(options);
    states.set(key, state);
    return state;
  }

  /** Says how fast pictures are mined from now on. */
  gate(gate: Gate): void {
    // It is read at any moment, so it is never half written.
    writeFileSync(`${this.#settings}.part`, JSON.stringify(gate));
    renameSync(`${this.#settings}.part`, this.#settings);
  }

  /** The number of pictures that were mined so far, in all processes. A picture that is mined again counts again. */
  get mined(): number {
    return statSync(this.#log).size;
  }

  /** Waits until so many pictures have been mined. */
  async untilMined(pictures: number): Promise<void> {
    await poll(() => this.mined >= pictures);
  }

  /** The number of pictures that are in results or checkpoints of the run in the shared folder. */
  get saved(): number {
    return this.files('.result')
      .concat(this.files('.checkpoint'))
      .reduce((sum, path) => sum + picturesIn(path), 0);
  }

  /** The files in the shared folder with an ending. */
  files(ending: string): string[] {
    if (!existsSync(this.share)) return [];
    return readdirSync(this.share, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  }

  get #settings(): string {
    return join(this.folder, 'gate.json');
  }

  get #log(): string {
    return join(this.folder, 'gate.log');
  }
}

/** Waits until something is the case. */
export async function poll(test: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await test())) await wait(20);
}

async function alone(mining: Stage['mining']): Promise<string> {
  await useBackend('wasm');
  return fingerprint((await mineImages({ ...mining, workers: 0 })).miner);
}

/** The number of pictures that are done in a checkpoint: its header has the index up to which they were begun. */
function picturesIn(path: string): number {
  const bytes = readFileSync(path);
  const { left } = JSON.parse(bytes.subarray(16, 16 + bytes.readUInt32LE(12)).toString()) as {
    left: { cursor: number; pending: { start: number; end: number }[] };
  };
  return left.cursor - left.pending.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** Writes the shipped network, with a layer before the others that can stop it. */
async function writeModel(folder: string): Promise<void> {
  await mkdir(folder);
  const model = JSON.parse(await readFile(join(shipped, 'model/model.json'), 'utf8')) as {
    modelTopology: { config: { layers: { class_name: string; config: Record<string, unknown> }[] } };
  };
  const { layers } = model.modelTopology.config;
  const { batch_input_shape, ...first } = layers[0]!.config;
  layers[0]!.config = first;
  layers.unshift({
    class_name: 'Gate',
    config: { name: 'gate', batch_input_shape, dtype: 'float32', trainable: false },
  });
  await writeFile(join(folder, 'model.json'), JSON.stringify(model));
  await writeFile(join(folder, 'weights.bin'), await readFile(join(shipped, 'model/weights.bin')));
}
