import { listPictures } from 'deconvnet/node';
import { describe, expect, it } from 'vitest';
import { urlList } from '../../support/read-url.js';

describe('a list of URLs', () => {
  it('gives the pictures in the order of the lines, with labels', async () => {
    const path = await urlList(
      '\uFEFF# my pictures\r\nhttps://b.example.org/2.jpg?size=large\tcat and dog\r\n\r\n  http://a.example.org/1  \t\r\n',
    );
    expect(await listPictures(path)).toEqual([
      {
        id: 'https://b.example.org/2.jpg?size=large',
        path: 'https://b.example.org/2.jpg?size=large',
        label: 'cat and dog',
      },
      { id: 'http://a.example.org/1', path: 'http://a.example.org/1' },
    ]);
    expect(await listPictures('https://a.example.org/1.jpg')).toEqual([
      { id: 'https://a.example.org/1.jpg', path: 'https://a.example.org/1.jpg' },
    ]);
  });

  it.each([
    ['a/b.jpg', /"a\/b\.jpg": it is not an http or https URL/],
    ['ftp://example.org/b.jpg', /is not an http or https URL/],
    ['http://', /is not a complete URL/],
    ['http://example.org/b.jpg 65', /contains a space.* label after a tab/],
    ['http://example.org/b.jpg\tcat\tdog', /more than one tab/],
    ['http://me:secret@example.org/b.jpg', /"http:\/\/example\.org\/b\.jpg": it contains a user name or a password/],
    ['http://example.org/b.npy?x=1', /names a signal, and signals are only read from disk/],
  ])('says which line is wrong: %s', async (line, says) => {
    const path = await urlList(`http://example.org/a.jpg\n# more\n${line}\n`, 'Many.TXT');
    const error = await listPictures(path).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'invalid-option', message: expect.stringMatching(says) });
    expect((error as Error).message).toContain(`Line 3 of ${path} is wrong`);
    expect((error as Error).message).not.toContain('secret');
  });

  it('must have URLs, and each only once', async () => {
    const path = await urlList('http://example.org/a.jpg\n\nhttp://example.org/a.jpg\tcat\n');
    await expect(listPictures(path)).rejects.toMatchObject({
      code: 'duplicate-id',
      message: expect.stringContaining(`Lines 1 and 3 of ${path} have the same URL, http://example.org/a.jpg.`),
    });
    await expect(listPictures(await urlList('# nothing\n'))).rejects.toMatchObject({
      code: 'pictures-not-found',
      message: expect.stringContaining('contains no URLs'),
    });
  });
});
