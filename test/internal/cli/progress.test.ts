import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startProgress } from '../../../src/cli/progress.js';
import type { Terminal } from '../../../src/cli/terminal.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** The lines of a job of which half is done after a minute. */
function linesOf(total: number, from: number, ...unit: Parameters<typeof startProgress>[4][]): string[] {
  let said = '';
  const err = { write: (text: string) => (said += text) };
  const progress = startProgress({ err } as unknown as Terminal, 'Covering pictures', total, from, ...unit);
  progress.update(from);
  vi.advanceTimersByTime(60_000);
  progress.update(from + (total - from) / 2);
  return said.trimEnd().split('\n');
}

it('says what is counted', () => {
  expect(linesOf(3600, 1200, ['image'])).toEqual([
    'Covering pictures: 3,600 images, from 1,200 on',
    'Covering pictures: 2,400 of 3,600 images, 20.0/s, 60 s left',
  ]);
  expect(linesOf(1, 0, ['image'])[0]).toBe('Covering pictures: 1 image');
});

it('says nothing more if the title says what is counted', () => {
  expect(linesOf(60, 0)).toEqual(['Covering pictures: 60', 'Covering pictures: 30 of 60, 0.5/s, 60 s left']);
});
