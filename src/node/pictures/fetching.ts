import { checkKeys, checkValue, isCount } from '../../errors/check-options.js';
import { checkHosts } from './allowed-hosts.js';

/** The limits for fetching a picture. */
export interface FetchLimits {
  /** The number of seconds that a try may take, until all bytes are there; 30 by default. */
  readonly timeout?: number;
  /**
   * How often a picture is tried, 1 or more; 3 by default. It is tried again after a fault of the network, a timeout, or
   * one of the answers 408, 425, 429 and 500 to 599.
   */
  readonly tries?: number;
  /**
   * The number of seconds before the second try; 1 by default. The pause doubles with each further try. It is longer if
   * the server asks for it (`Retry-After`), and is never longer than `timeout`.
   */
  readonly pause?: number;
  /** The largest number of bytes that a picture may have; 67 108 864 (64 MiB) by default. */
  readonly maxBytes?: number;
}

/** From where pictures are fetched whose paths are URLs, and with which limits. */
export interface FetchOptions {
  /**
   * The hosts from which pictures may be fetched: `example.org`, `example.org:8080`, or `*.example.org` for its
   * subdomains. A host without a port means the default port, 443 of https or 80 of http. By default no host is allowed.
   */
  readonly allowHosts?: readonly string[];
  /** The limits for each picture that is fetched. */
  readonly fetch?: FetchLimits;
}

/** How pictures are fetched, without any defaults to fill in. It can be sent to another thread. */
export interface Fetching extends Required<FetchLimits> {
  readonly hosts: readonly string[];
}

const DEFAULTS: Required<FetchLimits> = { timeout: 30, tries: 3, pause: 1, maxBytes: 64 * 2 ** 20 };

/**
 * Fills in the defaults.
 *
 * @throws DeconvnetError `invalid-option`.
 */
export function resolveFetching({ allowHosts = [], fetch = {} }: FetchOptions): Fetching {
  checkHosts(allowHosts);
  checkKeys('fetch', fetch, ['timeout', 'tries', 'pause', 'maxBytes'] satisfies readonly (keyof FetchLimits)[]);
  const given = Object.fromEntries(Object.entries(fetch).filter(([, value]) => value !== undefined));
  const limits = { ...DEFAULTS, ...given };
  const { timeout, tries, pause, maxBytes } = limits;
  const isTime = (value: unknown): value is number => Number.isFinite(value) && (value as number) >= 0;
  checkValue(isTime(timeout) && timeout > 0, 'fetch.timeout is a number of seconds, above 0', timeout);
  checkValue(isCount(tries, 1), 'fetch.tries is how often a picture is tried, a whole number of at least 1', tries);
  checkValue(isTime(pause), 'fetch.pause is a number of seconds, 0 or more', pause);
  checkValue(isCount(maxBytes, 1), 'fetch.maxBytes is a number of bytes, a whole number of at least 1', maxBytes);
  return { hosts: [...allowHosts], ...limits };
}
