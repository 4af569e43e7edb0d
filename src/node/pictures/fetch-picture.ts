import { setTimeout as delay } from 'node:timers/promises';
import { DeconvnetError } from '../../errors/deconvnet-error.js';
import { isAllowed } from './allowed-hosts.js';
import type { Fetching } from './fetching.js';
import type { PictureFile } from './picture-file.js';
import { retryPause } from './retry-pause.js';

/** How many redirections are followed. */
const MAX_HOPS = 5;
const REDIRECTIONS: readonly number[] = [301, 302, 303, 307, 308];
/** Answers after which it makes sense to ask again, beside 500 to 599. */
const PASSING: readonly number[] = [408, 425, 429];

/** Why a picture cannot be fetched. Its message is the end of a sentence. */
class FetchFault extends Error {
  override readonly name = 'FetchFault';
  /** Whether the fault may be gone at the next try. */
  readonly passing: boolean;
  /** The header that says when the server wants to be asked again. */
  readonly retryAfter: string | null;

  constructor(
    why: string,
    {
      passing,
      retryAfter = null,
      cause,
    }: { readonly passing: boolean; readonly retryAfter?: string | null; cause?: unknown },
  ) {
    super(why, { cause });
    this.passing = passing;
    this.retryAfter = retryAfter;
  }
}

/**
 * Fetches the bytes of a picture. No host is asked that is not allowed, not even if another one leads to it. Messages name
 * the picture by its id, because its URL may contain a key.
 *
 * @throws DeconvnetError `picture-unreadable`. The signal's reason.
 */
export async function fetchPicture(
  { id, path: url }: PictureFile,
  fetching: Fetching,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  for (let tried = 1; ; tried++) {
    try {
      return await fetchOnce(url, fetching, signal);
    } catch (fault) {
      signal?.throwIfAborted();
      if (!(fault instanceof FetchFault)) throw fault;
      if (!fault.passing || tried >= fetching.tries) throw unreadable(id, fault, tried);
      const pause = 1000 * retryPause(tried, fault.retryAfter, fetching);
      await delay(pause, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
    }
  }
}

/** Whether an error says that a host or the network failed, and not that the host refused this picture. */
export function isOutage({ cause }: DeconvnetError): boolean {
  return cause instanceof FetchFault && cause.passing;
}

async function fetchOnce(
  url: string,
  { hosts, timeout, maxBytes }: Fetching,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const end = new AbortController();
  const slow = new FetchFault(`it took more than ${timeout} s`, { passing: true });
  const timer = setTimeout(() => end.abort(slow), 1000 * timeout);
  const stop = (): void => end.abort(signal?.reason);
  signal?.addEventListener('abort', stop);
  try {
    signal?.throwIfAborted();
    return await bytesOf(await answerOf(new URL(url), hosts, end.signal), maxBytes);
  } catch (error) {
    if (end.signal.aborted) throw end.signal.reason;
    // Otherwise the rest of the answer would still arrive.
    end.abort();
    throw error instanceof FetchFault || signal?.aborted ? error : networkFault(error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

/** Asks for a URL, follows redirections, and returns the answer that says "here it is". */
async function answerOf(start: URL, hosts: readonly string[], signal: AbortSignal): Promise<Response> {
  let url = start;
  for (let hop = 0; hop <= MAX_HOPS; hop++) {
    checkHop(url, hosts);
    const answer = await fetch(url, { redirect: 'manual', signal, headers: { 'user-agent': 'deconvnet' } });
    const { status, statusText, headers, body } = answer;
    const to = headers.get('location');
    if (answer.ok) return answer;
    if (!REDIRECTIONS.includes(status) || to === null || !URL.canParse(to, url)) {
      throw new FetchFault(`the server answered ${`${status} ${statusText}`.trim()}`, {
        passing: PASSING.includes(status) || status >= 500,
        retryAfter: headers.get('retry-after'),
      });
    }
    await body?.cancel();
    url = new URL(to, url);
  }
  throw new FetchFault(`it leads to more than ${MAX_HOPS} other addresses, one after the other`, { passing: false });
}

function checkHop(url: URL, hosts: readonly string[]): void {
  const { protocol, host, username, password } = url;
  const refuse = (why: string): never => {
    throw new FetchFault(why, { passing: false });
  };
  if (protocol !== 'http:' && protocol !== 'https:') refuse(`it leads to an address of ${protocol}`);
  if (!isAllowed(url, hosts)) refuse(`it leads to the host ${host}, which is not allowed`);
  if (username !== '' || password !== '') refuse('it leads to an address with a user name or a password');
}

async function bytesOf({ body }: Response, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let total = 0;
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array> | readonly Uint8Array[]) {
    total += part.length;
    // The length that the server states may be wrong, or missing.
    if (total > maxBytes) throw new FetchFault(`it has more than ${maxBytes} bytes`, { passing: false });
    parts.push(part);
  }
  return Buffer.concat(parts, total);
}

/** A fault of `fetch` itself, whose message only says "fetch failed"; the cause says why. */
function networkFault(error: unknown): FetchFault {
  const { message, cause } = error as {
    readonly message?: string;
    readonly cause?: { message?: string; code?: string };
  };
  const why = cause?.message || cause?.code || message || String(error);
  return new FetchFault(`the connection failed (${why})`, { passing: true, cause: error });
}

function unreadable(id: string, fault: FetchFault, tried: number): DeconvnetError {
  const often = tried > 1 ? `; it was tried ${tried} times` : '';
  return new DeconvnetError(
    'picture-unreadable',
    `The picture ${id} cannot be fetched: ${fault.message}${often}. Check the address, or leave it out.`,
    { cause: fault },
  );
}
