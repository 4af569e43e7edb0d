export type { BackendName } from './backend-name.js';
export type { WasmPaths } from './register-backend.js';
export {
  type SelectBackendOptions,
  type SelectedBackend,
  selectBackend,
  type TriedBackend,
} from './select-backend.js';
