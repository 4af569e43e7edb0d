import { expect, it } from 'vitest';
import { pixelsText } from '../../src/cli/terminal.js';
import { counted } from '../../src/errors/counted.js';

it('counts have the noun in the right number', () => {
  expect(counted(1, 'feature map')).toBe('1 feature map');
  expect(counted(0, 'feature map')).toBe('0 feature maps');
  expect(counted(2304, 'patch', 'patches')).toBe('2,304 patches');
  expect(counted(1, 'patch', 'patches')).toBe('1 patch');
  expect([pixelsText([1]), pixelsText([7]), pixelsText([1, 1]), pixelsText([1, 3])]).toEqual([
    ...['1 pixel', '7 pixels', '1x1 pixel', '1x3 pixels'],
  ]);
});
