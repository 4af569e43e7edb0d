import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { transfer } from 'comlink';
import { Deconvnet, type Picture, type RuleName } from 'deconvnet';
import { type BackendName, type SelectedBackend, selectBackend } from 'deconvnet/backends';
import type {
  CollectionPicture,
  DependenceRequest,
  DependenceView,
  Drawing,
  FiltersView,
  LiveView,
  MapsRequest,
  MapsView,
  Memory,
  MiningProgress,
  NamedFile,
  NetworkOptions,
  NetworkSource,
  NetworkView,
  ProjectionView,
  ProjectRequest,
  TopView,
} from '../protocol';
import { isChannelsFirst } from './channel-axis';
import { checkInput } from './check-input';
import { drawFilters } from './draw-filters';
import { drawLive } from './draw-live';
import { drawMaps } from './draw-maps';
import { drawProjection } from './draw-projection';
import { drawTop } from './draw-top';
import { Lease } from './lease';
import { measureDependence } from './measure-dependence';
import { Mining } from './mining';
import { openModel } from './open-model';
import { inPageWords } from './page-words';
import { readPicture } from './read-picture';
import { type SeenPicture, seePicture } from './see-picture';
import { StudyMethods } from './studies/study-methods';
import { unpack } from './unpack';
import { viewNetwork } from './view-network';
import { wasmPaths } from './wasm-paths';

/** All that is computed: one network on one backend, and the picture it looks at. The page calls it by messages. */
export class Explorer extends StudyMethods {
  #model: LayersModel | null = null;
  #warnings: string[] = [];
  #channelsFirst = false;
  #deconvnet: Lease<Deconvnet> | null = null;
  #options: NetworkOptions = { rule: 'deconvnet' };
  #seen: Lease<SeenPicture> | null = null;
  #mining: Mining | null = null;
  #measuring = new AbortController();

  /** Starts the first backend of a list that runs here, or the fastest one; everything else comes after it. */
  start(prefer?: readonly BackendName[]): Promise<SelectedBackend> {
    return selectBackend({ wasmPaths, ...(prefer && { prefer }) });
  }

  unpack(zip: NamedFile): Promise<NamedFile[]> {
    return unpack(zip);
  }

  /** Loads a network. Its input format, where it is unknown, comes later with `configure`. */
  async open(source: NetworkSource, options: NetworkOptions): Promise<NetworkView> {
    this.#warnings = [];
    this.#model = await openModel(source, (message) => this.#warnings.push(message));
    this.#channelsFirst = isChannelsFirst(this.#model);
    const view = this.configure(options);
    await this.use(async (deconvnet) => checkInput(deconvnet));
    return view;
  }

  /** Builds the deconvnet anew. Under another input format the picture and what was mined would mean something else. */
  configure(options: NetworkOptions): NetworkView {
    this.interrupt();
    const deconvnet = this.#build(options);
    this.#deconvnet?.retire();
    this.#deconvnet = new Lease(deconvnet);
    if (JSON.stringify(options.input) !== JSON.stringify(this.#options.input)) {
      this.#seen?.retire();
      this.#seen = null;
      this.#mining?.stop();
      this.#mining = null;
      this.stopStudy();
    }
    this.#options = options;
    return viewNetwork(deconvnet, this.#warnings);
  }

  /** Takes a picture to look at; gives it back as the network sees it. */
  look(source: Blob | ImageBitmap): Promise<Picture> {
    this.interrupt();
    return this.use(async (deconvnet) => {
      const seen = await seePicture(deconvnet, await readPicture(source));
      this.#seen?.retire();
      this.#seen = new Lease(seen);
      return seen.picture;
    });
  }

  async maps(request: MapsRequest): Promise<MapsView> {
    const view = await this.withPicture((deconvnet, seen) => this.#drawMaps(deconvnet, seen, request));
    return transfer(view, [view.tiles]);
  }

  project({ layer, featureMap, position }: ProjectRequest, drawing: Drawing): Promise<ProjectionView> {
    return this.withPicture(async (deconvnet, { image, picture: seen }) => {
      const start = performance.now();
      const projection = await deconvnet.project(image, { layer, featureMap, position });
      try {
        return await drawProjection({ projection, seen, milliseconds: performance.now() - start }, drawing);
      } finally {
        projection.dispose();
      }
    });
  }

  /** Looks at a frame of a camera, and projects the feature maps that fire most on it, and the one that was chosen. */
  async live(
    frame: ImageBitmap,
    request: MapsRequest,
    { chosen, ...drawn }: { readonly chosen: number | null; readonly drawing: Drawing; readonly tile: number },
  ): Promise<LiveView> {
    await this.look(frame);
    const view = await this.withPicture(async (deconvnet, seen) => {
      const maps = await this.#drawMaps(deconvnet, seen, request);
      const live = await drawLive(deconvnet, seen, { layer: request.layer, chosen }, drawn);
      return { picture: seen.picture, maps, ...live };
    });
    return transfer(view, [view.maps.tiles]);
  }

  /**
   * How much the projections of a layer depend on the picture, under the rule of the moment. Null if there are too few
   * pictures, or if something else was asked for in the meantime, which comes first.
   */
  dependence(request: DependenceRequest): Promise<DependenceView | null> {
    const { signal } = this.interrupt();
    const isPlain = this.#options.rule === 'deconvnet';
    return this.use((deconvnet) => measureDependence({ deconvnet, isPlain, signal }, request));
  }

  filters(): Promise<FiltersView> {
    return this.use(drawFilters);
  }

  /** Mines a collection; resolves when it is done, or was stopped. */
  async mine(
    layer: string,
    pictures: readonly CollectionPicture[],
    onProgress: (progress: MiningProgress) => void,
  ): Promise<void> {
    this.interrupt();
    this.#mining?.stop();
    this.#mining = new Mining(this.#build(this.#options), layer, pictures);
    await this.#mining.run(onProgress);
  }

  stopMining(): void {
    this.#mining?.stop();
  }

  /** What mining has found for a feature map so far; null where its layer has not been mined. */
  async top(layer: string, featureMap: number, drawing: Drawing): Promise<TopView | null> {
    const images = this.#mining?.images ?? 0;
    const found = this.#mining?.top(layer, featureMap);
    if (!found) return null;
    return this.use(async (deconvnet) => ({
      layer,
      featureMap,
      images,
      ...(await drawTop(deconvnet, { layer, featureMap, found }, drawing)),
    }));
  }

  protected get rule(): RuleName {
    return this.#options.rule;
  }

  /** Stops what can wait. */
  protected interrupt(): AbortController {
    this.#measuring.abort();
    this.#measuring = new AbortController();
    return this.#measuring;
  }

  memory(): Memory {
    const { numTensors, numBytes } = tf.memory();
    return { tensors: numTensors, bytes: numBytes };
  }

  #build({ input, rule }: NetworkOptions): Deconvnet {
    if (!this.#model) throw new Error('No network has been opened yet.');
    return new Deconvnet(this.#model, { rule, ...(input !== undefined && { input }) });
  }

  protected async use<Result>(work: (deconvnet: Deconvnet) => Promise<Result>): Promise<Result> {
    if (!this.#deconvnet) throw new Error('No network has been opened yet.');
    return this.#deconvnet.use(work).catch((error: unknown) => {
      throw inPageWords(error);
    });
  }

  protected async withPicture<Result>(
    work: (deconvnet: Deconvnet, seen: SeenPicture) => Promise<Result>,
  ): Promise<Result> {
    this.interrupt();
    const picture = this.#seen;
    if (!picture) throw new Error('No picture has been chosen yet.');
    return this.use((deconvnet) => picture.use((seen) => work(deconvnet, seen)));
  }

  async #drawMaps(deconvnet: Deconvnet, { image }: SeenPicture, request: MapsRequest): Promise<MapsView> {
    const output = await deconvnet.activations(image, request.layer);
    try {
      const { featureMaps } = deconvnet.layers.find(({ name }) => name === request.layer)!;
      return await drawMaps({ output, featureMaps, channelsFirst: this.#channelsFirst }, request);
    } finally {
      output.dispose();
    }
  }
}
