import type { Deconvnet } from 'deconvnet';

/** Checks that a network takes one picture, so that nobody is asked how it takes pictures if it does not. */
export function checkInput({ model, layers }: Deconvnet): void {
  const inputs = layers.filter(({ className }) => className === 'InputLayer');
  if (inputs.length > 1) {
    throw new Error(`‘${model.name}’ has ${inputs.length} inputs. This page shows networks that take one picture.`);
  }
  const [shape = []] = inputs.map(({ outputShape }) => outputShape.slice(1));
  const isPicture = shape.length === 3 && [shape[0], shape[2]].some((channels) => channels === 1 || channels === 3);
  if (isPicture) return;
  const said = shape.map((size) => size ?? 'any').join(' × ');
  throw new Error(
    `‘${model.name}’ does not take pictures: its input is ${said}, and a picture is height × width × 1 (grey) or 3 (colour).`,
  );
}
