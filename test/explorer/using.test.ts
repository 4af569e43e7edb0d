import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Deconvnet, PatchMiner, renderProjections } from 'deconvnet';
import { loadModel, readPictures, useBackend } from 'deconvnet/node';
import { describe, expect, it } from 'vitest';
import { differenceFrom, drop, pixelsOf, untilProjected, untilText, useExplorer } from './explorer-page.js';
import { traceTasks } from './trace-tasks.js';

const openExplorer = useExplorer();

const PICTURES = 'examples/cifar10-zfnet/pictures';

describe('mining in the page', () => {
  it('finds what the library finds in Node, and projects it', async () => {
    await useBackend('wasm');
    const deconvnet = new Deconvnet(await loadModel('examples/cifar10-zfnet/model'));
    const miner = new PatchMiner(deconvnet, { layers: ['conv3'] });
    await miner.run(readPictures(join(PICTURES, 'frog'), deconvnet));
    const ids = miner.top('conv3', 2).map(({ id }) => id);
    const [strongest] = await renderProjections(await miner.project('conv3', 2, { crop: true }));
    const { start, size } = miner.top('conv3', 2)[0]!.receptiveField;
    expect(ids.length).toBe(9);
    // The page leaves out what is beyond the picture, which has 32 x 32 pixels.
    for (let cell = 0; cell < size[0]! * size[1]!; cell++) {
      const place = [start[0]! + Math.floor(cell / size[1]!), start[1]! + (cell % size[1]!)];
      if (place.some((pixel) => pixel < 0 || pixel > 31)) strongest!.data.fill(0, cell * 4, cell * 4 + 4);
    }

    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    const names = (await readdir(join(PICTURES, 'frog'))).sort();
    await drop(
      page,
      Object.fromEntries(
        await Promise.all(names.map(async (name) => [name, await readFile(join(PICTURES, 'frog', name))])),
      ),
    );
    await untilText(page, '#pictures-facts', `${names.length} pictures of your own`);
    await untilProjected(page, 'conv3');
    await page.click('[role=option][data-map="2"]');
    await untilProjected(page, 'conv3', 2);
    await page.getByRole('radio', { name: 'all that is seen' }).check();
    await page.click('#mine');
    await untilText(page, '#status', `The page has searched ${names.length} pictures.`);
    await untilText(page, '#top-facts', `The page has searched ${names.length} of ${names.length} pictures.`);
    expect(
      await page.locator('#top-list li').evaluateAll((all) => all.map((one) => one.getAttribute('title'))),
    ).toEqual(ids);
    const drawn = await pixelsOf(page, '#top-list li:first-child canvas:first-child');
    expect(new Set(drawn.data).size).toBeGreaterThan(20);
    expect(await differenceFrom(page, '#top-list canvas >> nth=0', strongest!)).toBeLessThanOrEqual(2);

    // Found once for all layers; another rule only projects anew.
    await page.getByRole('radio', { name: 'guided' }).check({ force: true });
    await untilText(page, '#detail-facts', 'guided');
    await expect.poll(async () => (await pixelsOf(page, '#top-list canvas >> nth=0')).data).not.toEqual(drawn.data);
    await page.click('[data-layer="conv5"]');
    await untilProjected(page, 'conv5');
    await expect.poll(() => page.locator('#top-list li').count()).toBeGreaterThan(0);
    expect(errors).toEqual([]);
  });

  it('can be stopped, and keeps what it has', async () => {
    const { page, errors } = await openExplorer();
    await untilText(page, '#pictures-facts', '500 shipped pictures');
    await untilProjected(page, 'conv3');
    await page.click('#mine');
    await expect
      .poll(() => page.locator('#mining-progress').evaluate((bar: HTMLProgressElement) => bar.value))
      .toBeGreaterThan(0);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('stop-mining');
    await page.keyboard.press('Enter');
    const said = await untilText(page, '#status', /searched \d+ of 500 pictures/);
    const mined = Number(/\d+/.exec(said)![0]);
    expect(mined).toBeGreaterThan(0);
    expect(mined).toBeLessThan(500);
    await untilText(page, '#top-facts', `searched ${mined} of 500 pictures`);
    expect(await page.isVisible('#mine')).toBe(true);
    expect(errors).toEqual([]);
  });
});

describe('the page', () => {
  it('can be used with only the keyboard', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip');
    await page.keyboard.press('Enter');
    const focused = (): Promise<string | undefined> =>
      page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.map);
    for (let steps = 0; steps < 5 && (await focused()) === undefined; steps++) await page.keyboard.press('Tab');
    const first = Number(await focused());
    expect(await page.getAttribute('[aria-selected=true]', 'data-map')).toBe(String(first));

    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowLeft']) await page.keyboard.press(key);
    const second = Number(await focused());
    expect(second).not.toBe(first);
    await untilProjected(page, 'conv3', second);
    expect(await page.locator('#maps-list [tabindex="0"]').count()).toBe(1);
    expect(await page.getAttribute(`[data-map="${second}"]`, 'aria-label')).toMatch(
      /feature map \d+, (up to [\d.]+|does not fire)/,
    );
    await page.keyboard.press('End');
    await page.keyboard.press('Home');
    expect(Number(await focused())).toBe(first);

    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowRight');
    await untilText(page, '#detail-facts', 'guided');
    // Everything that can be pressed has a name.
    const nameless = await page
      .locator('button:visible, select:visible, input:visible, [role=option]')
      .evaluateAll(
        (all) =>
          all.filter(
            (one) =>
              !(
                one.textContent ||
                one.ariaLabel ||
                (one as HTMLInputElement).labels?.length ||
                one.querySelector('[alt]')
              ),
          ).length,
      );
    expect(nameless).toBe(0);
    expect(errors).toEqual([]);
  });

  it('projects what a camera sees, frame after frame, and keeps the last one', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    await page.click('#camera');
    await untilText(page, '#fps', /[\d.]+ frames per second/);
    const before = await pixelsOf(page, '#projection-canvas');
    await expect.poll(async () => (await pixelsOf(page, '#projection-canvas')).data).not.toEqual(before.data);
    expect(await page.locator('#live-list li').count()).toBe(9);
    const layer = 'conv2';
    await page.click(`[data-layer="${layer}"]`);
    await untilText(page, '#detail-name', `${layer} · feature map`);
    await page.click('#camera');
    await untilText(page, '#status', `The projection of ${layer}`);
    expect(await page.isVisible('#live')).toBe(false);
    const still = await pixelsOf(page, '#picture-canvas');
    await page.waitForTimeout(300);
    expect((await pixelsOf(page, '#picture-canvas')).data).toEqual(still.data);
    expect(errors).toEqual([]);
  });

  it('keeps nothing: as many tensors after many selections as after a few', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    const round = async (): Promise<string | null> => {
      for (const layer of ['conv2', 'pool2', 'conv5', 'dense6', 'conv4']) {
        await page.click(`[data-layer="${layer}"]`);
        await untilProjected(page, layer);
      }
      for (const id of ['automobile', 'bird', 'airplane']) {
        await page.click(`[data-id^="${id}"] >> nth=0`);
        await page.click('[role=option] >> nth=3');
      }
      for (const rule of ['guided', 'gradient', 'deconvnet']) {
        await page.getByRole('radio', { name: rule }).check();
        await untilText(page, '#detail-facts', rule);
      }
      await page.click('[data-layer="conv3"]');
      await untilProjected(page, 'conv3');
      await expect.poll(() => page.getAttribute('#memory', 'data-tensors')).toMatch(/\d+/);
      return page.getAttribute('#memory', 'data-tensors');
    };
    await round();
    const second = await round();
    expect(Number(second)).toBeGreaterThan(10);
    expect(await round()).toBe(second);
    expect(errors).toEqual([]);
  });

  it('computes nothing itself, so that it never freezes', async () => {
    const { page } = await openExplorer();
    const tasks = await traceTasks(page, async () => {
      await untilProjected(page, 'conv3');
      for (const layer of ['conv1', 'dense6', 'conv5']) {
        await page.click(`[data-layer="${layer}"]`);
        await untilProjected(page, layer);
      }
      await page.click('#mine');
      await untilText(page, '#top-facts', 'so far');
      await page.click('#stop-mining');
      await page.click('#camera');
      await untilText(page, '#fps', 'frames per second');
      await page.click('#camera');
      await untilText(page, '#status', 'The projection of');
    });
    const longest = (kind: 'wall' | 'cpu'): number => Math.round(Math.max(...tasks.map((task) => task[kind])));
    console.log(
      `the page's own thread: ${tasks.length} tasks, the longest ${longest('wall')} ms, ${longest('cpu')} ms of them its own`,
    );
    expect(tasks.length).toBeGreaterThan(100);
    // What the thread computed, and not how long it took: other programs are no fault of the page's.
    expect(tasks.filter(({ cpu }) => cpu > 100)).toEqual([]);

    const scripts = await page.evaluate(() => [...document.scripts].map(({ src }) => src));
    expect(scripts).toHaveLength(1);
    for (const address of scripts) {
      const text = await (await page.request.get(address)).text();
      expect(text.length).toBeLessThan(200_000);
      expect(text).not.toMatch(/registerKernel|KernelBackend|numTensors:/);
    }
  });

  it.each([
    [360, 'light'],
    [800, 'dark'],
    [1440, 'light'],
  ] as const)('fits a window %i pixels wide, %s', async (width, colorScheme) => {
    const { page } = await openExplorer('wasm', { viewport: { width, height: 740 }, colorScheme });
    await untilProjected(page, 'conv3');
    const [needed, ink, paper] = await page.evaluate(() => {
      const { color, backgroundColor } = getComputedStyle(document.body);
      return [document.documentElement.scrollWidth, color, backgroundColor] as const;
    });
    expect(needed).toBeLessThanOrEqual(width);
    const isLight = (colour: string): boolean => Number(/\d+/.exec(colour)![0]) > 127;
    expect([isLight(ink), isLight(paper)]).toEqual(colorScheme === 'light' ? [false, true] : [true, false]);
  });
});
