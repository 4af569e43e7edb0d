import type { BackendName, SelectedBackend } from 'deconvnet/backends';
import type { Networks } from '../actions/networks';
import { byId } from '../element';
import type { View } from '../store';
import { counted } from '../words';

const NAMES: Readonly<Record<BackendName, string>> = {
  webgpu: 'WebGPU',
  webgl: 'WebGL',
  wasm: 'WebAssembly',
  cpu: 'JavaScript',
};

export function isBackend(name: string): name is BackendName {
  return Object.hasOwn(NAMES, name);
}

/** Which backend computes, why that one, and the choice of another. */
export function showBackend(networks: Networks): View {
  const select = byId('backend', HTMLSelectElement);
  const facts = byId('backend-facts', HTMLElement);
  const memory = byId('memory', HTMLElement);
  select.addEventListener('change', () => void networks.useBackend(select.value as BackendName | 'auto'));
  return (state) => {
    select.disabled = state.backend === null;
    select.value = state.prefer;
    if (state.backend) facts.textContent = explain(state.backend);
    memory.textContent = state.memory
      ? `TensorFlow.js uses ${(state.memory.bytes / 2 ** 20).toFixed(1)} MB for ${counted(state.memory.tensors, 'tensor')}.`
      : '';
    memory.dataset.tensors = String(state.memory?.tensors ?? '');
  };
}

function explain({ backend, tried }: SelectedBackend): string {
  const why = tried.map(({ name, reason }) => `${NAMES[name]} is not used: ${reason}.`);
  return [`${NAMES[backend]} is used.`, ...why].join(' ');
}
