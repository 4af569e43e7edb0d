import { Deconvnet, type Picture, type RuleName, renderFilters, renderProjection, type Selection } from 'deconvnet';
import { loadModel, readPicture, useBackend } from 'deconvnet/node';
import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import { differenceFrom, pixelsOf, untilProjected, untilText, useExplorer } from './explorer-page.js';

const openExplorer = useExplorer();

/** The first picture of the strip. */
const PICTURE = 'airplane/00003.png';

let expected: (selection: Selection, rule?: RuleName) => Promise<Picture>;

beforeAll(async () => {
  await useBackend('wasm');
  const model = await loadModel('examples/cifar10-zfnet/model');
  expected = async (selection, rule = 'deconvnet') => {
    const deconvnet = new Deconvnet(model, { rule });
    const image = deconvnet.toInput(await readPicture(`examples/cifar10-zfnet/pictures/${PICTURE}`));
    const projection = await deconvnet.project(image, selection);
    image.dispose();
    deconvnet.dispose();
    try {
      expect(projection.empty).toBe(false);
      return await renderProjection(projection);
    } finally {
      projection.dispose();
    }
  };
});

/** The first and the last position where a feature map of conv2 fires. */
async function firing(layer: string, featureMap: number): Promise<[[number, number], [number, number]]> {
  const deconvnet = new Deconvnet(await loadModel('examples/cifar10-zfnet/model'));
  const image = deconvnet.toInput(await readPicture(`examples/cifar10-zfnet/pictures/${PICTURE}`));
  const output = await deconvnet.activations(image, layer);
  const [, width, maps] = output.shape as [number, number, number];
  const values = await output.data();
  const cells = Array.from({ length: values.length / maps }, (_, cell) => cell);
  const found = cells.filter((cell) => values[cell * maps + featureMap]! > 0);
  expect(found.length).toBeGreaterThan(1);
  return [found[0]!, found.at(-1)!].map((cell) => [Math.floor(cell / width), cell % width]) as never;
}

async function choose(page: Page, layer: string, featureMap: number): Promise<void> {
  await page.click(`[data-layer="${layer}"]`);
  await untilProjected(page, layer);
  await page.click(`[role=option][data-map="${featureMap}"]`);
  await untilProjected(page, layer, featureMap);
}

async function untilRule(page: Page, rule: RuleName): Promise<void> {
  await page.getByRole('radio', { name: rule }).check();
  await untilText(page, '#detail-facts', rule);
}

describe('a projection in the page', () => {
  it('is what the library computes in Node, for every layer, place and rule', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    expect(await page.getAttribute('[data-id="airplane/00003.png"]', 'aria-pressed')).toBe('true');

    await choose(page, 'conv4', 17);
    const selection = { layer: 'conv4', featureMap: 17 } as const;
    const strongest = await expected({ ...selection, position: 'strongest' });
    expect(new Set((await pixelsOf(page, '#projection-canvas')).data).size).toBeGreaterThan(20);
    expect(await differenceFrom(page, '#projection-canvas', strongest)).toBeLessThanOrEqual(2);

    for (const rule of ['guided', 'gradient'] as const) {
      await untilRule(page, rule);
      const under = await expected({ ...selection, position: 'strongest' }, rule);
      expect(await differenceFrom(page, '#projection-canvas', under)).toBeLessThanOrEqual(2);
      // The rules differ, so that nothing above can pass by standing still.
      expect(await differenceFrom(page, '#projection-canvas', strongest)).toBeGreaterThan(10);
    }
    await untilRule(page, 'deconvnet');

    await page.getByRole('radio', { name: 'whole map' }).check();
    await untilText(page, '#detail-facts', 'the whole map');
    expect(await differenceFrom(page, '#projection-canvas', await expected(selection))).toBeLessThanOrEqual(2);
    expect(errors).toEqual([]);
  });

  it('is of the place that was pointed at, with a box and a patch', async () => {
    const { page, errors } = await openExplorer();
    await untilProjected(page, 'conv3');
    await choose(page, 'conv2', 5);
    const [first, last] = await firing('conv2', 5);
    const { width, height } = (await page.locator('#map-canvas').boundingBox())!;
    // conv2 has 15 × 15 positions.
    const [y, x] = [((first[0] + 0.5) * height) / 15, ((first[1] + 0.5) * width) / 15];
    await page.click('#map-canvas', { position: { x, y } });
    await untilText(page, '#detail-facts', `row ${first[0]}, column ${first[1]}`);
    const [row, column] = ['1', '2'].map((place) => page.locator(`#place-fields label:nth-child(${place}) input`));
    expect(await row!.inputValue()).toBe(String(first[0]));
    await row!.fill(String(last[0]));
    await column!.fill(String(last[1]));
    await page.keyboard.press('Enter');
    await untilText(page, '#detail-facts', `row ${last[0]}, column ${last[1]}`);

    const projection = await expected({ layer: 'conv2', featureMap: 5, position: last });
    expect(await differenceFrom(page, '#projection-canvas', projection)).toBeLessThanOrEqual(2);
    const seen = await readPicture(`examples/cifar10-zfnet/pictures/${PICTURE}`);
    expect(await differenceFrom(page, '#picture-canvas', seen)).toBeLessThanOrEqual(1);
    await page.getByRole('radio', { name: 'all that is seen' }).check();
    await expect.poll(async () => (await pixelsOf(page, '#patch-canvas')).width).toBe(17);
    expect(await pixelsOf(page, '#patch-canvas')).toMatchObject({ width: 17, height: 17 });
    expect(errors).toEqual([]);
  });

  // Without a graphics card both compute in software, which takes long on a busy machine.
  it.each(['webgl', 'webgpu'])(
    'is the same on %s',
    async (backend) => {
      const { page, errors } = await openExplorer(backend);
      await untilProjected(page, 'conv3');
      expect(await page.textContent('#backend-facts')).toContain(
        `${backend === 'webgl' ? 'WebGL' : 'WebGPU'} is used.`,
      );
      const featureMap = Number(await page.getAttribute('[aria-selected=true]', 'data-map'));
      const projection = await expected({ layer: 'conv3', featureMap, position: 'strongest' });
      expect(await differenceFrom(page, '#projection-canvas', projection)).toBeLessThanOrEqual(2);
      expect(errors).toEqual([]);
    },
    120_000,
  );

  it('takes WebAssembly by itself, since this machine has no graphics card, and says so', async () => {
    const { page, errors } = await openExplorer('auto');
    const facts = await untilText(page, '#backend-facts', 'is used.');
    const inSoftware = (name: string): string =>
      `${name} is not used: it computes in software here \\(.*SwiftShader.*\\), which is slow\\.`;
    expect(facts).toMatch(new RegExp(`^WebAssembly is used. ${inSoftware('WebGPU')} ${inSoftware('WebGL')}$`, 'i'));
    expect(await page.inputValue('#backend')).toBe('auto');
    expect(errors).toEqual([]);
  });

  it('says which backend runs and why, and moves to another one', async () => {
    const { page, errors } = await openExplorer();
    await untilText(page, '#backend-facts', 'WebAssembly is used.');
    await untilProjected(page, 'conv3');
    await choose(page, 'conv2', 5);
    await page.selectOption('#backend', 'cpu');
    await untilText(page, '#backend-facts', 'JavaScript is used');
    await untilProjected(page, 'conv2', 5);
    const projection = await expected({ layer: 'conv2', featureMap: 5, position: 'strongest' });
    expect(await differenceFrom(page, '#projection-canvas', projection)).toBeLessThanOrEqual(2);
    expect(errors).toEqual([]);
  });

  it('has the filters of the first layer beside it', async () => {
    const { page } = await openExplorer();
    await untilProjected(page, 'conv3');
    await page.click('#filters summary');
    expect(await untilText(page, '#filters-facts', 'conv1')).toContain('conv1 has 48 filters of 7 × 7 pixels');
    const [first] = await renderFilters(await loadModel('examples/cifar10-zfnet/model'));
    const { width, data } = await pixelsOf(page, '#filters-canvas');
    const corner = Array.from({ length: 7 }, (_, y) => data.slice(y * width * 4, (y * width + 7) * 4)).flat();
    expect(corner).toEqual([...first!.data]);
  });
});
