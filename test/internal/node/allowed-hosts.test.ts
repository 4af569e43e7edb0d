import { describe, expect, it } from 'vitest';
import { isAllowed, isHost } from '../../../src/node/pictures/allowed-hosts.js';
import { shownUrl } from '../../../src/node/pictures/picture-url.js';
import { retryPause } from '../../../src/node/pictures/retry-pause.js';

describe('a host of the list', () => {
  it.each([
    ['example.org', 'https://example.org/a.jpg', true],
    ['example.org', 'http://example.org/a.jpg', true],
    ['Example.ORG', 'https://eXample.org/a.jpg', true],
    ['example.org', 'https://example.org:443/a.jpg', true],
    ['example.org', 'https://example.org:8443/a.jpg', false],
    ['example.org', 'https://a.example.org/a.jpg', false],
    ['example.org', 'https://example.org.evil.com/a.jpg', false],
    ['example.org', 'https://evil.com/example.org', false],
    ['example.org', 'https://example.org@evil.com/', false],
    ['example.org', 'https://badexample.org/', false],
    ['example.org:8080', 'http://example.org:8080/', true],
    ['example.org:8080', 'http://example.org/', false],
    ['example.org:443', 'https://example.org/', true],
    ['example.org:443', 'http://example.org/', false],
    ['example.org:80', 'http://example.org/', true],
    ['*.example.org', 'https://a.example.org/', true],
    ['*.example.org', 'https://a.b.example.org/', true],
    ['*.example.org', 'https://example.org/', false],
    ['*.example.org', 'https://badexample.org/', false],
    ['*.example.org:81', 'http://a.example.org:81/', true],
    ['*.example.org:81', 'http://a.example.org/', false],
    ['bücher.example', 'https://xn--bcher-kva.example/', true],
    ['127.0.0.1', 'http://0x7f.1/', true],
    ['127.0.0.1', 'http://localhost/', false],
    ['[::1]', 'http://[0:0::1]/', true],
    ['[::1]:81', 'http://[::1]:81/', true],
    ['[::1]:81', 'http://[::1]/', false],
  ])('%s: %s is allowed: %s', (host, url, allowed) => {
    expect(isHost(host)).toBe(true);
    expect(isAllowed(new URL(url), [host])).toBe(allowed);
    expect(isAllowed(new URL(url), ['other.example', host])).toBe(allowed);
    expect(isAllowed(new URL(url), [])).toBe(false);
  });

  it.each([
    ...['', '*', '*.', '*.*', 'a*.example.org', 'https://example.org', 'example.org/', 'me@example.org', 'a b'],
    ...['example.org:', 'example.org:http', 'example.org:70000', '[::1', '::1', 'a?b', 'a#b', 3, null, ['example.org']],
  ])('is not %j', (text) => {
    expect(isHost(text)).toBe(false);
  });
});

describe('a URL in a message', () => {
  it.each([
    ['http://example.org/a@b.jpg', 'http://example.org/a@b.jpg'],
    ['https://me:secret@example.org/a.jpg', 'https://example.org/a.jpg'],
    ['https://me@example.org?x=a@b', 'https://example.org?x=a@b'],
    ['HTTP:\\\\me:secret@example.org/', 'HTTP:\\\\example.org/'],
    ['http:///me:se@cret@example.org/', 'http:///example.org/'],
    ['http://me:secret@', 'http://'],
  ])('has no password: %s', (url, shown) => {
    expect(shownUrl(url)).toBe(shown);
  });
});

it('waits twice as long each time, or as long as the server asks for, but no longer than a try may take', () => {
  const limits = { pause: 1, timeout: 30 };
  expect([1, 2, 3, 4, 5, 6, 7].map((tried) => retryPause(tried, null, limits))).toEqual([1, 2, 4, 8, 16, 30, 30]);
  expect(retryPause(1, '7', limits)).toBe(7);
  expect(retryPause(4, '7', limits)).toBe(8);
  expect(retryPause(1, '3600', limits)).toBe(30);
  expect(retryPause(1, 'soon', limits)).toBe(1);
  expect(retryPause(1, 'Wed, 21 Oct 2015 07:28:00 GMT', limits)).toBe(1);
  expect(retryPause(1, 'Wed, 21 Oct 2215 07:28:00 GMT', limits)).toBe(30);
});
