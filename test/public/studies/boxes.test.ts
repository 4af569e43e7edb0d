import { type FitBoxOptions, fitBox, readBoxes } from 'deconvnet/studies';
import { describe, expect, it } from 'vitest';

const nose = { left: 135, top: 120, right: 171, bottom: 148 };
const reading = (value: unknown) => () => readBoxes(JSON.stringify(value));

describe('readBoxes', () => {
  it('reads the boxes of parts by picture, from a text or an object, fractions too', () => {
    const boxes = { 'dogs/rex.jpg': { nose, 'left eye': { left: 0, top: 0.5, right: 2.25, bottom: 9 } } };
    expect(readBoxes(JSON.stringify(boxes))).toEqual(boxes);
    expect(readBoxes(`\uFEFF${JSON.stringify(boxes)}`)).toEqual(boxes);
    expect(readBoxes(boxes)).toEqual(boxes);
    expect(Object.keys(readBoxes('{"__proto__": {"nose": {"left":0,"top":0,"right":1,"bottom":1}}}'))).toEqual([
      '__proto__',
    ]);
  });

  it('says what is wrong, of which part and picture', () => {
    expect(() => readBoxes('{ "a": ')).toThrow(/boxes are not valid JSON/);
    expect(reading([])).toThrow(/object of boxes for each picture.* a list of 0/);
    expect(reading({})).toThrow(/object of boxes for each picture/);
    expect(reading({ 'a.jpg': {} })).toThrow(/'a.jpg' has at least one box/);
    expect(reading({ 'a.jpg': { nose: [135, 120, 171, 148] } })).toThrow(
      /'nose' of the picture 'a.jpg' is \{ "left": 10, "top": 20.* a list of 4/,
    );
    expect(reading({ 'a.jpg': { nose: { ...nose, botom: 3 } } })).toThrow(/no side 'botom'. Did you mean 'bottom'/);
    expect(reading({ 'a.jpg': { nose: { ...nose, top: '120' } } })).toThrow(/side 'top'.* the string "120"/);
    expect(reading({ 'a.jpg': { nose: { ...nose, left: -1 } } })).toThrow(/side 'left', a number of pixels from 0/);
    expect(reading({ 'a.jpg': { nose: { left: 1, top: 1, right: 2 } } })).toThrow(/side 'bottom'.* undefined/);
    expect(reading({ 'a.jpg': { nose: { ...nose, right: 135 } } })).toThrow(/left \(135\) must be less than right/);
  });
});

describe('fitBox', () => {
  const picture = { height: 400, width: 600 };
  const fitted = (box: readonly [number, number, number, number], options: Partial<FitBoxOptions> = {}) => {
    const [left, top, right, bottom] = box;
    const input = { height: 200, width: 200 };
    const made = fitBox({ left, top, right, bottom }, { picture, input, fit: 'crop', ...options });
    return [made.left, made.top, made.right, made.bottom];
  };

  it('leaves a box as it is if the picture has the size of the input', () => {
    for (const how of ['crop', 'stretch'] as const) {
      expect(fitted([3, 5, 600, 400], { input: picture, fit: how })).toEqual([3, 5, 600, 400]);
    }
  });

  it('scales each axis if the picture is stretched', () => {
    expect(fitted([300, 100, 360, 140], { fit: 'stretch' })).toEqual([100, 50, 120, 70]);
    expect(fitted([0, 0, 600, 400], { fit: 'stretch' })).toEqual([0, 0, 200, 200]);
  });

  it('moves and scales a box if the middle of the picture is cut out, and cuts it off at its edges', () => {
    // Columns 100 to 500 are seen, at half the size.
    expect(fitted([100, 0, 500, 400])).toEqual([0, 0, 200, 200]);
    expect(fitted([120, 10, 160, 40])).toEqual([10, 5, 30, 20]);
    expect(fitted([80, 10, 120, 40])).toEqual([0, 5, 10, 20]);
    // A tall picture is cropped above and below.
    expect(fitted([0, 100, 40, 140], { picture: { height: 600, width: 400 } })).toEqual([0, 0, 20, 20]);
  });

  it('keeps at least one pixel, also at the last row and column', () => {
    expect(fitted([200, 100, 200.2, 100.2])).toEqual([50, 50, 51, 51]);
    expect(fitted([499.8, 399.8, 500, 400])).toEqual([199, 199, 200, 200]);
  });

  it('refuses a box that is outside of the picture, or that is cropped away', () => {
    expect(() => fitted([580, 10, 601, 40], { name: "The box 'nose' of the picture 'a.jpg'" })).toThrow(
      /'nose' of the picture 'a.jpg' must lie inside.* 600 pixels wide and 400 high.*"right":601/,
    );
    expect(() => fitted([20, 10, 60, 40])).toThrow(
      /cut off as a whole.* columns 100 to 500 and rows 0 to 400 of 600x400/,
    );
    expect(() => fitted([79, 10, 120, 40])).toThrow(/cut off by more than half/);
    expect(() => fitted([1, 1, 2, 2], { fit: 'squash' as 'crop' })).toThrow(/'crop' or 'stretch'.* "squash"/);
  });
});
