import { describe, expect, it } from 'vitest';
import type { PictureFile } from '../../../../src/node/pictures/picture-file.js';
import { spreadPictures } from '../../../../src/node/studies/kit/spread-pictures.js';

describe('spreadPictures', () => {
  it('takes pictures without classes in even steps', () => {
    expect(chosen(listed({ '': 10 }), 3)).toEqual(['0', '3', '6']);
    expect(chosen(listed({ '': 10 }), 1)).toEqual(['0']);
  });

  it('takes one picture of some classes, in even steps, if there are more classes than pictures', () => {
    expect(chosen(listed({ a: 2, b: 2, c: 2, d: 2, e: 2, f: 2 }), 3)).toEqual(['a0', 'c0', 'e0']);
  });

  it('takes as many of each class as of the others, in even steps', () => {
    expect(chosen(listed({ a: 4, b: 4 }), 4)).toEqual(['a0', 'a2', 'b0', 'b2']);
    expect(chosen(listed({ a: 4, b: 4 }), 3)).toEqual(['a0', 'a2', 'b0']);
  });

  it('takes more of large classes if the small ones have no more', () => {
    expect(chosen(listed({ a: 1, b: 6, c: 2 }), 6)).toEqual(['a0', 'b0', 'b2', 'b4', 'c0', 'c1']);
  });

  it('takes no longer for a long list than to look at each picture', () => {
    // To copy the list of a class for each picture would take minutes here.
    expect(chosen(listed({ '': 400_000 }), 2)).toEqual(['0', '200000']);
  });

  it('takes all pictures if there are no more', () => {
    const files = listed({ a: 2, b: 1 });
    expect(spreadPictures(files, 3)).toEqual(files);
    expect(spreadPictures(files, 20)).toEqual(files);
  });
});

/** A list with some pictures of each class. */
function listed(classes: Readonly<Record<string, number>>): PictureFile[] {
  return Object.entries(classes).flatMap(([label, count]) =>
    Array.from({ length: count }, (_, i) => {
      const id = `${label}${i}`;
      return { id, path: `/pictures/${id}`, ...(label !== '' && { label }) };
    }),
  );
}

function chosen(files: readonly PictureFile[], count: number): string[] {
  return spreadPictures(files, count).map(({ id }) => id);
}
