import type { State } from '../../state';

/** What keeps a study of the chosen picture from running, as a sentence; nothing if it can run. */
export function whyNotYet({ network, seen, isLive }: State): string | null {
  if (!network?.inputFormat) return 'First say how this network takes pictures.';
  if (isLive) return 'First stop the camera. Its last frame stays.';
  return seen ? null : 'First choose a picture.';
}

/** The name of the chosen picture. */
export function pictureName({ seenId }: State): string {
  return seenId ?? 'the last frame of the camera';
}

/** Lets a form be sent while a study can run. */
export function allow(form: HTMLFormElement, can: boolean): void {
  form.querySelector<HTMLButtonElement>('button.primary')!.disabled = !can;
}

/** The whole number in a field; undefined if it is empty. */
export function numberIn({ value, valueAsNumber }: HTMLInputElement): number | undefined {
  return value === '' ? undefined : valueAsNumber;
}
