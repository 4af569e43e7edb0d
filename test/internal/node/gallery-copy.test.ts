import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyGallery } from '../../../src/node/gallery/copy-gallery.js';
import { GalleryFolder, GENERATOR } from '../../../src/node/gallery/gallery-folder.js';
import { filesIn } from '../../support/files-in.js';
import { tempFolder, writeFiles } from '../../support/temp-folder.js';

/** Writes a small gallery into a folder; its sprite and its script contain a word. */
async function gallery(out: string, word: string): Promise<void> {
  const folder = await GalleryFolder.open(out, async () => new TextEncoder().encode(word));
  const { file } = await folder.writeSprite('conv', { width: 1, height: 1, data: new Uint8ClampedArray(4) });
  const script = await folder.writeScript('same', 'same');
  await folder.finish(`${GENERATOR} ${word} ${file} ${script} ✓`);
}

const spriteIn = async (out: string): Promise<string> =>
  join(out, 'sprites', (await readdir(join(out, 'sprites')))[0]!);

describe('a gallery that is copied', () => {
  it('has the same files, in place of those of an older gallery', async () => {
    const folder = await tempFolder();
    const [from, out] = [join(folder, 'from'), join(folder, 'out')];
    await gallery(from, 'new');
    // What is no part of the gallery is not copied.
    await writeFiles(from, { 'unfinished/abc.patches': 'kept', 'sprites/notes.txt': 'mine' });
    await gallery(out, 'old');
    await writeFiles(out, { 'sprites/notes.txt': 'my own' });
    const same = join(out, 'data', (await readdir(join(out, 'data')))[0]!);
    const { ino } = await stat(same);

    const { index, bytes } = await copyGallery(from, out);
    expect(index).toBe(join(out, 'index.html'));
    const files = await filesIn(out);
    expect(files.get('/sprites/notes.txt')).toBe(Buffer.from('my own').toString('base64'));
    files.delete('/sprites/notes.txt');
    const wanted = await filesIn(from);
    for (const name of ['/unfinished/abc.patches', '/sprites/notes.txt']) wanted.delete(name);
    expect(files).toEqual(wanted);
    expect(files.size).toBe(3);
    expect(bytes).toBe([...files.values()].reduce((sum, one) => sum + Buffer.from(one, 'base64').length, 0));
    // A file that is there already is not written again.
    expect((await stat(same)).ino).toBe(ino);
    // A gallery that is copied to itself stays as it is.
    await copyGallery(from, from);
    expect(await readFile(join(from, 'index.html'), 'utf8')).toContain('new');
    expect(await readdir(join(from, 'sprites'))).toHaveLength(2);
  });

  it('leaves the older gallery whole if a file is damaged, and is written when it is whole', async () => {
    const folder = await tempFolder();
    const [from, out] = [join(folder, 'from'), join(folder, 'out')];
    await gallery(from, 'new');
    await gallery(out, 'old');
    const older = await filesIn(out);
    const sprite = await spriteIn(from);
    const bytes = await readFile(sprite);
    await writeFile(sprite, 'n');
    await expect(copyGallery(from, out)).rejects.toMatchObject({
      code: 'write-failed',
      message: expect.stringContaining(`${sprite} is damaged`),
    });
    const after = await filesIn(out);
    for (const [name, text] of older) expect(after.get(name)).toBe(text);
    await writeFile(sprite, bytes);
    await copyGallery(from, out);
    expect(await filesIn(out)).toEqual(await filesIn(from));
  });

  it('is an error if there is none, or if the folder has another page', async () => {
    const folder = await tempFolder();
    const [from, out] = [join(folder, 'from'), join(folder, 'out')];
    const failed = { code: 'write-failed' };
    await expect(copyGallery(from, out)).rejects.toMatchObject(failed);
    await writeFiles(folder, { 'other/index.html': 'my page' });
    await expect(copyGallery(join(folder, 'other'), out)).rejects.toMatchObject(failed);
    expect(await readdir(folder)).toEqual(['other']);
    await gallery(from, 'new');
    await expect(copyGallery(from, join(folder, 'other'))).rejects.toMatchObject(failed);
    await rm(join(from, 'data'), { recursive: true });
    await expect(copyGallery(from, out)).rejects.toMatchObject(failed);
    await expect(readFile(join(out, 'index.html'))).rejects.toThrow('ENOENT');
  });
});
