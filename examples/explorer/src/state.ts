import type { Picture, RuleName } from 'deconvnet';
import type { BackendName, SelectedBackend } from 'deconvnet/backends';
import type {
  CollectionPicture,
  Drawing,
  LiveView,
  MapsRequest,
  MapsView,
  Memory,
  MiningProgress,
  NetworkOptions,
  NetworkView,
  ProjectionView,
  ProjectRequest,
  TopView,
} from './protocol';
import { initialStudies, type StudiesState } from './studies-state';

/** What the worker has computed, with the picture that it computed it of; null for a frame of the camera. */
export type OfPicture<View> = View & { readonly pictureId: string | null };

/** All that the page shows. Views draw it, actions change it. */
export interface State extends StudiesState {
  /** What is going on, in a line for everyone, screen readers too. */
  readonly status: string;
  /** What went wrong, until it is closed. */
  readonly alert: string | null;
  /** Whether a network is being opened. */
  readonly isOpening: boolean;

  readonly prefer: BackendName | 'auto';
  readonly backend: SelectedBackend | null;
  readonly memory: Memory | null;

  readonly network: NetworkView | null;
  readonly isShippedNetwork: boolean;
  /** How many networks have been opened. It stays when a network moves to another backend. */
  readonly opened: number;
  /** How the network takes pictures, if a person chose it. */
  readonly input: NetworkOptions['input'];
  readonly rule: RuleName;
  /** Whether a person chose the rule; if not, the page takes one that suits the network. */
  readonly isRuleChosen: boolean;
  /** How alike the projections of a layer are in different pictures, by rule and layer, as far as it has been measured. */
  readonly dependence: Readonly<Partial<Record<RuleName, Readonly<Record<string, number>>>>>;

  readonly pictures: readonly CollectionPicture[];
  readonly areShippedPictures: boolean;
  readonly pictureId: string | null;
  /** A picture as the network sees it, and which one that is: null for a frame of the camera. */
  readonly seen: Picture | null;
  readonly seenId: string | null;

  readonly layer: string | null;
  readonly order: 'number' | 'strength';
  readonly scale: MapsRequest['scale'];
  readonly limit: number;
  readonly maps: OfPicture<MapsView> | null;

  /** How projections are drawn; how large depends on the screen. */
  readonly drawing: Omit<Drawing, 'tile'>;

  readonly featureMap: number | null;
  readonly position: ProjectRequest['position'];
  readonly projection: OfPicture<ProjectionView> | null;
  /** Why the chosen layer cannot be projected, in the library's words. */
  readonly blocked: string | null;

  readonly mining: MiningProgress | null;
  readonly isMining: boolean;
  readonly top: TopView | null;

  readonly isLive: boolean;
  readonly framesPerSecond: number | null;
  readonly strongestNow: LiveView['strongest'];
}

/** How many feature maps are drawn before one asks for more. */
export const MAPS_AT_ONCE = 256;

export const initialState: State = {
  status: 'The page is starting.',
  alert: null,
  isOpening: false,
  prefer: 'auto',
  backend: null,
  memory: null,
  network: null,
  isShippedNetwork: true,
  opened: 0,
  input: undefined,
  rule: 'deconvnet',
  isRuleChosen: false,
  dependence: {},
  pictures: [],
  areShippedPictures: true,
  pictureId: null,
  seen: null,
  seenId: null,
  layer: null,
  order: 'strength',
  scale: 'common',
  limit: MAPS_AT_ONCE,
  maps: null,
  drawing: { contrast: 99.5, gamma: 1, zoom: 'focus' },
  featureMap: null,
  position: 'strongest',
  projection: null,
  blocked: null,
  mining: null,
  isMining: false,
  top: null,
  isLive: false,
  framesPerSecond: null,
  strongestNow: [],
  ...initialStudies,
};
