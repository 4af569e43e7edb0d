import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { App } from '../../examples/explorer/src/actions/app.js';
import { Checkpoints } from '../../examples/explorer/src/actions/checkpoints.js';
import type { Exploring } from '../../examples/explorer/src/actions/exploring.js';
import { Networks } from '../../examples/explorer/src/actions/networks.js';
import type { NamedFile, NetworkView } from '../../examples/explorer/src/protocol.js';
import type { FoundCheckpoints } from '../../examples/explorer/src/protocol-evolution.js';
import { fakeWorker } from './fake-worker.js';

/** Something that a test ends when it wants to. */
class Gate<Value> {
  readonly passed: Promise<Value>;
  open: (value: Value) => void = () => {};

  constructor() {
    this.passed = new Promise((resolve) => {
      this.open = resolve;
    });
  }
}

const FILES: NamedFile[] = [{ path: 'a.keras', blob: new Blob(['a']) }];
const FOUND: FoundCheckpoints = { checkpoints: [{ name: 'epoch-01', files: [] }], problems: [] };
const networkCalled = (name: string): NetworkView =>
  ({ name, layers: [], minedLayers: [], inputFormat: { scale: [0, 1] }, inputSize: null }) as unknown as NetworkView;

/** What workers are asked to read: the number of the worker, and what ends the reading. */
let readings: { readonly worker: number; readonly paths: string[]; readonly found: Gate<FoundCheckpoints> }[];
/** The workers that are opening a network. */
let opening: Gate<NetworkView>[];
let app: App;
let networks: Networks;
let checkpoints: Checkpoints;

async function open(name: string): Promise<void> {
  const before = opening.length;
  const done = networks.open({ url: name });
  await vi.waitFor(() => expect(opening).toHaveLength(before + 1));
  opening.at(-1)!.open(networkCalled(name));
  await done;
}

/** Begins to read files, until a worker is at it. */
async function startReading(): Promise<{ readonly done: Promise<void> }> {
  const before = readings.length;
  const done = checkpoints.take(FILES);
  await vi.waitFor(() => expect(readings).toHaveLength(before + 1));
  return { done };
}

const namesOf = (): string[] => [...app.state.checkpoints.map(({ name }) => name), app.state.openName];

beforeEach(async () => {
  readings = [];
  opening = [];
  let workers = 0;
  const answersOf = () => {
    const worker = workers++;
    return {
      start: (prefer: readonly string[] = ['cpu']) =>
        prefer[0] === 'webgl'
          ? { backend: 'wasm', tried: [{ name: 'webgl', reason: 'there is no GPU' }] }
          : { backend: prefer[0], tried: [] },
      open: () => {
        const gate = new Gate<NetworkView>();
        opening.push(gate);
        return gate.passed;
      },
      readCheckpoints: (files: readonly NamedFile[]) => {
        const found = new Gate<FoundCheckpoints>();
        readings.push({ worker, paths: files.map(({ path }) => path), found });
        return found.passed;
      },
    };
  };
  vi.stubGlobal('Worker', fakeWorker(answersOf));
  app = new App();
  networks = new Networks(app, { refreshPicture: () => Promise.resolve() } as unknown as Exploring);
  checkpoints = new Checkpoints(app);
  await open('first');
});

afterEach(() => vi.unstubAllGlobals());

describe('the list of checkpoints', () => {
  it('keeps what a person changes while the network moves to another backend, and not in another network', async () => {
    const listed = ['a', 'b', 'c'].map((name, key) => ({ key, name, files: [] }));
    app.set({ checkpoints: listed });
    const moved = networks.useBackend('cpu');
    await vi.waitFor(() => expect(opening).toHaveLength(2));
    checkpoints.rename(0, 'early');
    checkpoints.remove(1);
    checkpoints.rename(null, 'late');
    app.set({ layer: 'conv2', featureMap: 3 });
    opening[1]!.open(networkCalled('first'));
    await moved;
    expect(app.state.backend?.backend).toBe('cpu');
    expect(namesOf()).toEqual(['early', 'c', 'late']);
    expect([app.state.layer, app.state.featureMap]).toEqual(['conv2', 3]);
    await open('second');
    expect(namesOf()).toEqual(['open network']);
    expect(app.state.featureMap).toBe(null);
  });
});

describe('a reading of checkpoints', () => {
  it('is cut off when the network moves to another backend, and says so', async () => {
    const { done: read } = await startReading();
    const moved = networks.useBackend('cpu');
    await vi.waitFor(() => expect(opening).toHaveLength(2));
    opening[1]!.open(networkCalled('first'));
    await Promise.all([moved, read]);
    expect(app.state.alert).toMatch(/not added, because the page moved to another backend .* Please add them again\./);
    expect(app.state.areCheckpointsRead).toBe(false);
    const { done: again } = await startReading();
    readings[1]!.found.open(FOUND);
    await again;
    expect(namesOf()).toEqual(['epoch-01', 'open network']);
    expect(app.state.alert).toBe(null);
  });

  it('is cut off by another network, and says so beside what else went wrong', async () => {
    const { done: read } = await startReading();
    app.set({ prefer: 'webgl' });
    await open('second');
    await read;
    expect(app.state.alert).toBe(
      'This backend does not work here: there is no GPU. The checkpoints were not added, because another network was opened in the meantime.',
    );
    expect([app.state.status, app.state.areCheckpointsRead]).toEqual(['second is open.', false]);
  });
});

describe('the shipped checkpoints', () => {
  /** Begins to fetch them; the answer comes through the gate. */
  function startFetching(): { readonly answer: () => void; readonly done: Promise<void> } {
    const fetched = new Gate<Response>();
    vi.stubGlobal('fetch', () => fetched.passed);
    return { answer: () => fetched.open(new Response('zip')), done: checkpoints.takeShipped() };
  }

  it('are not read against another network that opens while they are fetched', async () => {
    const { answer, done } = startFetching();
    await open('second');
    answer();
    await done;
    expect(readings).toEqual([]);
    expect(app.state.alert).toContain('because another network was opened');
    expect([app.state.status, app.state.areCheckpointsRead]).toEqual(['second is open.', false]);
    expect(namesOf()).toEqual(['open network']);
  });

  it('do not end a reading that the other network has begun', async () => {
    const { answer, done } = startFetching();
    await open('second');
    const { done: read } = await startReading();
    answer();
    await done;
    expect(app.state.areCheckpointsRead).toBe(true);
    readings[0]!.found.open(FOUND);
    await read;
    expect(readings).toHaveLength(1);
    expect(namesOf()).toEqual(['epoch-01', 'open network']);
    expect(app.state.areCheckpointsRead).toBe(false);
  });

  it('are read on the other backend if the network moves while they are fetched', async () => {
    const { answer, done } = startFetching();
    const moved = networks.useBackend('cpu');
    await vi.waitFor(() => expect(opening).toHaveLength(2));
    opening[1]!.open(networkCalled('first'));
    await moved;
    expect(app.state.areCheckpointsRead).toBe(true);
    answer();
    await vi.waitFor(() => expect(readings).toHaveLength(1));
    expect(readings[0]).toMatchObject({ worker: 1, paths: ['shipped/checkpoints.zip'] });
    readings[0]!.found.open(FOUND);
    await done;
    expect(namesOf()).toEqual(['epoch 1', 'epoch 22']);
  });
});
