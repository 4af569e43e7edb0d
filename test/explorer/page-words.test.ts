import { type Advice, DeconvnetError } from 'deconvnet';
import { describe, expect, it } from 'vitest';
import { inPageWords } from '../../examples/explorer/src/worker/page-words.js';

const said = (about: Advice['about']): string => {
  const advice = { about, text: 'Give the other file as the option of the library.' };
  const error = new DeconvnetError('model-unreadable', 'net.json is one of two files.', { advice });
  return (inPageWords(error) as Error).message;
};

describe('advice of the library', () => {
  it.each(['give-weights', 'give-topology'] as const)(
    'about a file that is missing, %s, becomes what a person can do in the page',
    (about) => {
      expect(said(about)).toMatch(
        /^net\.json is one of two files\. Drop it together with its \w+, which model\.\w+\(\) of Keras/,
      );
      expect(said(about)).toContain("model.save('model.keras')");
      expect(said(about)).not.toContain('option');
    },
  );

  it('about anything else is what the library says', () => {
    expect(said('fewer-workers')).toBe(
      'net.json is one of two files. Give the other file as the option of the library.',
    );
  });
});
