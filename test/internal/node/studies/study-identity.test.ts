import { builtInMirror, Deconvnet, type DeconvnetOptions } from 'deconvnet';
import { beforeAll, describe, expect, it } from 'vitest';
import { studyIdentity } from '../../../../src/node/studies/kit/study-identity.js';
import { use } from '../../../support/backends.js';
import { crossDetector } from '../../../support/models/cross-detector.js';

const files = [{ id: 'a.png', path: 'a.png' }];
const usual: DeconvnetOptions = { input: 'unit', labels: ['cat', 'dog'] };

describe('studyIdentity', () => {
  beforeAll(() => use('cpu'));

  const identityOf = async (options: DeconvnetOptions = usual, list = files, study: object = { size: 3 }) => {
    const model = crossDetector();
    const deconvnet = new Deconvnet(model, options);
    try {
      return await studyIdentity(deconvnet, list, { ...study });
    } finally {
      deconvnet.dispose();
      model.dispose();
    }
  };

  it('is the same for the same network, pictures and options', async () => {
    expect(await identityOf()).toEqual(await identityOf());
    expect(await identityOf()).toEqual(await identityOf(usual, files, { size: 3, stride: undefined }));
  });

  it.each<[string, Parameters<typeof identityOf>, string]>([
    ['the class names', [{ ...usual, labels: ['dog', 'cat'] }], 'labels'],
    ['the input format', [{ ...usual, input: 'raw' }], 'input format'],
    ['the rule', [{ ...usual, rule: 'guided' }], 'rule'],
    ['mirrors of its own', [{ ...usual, mirrors: { shape: (layer) => builtInMirror(layer) } }], 'own mirrors'],
    ['the pictures', [usual, [{ id: 'b.png', path: 'b.png' }]], 'listing'],
    ['the options of the study', [usual, files, { size: 4 }], 'size'],
  ])('depends on %s', async (_, [options, list, study], name) => {
    const [one, other] = [await identityOf(), await identityOf(options, list, study)];
    expect(one[name]).toBeDefined();
    expect(other[name]).not.toEqual(one[name]);
  });
});
