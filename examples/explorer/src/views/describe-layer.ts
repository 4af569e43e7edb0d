import type { LayerInfo } from 'deconvnet';

/** What one activation of a layer sees, in a few words. */
export function describeField({ receptiveField, className }: LayerInfo): string {
  if (className === 'InputLayer') return 'the picture';
  return receptiveField ? `sees ${receptiveField.size.join(' × ')}` : 'sees the whole picture';
}

/** What a layer computes and what one of its activations sees, in full sentences. */
export function describeLayer(info: LayerInfo): string {
  const { className, receptiveField, landing, mirror } = info;
  const shape = info.outputShape.slice(1).map((size) => size ?? 'any');
  if (className === 'InputLayer') return `This is the input of the network: ${shape.join(' × ')} numbers.`;
  const stride = [...new Set(receptiveField?.stride)].join(' × ');
  const sees = receptiveField
    ? `One activation sees ${receptiveField.size.join(' × ')} pixels of the picture. Its neighbours are ${stride === '1' ? '1 pixel' : `${stride} pixels`} away.`
    : landing
      ? `One activation sees the whole picture, through a gate. Its signal can land in ${landing.size.join(' × ')} pixels.`
      : 'One activation sees the whole picture.';
  return `${className} with an output of ${shape.join(' × ')}. ${sees} Mirror: ${mirror ?? 'none'}.`;
}
