import { transfer } from 'comlink';
import { FrameRate } from '../frame-rate';
import type { LiveView, MapsRequest } from '../protocol';
import type { App } from './app';
import type { Exploring } from './exploring';

/** Pixels of a frame along its shorter side: more than most networks take. */
const FRAME_SIDE = 320;

/** The camera: one frame after the other, each the newest there is when the one before is done. None waits. */
export class Camera {
  readonly #app: App;
  readonly #exploring: Exploring;
  readonly #video: HTMLVideoElement;

  constructor(app: App, exploring: Exploring, video: HTMLVideoElement) {
    this.#app = app;
    this.#exploring = exploring;
    this.#video = video;
  }

  toggle(): Promise<void> {
    return this.#app.state.isLive ? this.stop() : this.#app.attempt(() => this.#start());
  }

  /** Stops; the last frame stays as the picture. */
  async stop(): Promise<void> {
    if (!this.#app.state.isLive) return;
    this.#app.set({ isLive: false, framesPerSecond: null, strongestNow: [], status: 'The camera is off.' });
    for (const track of (this.#video.srcObject as MediaStream | null)?.getTracks() ?? []) track.stop();
    this.#video.srcObject = null;
    await this.#exploring.refreshMaps();
  }

  async #start(): Promise<void> {
    if (!this.#app.state.network?.inputFormat) throw new Error('First say how this network takes pictures.');
    this.#video.srcObject = await openCamera();
    await this.#video.play();
    this.#app.set({ isLive: true, pictureId: null, top: null, status: 'The camera is on.', alert: null });
    try {
      await this.#run();
    } finally {
      await this.stop();
    }
  }

  async #run(): Promise<void> {
    const rate = new FrameRate();
    while (this.#app.state.isLive) {
      const { layer, scale, maps, order, limit, featureMap } = this.#app.state;
      if (!layer) return;
      // Tiles stay where they are, whichever fires most.
      const show = maps?.layer === layer ? maps.maps.map((map) => map.featureMap) : { order, limit };
      const view = await this.#look({ layer, scale, show }, featureMap);
      const now = await nextFrame();
      if (!this.#app.state.isLive) return view.maps.tiles.close();
      this.#show(view, rate.tick(now));
    }
  }

  async #look(request: MapsRequest, chosen: number | null): Promise<LiveView> {
    const { videoWidth, videoHeight } = this.#video;
    const shrink = Math.min(1, FRAME_SIDE / Math.min(videoWidth, videoHeight));
    const frame = await createImageBitmap(this.#video, {
      resizeWidth: Math.round(videoWidth * shrink),
      resizeHeight: Math.round(videoHeight * shrink),
    });
    const drawing = this.#exploring.drawingFor('projection');
    const { tile } = this.#exploring.drawingFor('live');
    return this.#app.ask((explorer) => explorer.live(transfer(frame, [frame]), request, { chosen, drawing, tile }));
  }

  #show({ picture, maps, chosen, strongest }: LiveView, framesPerSecond: number | null): void {
    const { layer, featureMap, maps: before } = this.#app.state;
    before?.tiles.close();
    this.#app.set({
      seen: picture,
      seenId: null,
      maps: { ...maps, pictureId: null },
      // Another layer or another map may have been chosen while this frame was under way.
      ...(maps.layer === layer && {
        projection: chosen && { ...chosen, pictureId: null },
        strongestNow: strongest,
      }),
      ...(maps.layer === layer && featureMap === null && { featureMap: maps.strongest }),
      framesPerSecond,
    });
  }
}

async function openCamera(): Promise<MediaStream> {
  if (!navigator.mediaDevices) throw new Error('A page may use the camera only on https and on localhost.');
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  } catch (cause) {
    const name = cause instanceof DOMException ? cause.name : '';
    const why =
      name === 'NotAllowedError'
        ? 'the browser does not allow it. Allow it in the address bar and try again'
        : name === 'NotFoundError'
          ? 'this device has none'
          : 'it does not start. Perhaps another program is using it';
    throw new Error(`The camera cannot be used: ${why}.`, { cause });
  }
}

function nextFrame(): Promise<number> {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}
