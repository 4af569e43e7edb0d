import { useBackend } from 'deconvnet/node';
import { strToU8, unzipSync, zipSync } from 'fflate';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { kerasBytes } from '../support/models/keras-reference.js';
import { filesOf } from '../support/models/saved-model.js';
import { deepNetwork } from './deep-network.js';
import { addShipped, focused, NETWORK, namesOf, openStudy, SHIPPED, tensors, zipOf } from './evolution-study.js';
import { chooseStudy, drop, untilProjected, untilText, useExplorer } from './explorer-page.js';

const openExplorer = useExplorer();

// The networks that are dropped are made here.
beforeAll(() => useBackend('wasm'));

describe('the checkpoints of the page', () => {
  it('keeps the order and the names of the list, with the keyboard', async () => {
    const { page, errors } = await openExplorer();
    const fetched: string[] = [];
    page.on('request', (request) => request.url().endsWith('checkpoints.zip') && fetched.push(request.url()));
    await openStudy(page);
    expect(fetched).toEqual([]);
    await addShipped(page);
    expect(fetched).toHaveLength(1);
    expect(await namesOf(page)).toEqual(SHIPPED);
    await page.getByRole('button', { name: 'Move epoch 2 to an earlier place' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => namesOf(page)).toEqual(['epoch 2', 'epoch 1', ...SHIPPED.slice(2)]);
    // It is the first one now, and cannot be moved any further.
    expect(await focused(page)).toBe('Move epoch 2 to a later place');
    await page.keyboard.press('Enter');
    await expect.poll(() => namesOf(page)).toEqual(SHIPPED);
    expect(await focused(page)).toBe('Move epoch 2 to a later place');
    await page.getByRole('button', { name: 'Remove epoch 15' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => namesOf(page)).toEqual([...SHIPPED.slice(0, 4), 'epoch 22']);
    expect(await focused(page)).toBe('Remove epoch 10');
    await page.locator('#checkpoints input').first().fill('epoch 5');
    await page.keyboard.press('Tab');
    await untilText(page, '#alert-text', 'Another checkpoint is called ‘epoch 5’ already.');
    expect((await namesOf(page))[0]).toBe('epoch 1');
    expect(errors).toEqual([]);
  });

  it('says what is wrong with files, and takes the others', async () => {
    const { page, errors } = await openExplorer();
    await openStudy(page);
    const before = await tensors(page);
    const other = Object.entries(filesOf(await deepNetwork(2, 4))).map(
      ([name, content]) => [name, content instanceof Uint8Array ? content : strToU8(JSON.stringify(content))] as const,
    );
    const { 'model.json': json } = filesOf(await deepNetwork(2, 4));
    const files = {
      'other.zip': zipSync(Object.fromEntries(other)),
      'epoch-05.zip': zipOf(`${NETWORK}/checkpoints/epoch-05`),
      'half.zip': zipSync({ 'model.json': strToU8(JSON.stringify(json)) }),
    };
    await drop(page, files, '#checkpoints');
    const alert = await untilText(page, '#alert-text', 'is not a checkpoint of ‘cifar10_zfnet’, the open network');
    expect(alert).toMatch(
      /‘other’ is not a checkpoint .* it has \d+ layers, and the open network has \d+\. It was left out\./,
    );
    expect(alert).toMatch(/‘half’ cannot be opened: The weights file ‘weights.bin’, .* is missing/);
    expect(await namesOf(page)).toEqual(['epoch-05', 'open network']);
    expect(await page.textContent('#network-name')).toBe('cifar10_zfnet');
    await drop(page, { 'notes.txt': 'x' }, '#checkpoints');
    await untilText(page, '#alert-text', '‘notes.txt’ cannot be opened: There is no model.json');
    await page.click('#maps-list [role=option]');
    await untilText(page, '#status', /The projection of conv3/);
    expect(await tensors(page)).toBe(before);
    expect(errors).toEqual([]);
  });

  it('are files of Keras, too, and take pictures as the open network does', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    const whole = await kerasBytes('trained.keras');
    const { 'config.json': topology, 'model.weights.h5': weights } = unzipSync(whole);
    const grey = { width: 16, height: 16, channels: 1 } as const;
    const pixels = Uint8Array.from({ length: 256 }, (_, i) => (i * 37) % 256);
    const png = await sharp(pixels, { raw: grey }).png().toBuffer();
    await drop(page, { 'trained.keras': whole, 'a.png': png, 'b.png': png });
    await chooseStudy(page, 'evolution');
    await untilText(page, '#evolution-subject', 'First say how this network takes pictures.');
    await page.getByRole('radio', { name: 'From 0 to 1' }).check();
    await page.click('#input-form button');
    const files = {
      'epoch 11.weights.h5': weights!,
      'net.json': topology!,
      'epoch 10.keras': whole,
      'epoch 9.keras': whole,
    };
    await drop(page, files, '#checkpoints');
    await untilText(page, '#status', '3 checkpoints were added.');
    expect(await namesOf(page)).toEqual(['epoch 9', 'epoch 10', 'epoch 11', 'open network']);
    await page.click('#evolution-form button.primary');
    await untilText(page, '#status', 'The study is finished.');
    expect(await page.textContent('#evolution-title')).toBe('From epoch 9 to open network');
    for (const text of await page.locator('#evolution-layers .facts').allTextContents()) {
      expect(text).toMatch(/The picture never changed|has fired on any picture/);
    }
    expect(await page.locator('#evolution-layers canvas').count()).toBeGreaterThan(0);
    expect(errors).toEqual([]);
  });

  it('says when there are no pictures', async () => {
    const { page } = await openExplorer();
    await untilProjected(page, 'conv3');
    await page.route('**/pictures.zip', (route) => route.abort());
    await page.reload();
    await untilText(page, '#network-name', 'cifar10_zfnet');
    await untilText(page, '#evolution-subject', 'There are no pictures to search.');
    expect(await page.isDisabled('#evolution-form button.primary')).toBe(true);
  });
});
