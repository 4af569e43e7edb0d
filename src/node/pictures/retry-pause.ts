import type { Fetching } from './fetching.js';

/**
 * The seconds to wait before a picture is tried again. The pause doubles with each try. It is as long as the server asks for
 * if that is longer, but never longer than a try may take.
 *
 * @param tried how often it was tried
 * @param retryAfter the header `Retry-After` of the answer, a number of seconds or a date
 */
export function retryPause(
  tried: number,
  retryAfter: string | null,
  { pause, timeout }: Pick<Fetching, 'pause' | 'timeout'>,
): number {
  return Math.min(timeout, Math.max(pause * 2 ** (tried - 1), secondsOf(retryAfter ?? '')));
}

function secondsOf(header: string): number {
  const seconds = /^\s*\d+\s*$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return seconds > 0 ? seconds : 0;
}
