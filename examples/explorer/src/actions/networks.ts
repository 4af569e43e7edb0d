import type { RuleName } from 'deconvnet';
import type { BackendName, SelectedBackend } from 'deconvnet/backends';
import { NO_CHECKPOINTS } from '../evolution-state';
import type { NamedFile, NetworkSource, NetworkView } from '../protocol';
import { Session } from '../session';
import type { State } from '../state';
import { NOTHING_STUDIED } from '../studies-state';
import { grouped } from '../words';
import type { App } from './app';
import type { Exploring } from './exploring';

const SHIPPED = 'shipped/network.zip';

/** What a picture under another input format, or in another network, leaves behind. */
const NOTHING_SEEN = {
  seen: null,
  seenId: null,
  maps: null,
  projection: null,
  mining: null,
  top: null,
  ...NOTHING_STUDIED,
};

/** A file of at least this number of bytes takes a while to open. */
const LARGE = 2e7;

const ASK_INPUT = 'Please say how this network takes pictures.';

/** Opening networks, and moving the open one to another backend. */
export class Networks {
  readonly #app: App;
  readonly #exploring: Exploring;
  #source: NetworkSource | null = null;
  #opening: Session | null = null;

  constructor(app: App, exploring: Exploring) {
    this.#app = app;
    this.#exploring = exploring;
  }

  openShipped(): Promise<void> {
    return this.#app.attempt(async () => {
      const response = await fetch(SHIPPED);
      if (!response.ok)
        throw new Error(`The shipped network is missing: the server answers ${response.status} for ${response.url}.`);
      await this.#open({ files: [{ path: SHIPPED, blob: await response.blob() }] }, { isShippedNetwork: true });
    });
  }

  open(source: NetworkSource): Promise<void> {
    return this.#app.attempt(() => this.#open(source, { isShippedNetwork: false }));
  }

  /** Moves to another backend: the same network in another worker. */
  useBackend(prefer: BackendName | 'auto'): Promise<void> {
    this.#app.set({ prefer });
    const { isShippedNetwork, input, rule } = this.#app.state;
    return this.#app.attempt(async () => {
      if (this.#source) await this.#open(this.#source, { isShippedNetwork, input, rule }, stayingOf);
    });
  }

  /** Says how the network takes pictures, where its files do not, or where a person knows better. */
  chooseInput(input: NonNullable<State['input']>): Promise<void> {
    return this.#app.attempt(async () => {
      const { rule } = this.#app.state;
      const network = await this.#app.ask((explorer) => explorer.configure({ input, rule }));
      this.#app.set({ network, input, ...NOTHING_SEEN, dependence: {}, alert: null });
      await this.#exploring.refreshPicture();
    });
  }

  /**
   * Opens a network beside the one that is open, which goes on if this fails.
   *
   * @param kept what the network is opened with
   * @param staying what else stays of the state that the page has when the network is there
   */
  async #open(
    source: NetworkSource,
    kept: Partial<State>,
    staying: (state: State) => Partial<State> = () => ({}),
  ): Promise<void> {
    this.#opening?.end();
    const session = new Session();
    this.#opening = session;
    this.#app.set({ status: opening(source), alert: null, isOpening: true });
    try {
      const { prefer } = this.#app.state;
      const rule = kept.rule ?? this.#firstRule();
      const backend = await session.ask((explorer) => explorer.start(order(prefer)));
      const files = 'files' in source ? { files: await unpacked(session, source.files) } : source;
      const { input } = kept;
      const options = { rule, ...(input !== undefined && { input }) };
      const network = await session.ask((explorer) => explorer.open(files, options));
      this.#source = source;
      this.#show(session, network, backend, { rule, ...kept, ...staying(this.#app.state) });
    } catch (error) {
      session.end();
      throw error;
    } finally {
      if (this.#opening === session) {
        this.#opening = null;
        this.#app.set({ isOpening: false });
      }
    }
    await this.#exploring.refreshPicture();
  }

  /** The rule for another network: what a person chose stays. */
  #firstRule(): RuleName {
    const { isRuleChosen, rule } = this.#app.state;
    return isRuleChosen ? rule : 'deconvnet';
  }

  #show(session: Session, network: NetworkView, backend: SelectedBackend, kept: Partial<State>): void {
    this.#app.use(session);
    this.#app.state.maps?.tiles.close();
    const { prefer, opened } = this.#app.state;
    const isOther = prefer !== 'auto' && backend.backend !== prefer;
    this.#app.set({
      network,
      backend,
      layer: firstLayer(network),
      featureMap: null,
      position: 'strongest',
      input: undefined,
      ...NOTHING_SEEN,
      ...NO_CHECKPOINTS,
      opened: opened + 1,
      dependence: {},
      blocked: null,
      isMining: false,
      memory: null,
      ...kept,
      status: network.inputFormat ? `${network.name} is open.` : ASK_INPUT,
      alert: isOther ? `This backend does not work here: ${backend.tried[0]?.reason ?? ''}.` : null,
    });
  }
}

/** What a person may change while the network moves to another backend, and does not depend on that. */
function stayingOf({
  layer,
  featureMap,
  dependence,
  opened,
  checkpoints,
  openName,
  areCheckpointsRead,
}: State): Partial<State> {
  return { layer, featureMap, dependence, opened, checkpoints, openName, areCheckpointsRead };
}

/** The last mined layer whose patches are smaller than the picture: its feature maps look for much, and its patches are a part. */
function firstLayer({ layers, minedLayers, inputSize }: NetworkView): string | null {
  const open = layers.filter(({ blockedBy, className }) => blockedBy === null && className !== 'InputLayer');
  const mined = open.filter(({ name }) => minedLayers.includes(name));
  const { width, height } = inputSize ?? { width: Number.POSITIVE_INFINITY, height: Number.POSITIVE_INFINITY };
  const partial = mined.filter(({ landing }) => {
    const [rows, columns] = landing?.size ?? [height, width];
    return rows! < height && columns! < width;
  });
  return (partial.at(-1) ?? mined.at(-1) ?? open.at(-1) ?? layers.at(-1))?.name ?? null;
}

/** The backends to try: the library knows what is fastest here; what a person has chosen comes first. */
function order(prefer: BackendName | 'auto'): readonly BackendName[] | undefined {
  const all: readonly BackendName[] = ['webgpu', 'webgl', 'wasm', 'cpu'];
  return prefer === 'auto' ? undefined : [prefer, ...all.filter((name) => name !== prefer)];
}

/** What is being opened, and how large it is if that takes time. */
function opening(source: NetworkSource): string {
  if (!('files' in source)) return 'The network is being fetched and opened.';
  const bytes = source.files.reduce((sum, { blob }) => sum + blob.size, 0);
  if (bytes < LARGE) return 'The network is being opened.';
  return `The network is being opened. It has ${grouped(Math.round(bytes / 1e6))} MB.`;
}

async function unpacked(session: Session, files: readonly NamedFile[]): Promise<NamedFile[]> {
  const unpackedFiles = await Promise.all(
    files.map((file) =>
      /\.zip$/i.test(file.path) ? session.ask((explorer) => explorer.unpack(file)) : Promise.resolve([file]),
    ),
  );
  return unpackedFiles.flat();
}
