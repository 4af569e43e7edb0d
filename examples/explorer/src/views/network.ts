import type { Networks } from '../actions/networks';
import { byId, element } from '../element';
import type { View } from '../store';
import { counted } from '../words';

/** The network that is open, and the ways to open another one. */
export function showNetwork(networks: Networks): View {
  const name = byId('network-name', HTMLElement);
  const facts = byId('network-facts', HTMLElement);
  const input = byId('network-input', HTMLElement);
  const warnings = byId('network-warnings', HTMLElement);
  const back = byId('shipped-model', HTMLButtonElement);
  const address = byId('address-field', HTMLInputElement);
  back.addEventListener('click', () => void networks.openShipped());
  byId('address-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    void networks.open({ url: address.value });
  });
  return ({ network, isShippedNetwork }, before) => {
    back.hidden = isShippedNetwork;
    if (!network || network === before.network) return;
    name.textContent = network.name;
    const { inputSize, labels, layers } = network;
    const size = inputSize
      ? `takes pictures of ${inputSize.width} × ${inputSize.height}`
      : 'takes pictures of any size';
    facts.textContent = [
      counted(layers.length, 'layer'),
      size,
      ...(labels.length > 0 ? [counted(labels.length, 'class', 'classes')] : []),
    ].join(' · ');
    input.textContent = network.inputFormat ? `Input: ${network.inputFormat.line}` : '';
    warnings.replaceChildren(...network.warnings.map((warning) => element('li', {}, warning)));
    warnings.hidden = network.warnings.length === 0;
  };
}
