/** An angle of hue in radians, from degrees. */
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/**
 * The colour for a share from 0 to 1, as red, green and blue from 0 to 255: nearly black violet for 0, then blue, green,
 * and yellow for 1.
 *
 * The colours lie on a curve in Oklab (Ottosson 2020), a space in which equal distances look about equal: the lightness
 * rises in proportion to the share, so that the order of values is seen in a black and white print too.
 */
export function sequentialColour(share: number): readonly [red: number, green: number, blue: number] {
  const lightness = 0.17 + 0.77 * share;
  // The chroma is as large as sRGB allows for blue-green of this lightness.
  const chroma = 0.07 + 0.075 * share ** 2;
  const hue = radians(295 - 190 * share);
  return fromOklab(lightness, chroma * Math.cos(hue), chroma * Math.sin(hue));
}

/** A colour of Oklab in sRGB, from 0 to 255. */
function fromOklab(lightness: number, a: number, b: number): [number, number, number] {
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    encoded(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
    encoded(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
    encoded(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
  ];
}

/** The level of a linear intensity, by the curve of sRGB. */
function encoded(intensity: number): number {
  return 255 * (intensity <= 0.0031308 ? 12.92 * intensity : 1.055 * intensity ** (1 / 2.4) - 0.055);
}
