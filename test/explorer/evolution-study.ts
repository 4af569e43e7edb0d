import { readdirSync, readFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import type { Page } from 'playwright';
import { chooseStudy, drop, untilProjected, untilText } from './explorer-page.js';

/** The shipped network, its checkpoints and its pictures. */
export const NETWORK = 'examples/cifar10-zfnet';

/** What the page calls the shipped checkpoints and the shipped network. */
export const SHIPPED = ['epoch 1', 'epoch 2', 'epoch 5', 'epoch 10', 'epoch 15', 'epoch 22'] as const;

/** Two pictures of each class: their names when they are dropped, and their paths. */
export const PICTURES: readonly (readonly [name: string, path: string])[] = readdirSync(`${NETWORK}/pictures`).flatMap(
  (label) =>
    readdirSync(`${NETWORK}/pictures/${label}`)
      .slice(0, 2)
      .map((name) => [`${label}-${name}`, `${NETWORK}/pictures/${label}/${name}`] as const),
);

/** A folder as a zip file, with the files at its top. */
export function zipOf(folder: string): Uint8Array {
  const names = readdirSync(folder);
  return zipSync(Object.fromEntries(names.map((name) => [name, new Uint8Array(readFileSync(`${folder}/${name}`))])));
}

/** Shows the study, with few pictures, so that it does not take long. */
export async function openStudy(page: Page): Promise<void> {
  await untilProjected(page, 'conv3');
  await drop(page, Object.fromEntries(PICTURES.map(([id, path]) => [id, new Uint8Array(readFileSync(path))])));
  await untilText(page, '#pictures-facts', '20 pictures of your own');
  await untilProjected(page, 'conv3');
  await chooseStudy(page, 'evolution');
}

/** Drops folders of the network on the study, each as a zip file with a name. */
export async function addZips(page: Page, folders: Readonly<Record<string, string>>): Promise<void> {
  const files = Object.entries(folders).map(([name, folder]) => [`${name}.zip`, zipOf(`${NETWORK}/${folder}`)]);
  await drop(page, Object.fromEntries(files), '#evolution-form');
  await untilText(page, '#status', /added\./);
}

/** Takes the shipped checkpoints. */
export async function addShipped(page: Page): Promise<void> {
  await page.click('#shipped-checkpoints');
  await untilText(page, '#status', '5 checkpoints were added.');
}

/** The names in the list of checkpoints. */
export function namesOf(page: Page): Promise<string[]> {
  return page.locator('#checkpoints input').evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value));
}

/** How many tensors there are when the page has settled. */
export async function tensors(page: Page): Promise<number> {
  await page.waitForTimeout(300);
  return Number(await page.getAttribute('#memory', 'data-tensors'));
}

/** The name or the id of what has the focus. */
export function focused(page: Page): Promise<string | null | undefined> {
  return page.evaluate(() => document.activeElement?.ariaLabel ?? document.activeElement?.id);
}
