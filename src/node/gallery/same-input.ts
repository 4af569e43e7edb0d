import type { Deconvnet } from '../../deconvnet.js';

/** Whether two networks get the same image from the same picture: the same size, cut and scaled in the same way. */
export function sameInput(a: Deconvnet, b: Deconvnet): boolean {
  return inputOf(a) === inputOf(b);
}

function inputOf({ model, inputFormat }: Deconvnet): string {
  const { scale, mean, std, channels, fit } = inputFormat ?? {};
  return JSON.stringify([model.inputs.map(({ shape }) => shape), scale, mean, std, channels, fit]);
}
