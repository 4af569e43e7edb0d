// Stage: after `models/`. The entry `deconvnet/backends` starts a backend of tfjs.
// In: the names of backends in the order of preference.
// Out: the first backend that runs here, and the reasons why the others do not. Backends are imported only when tried.

export type { BackendName } from './backend-name.js';
export type { WasmPaths } from './register-backend.js';
export {
  type SelectBackendOptions,
  type SelectedBackend,
  selectBackend,
  type TriedBackend,
} from './select-backend.js';
