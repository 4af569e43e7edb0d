import { describe, expect, it } from 'vitest';
import { addressOf } from '../../../src/node/gallery/address.js';
import { escapeHtml, jsonForScript } from '../../../src/node/gallery/escape.js';
import type { GalleryLayer, GalleryPage, OverviewLayer } from '../../../src/node/gallery/gallery-page.js';
import { layerData } from '../../../src/node/gallery/layer-data.js';
import { dependenceNote } from '../../../src/node/gallery/layer-notes.js';
import { renderPage } from '../../../src/node/gallery/page.js';
import { facePlace, sheetLayout, sheetSize } from '../../../src/node/gallery/sheet-layout.js';
import { numberList } from '../../../src/node/gallery/wording.js';

const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onfocus='alert(1)",
  '</script><!--',
  'line\u2028separator\u2029',
  '&amp;',
];

function layerOf(name: string, ids: readonly string[], extra: Partial<GalleryLayer> = {}): GalleryLayer {
  const layout = sheetLayout({ width: 48, height: 48 }, { k: 9, count: 2 });
  const [id = 'cat/00046', other = id] = ids;
  return {
    ...{ name, className: 'Conv2D', outputShape: [32, 32, 4], featureMaps: 4 },
    receptiveField: { size: [7, 7], stride: [1, 1], offset: [-3, -3] },
    maps: [
      {
        map: 0,
        place: facePlace(layout, 0),
        patches: [
          {
            ...{ id, label: other, activation: 4.3125, position: [3, 5], projection: 'drawn', kept: true },
            field: { start: [0, 2], size: [7, 7] },
            shown: { start: [1, 3], size: [4, 4] },
            focus: { start: [2, 3], size: [3, 4] },
          },
          { id: other, activation: 2.7, position: [0, 31], projection: 'zero', kept: true, output: 1 },
        ],
        statistics: {
          ...{ firingShare: 0.5, mean: 1.25, maximum: 4.3125, dead: false, constant: false },
          histogram: {
            notAbove: 3,
            bins: [
              { from: 3.5, to: 4, count: 1 },
              { from: 4, to: 5, count: 2 },
            ],
          },
        },
        scale: 0.25,
        clipped: 0.005,
      },
      { map: 1, patches: [] },
      {
        map: 2,
        name: other,
        place: facePlace(layout, 1),
        patches: [{ id, activation: -1.5, probability: 0.25, position: [], projection: 'missing', kept: false }],
      },
      { map: 3, patches: [] },
    ],
    drawing: {
      ...{ layout, shrunk: false, blocky: true, wholePicture: false },
      sheets: [{ file: 'sprites/0-conv-0.00000000.png', ...sheetSize(layout, 0) }],
    },
    ...extra,
  };
}

const rowOf = (name: string, extra: Partial<OverviewLayer> = {}): OverviewLayer => ({
  ...{ name, className: 'Conv2D', outputShape: [32, 32, 4], featureMaps: 4, covered: 4, drawn: 2, constant: 0 },
  receptiveField: { size: [7, 7], stride: [1, 1], offset: [-3, -3] },
  file: 'data/0-conv.00000000.js',
  telling: { maps: [{ map: 2, activation: 4.3125, about: name }] },
  ...extra,
});

function pageOf(layers: readonly OverviewLayer[], extra: Partial<GalleryPage> = {}): string {
  return renderPage({
    ...{ title: 'Feature maps of net', k: 9, layers, pictures: { count: 500 }, origin: {} },
    search: 'data/search.00000000.js',
    ...extra,
  });
}

/** The page without its own script and styles. */
const markupOf = (html: string): string =>
  html.replace(/<style>[\s\S]*?<\/style>/g, '').replace(/<script[\s\S]*?<\/script>/g, '');

describe('escaping', () => {
  it('leaves no character that ends text or an attribute', () => {
    for (const text of HOSTILE) expect(escapeHtml(text)).not.toMatch(/[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/);
  });

  it('gives JSON that ends no script and is the same value', () => {
    for (const text of HOSTILE) {
      const json = jsonForScript({ [text]: [text] });
      expect(json).not.toMatch(/[<>&\u2028\u2029]/);
      expect(JSON.parse(json)).toEqual({ [text]: [text] });
    }
  });

  it('is true of names, titles, sentences, commands and versions on the page', () => {
    for (const text of HOSTILE) {
      const filters = { layer: text, count: 4, file: 'sprites/f.00000000.png', width: 9, height: 9 };
      const origin = { command: text, inputFormat: text, rule: text, versions: { [text]: text } };
      const html = pageOf([rowOf(text, { className: text })], {
        ...{ title: text, filters, origin, comparedWith: text, ruleChosen: 'guided' },
      });
      const plain = pageOf([rowOf('conv1')], {
        ...{ comparedWith: 'x', ruleChosen: 'guided', filters: { ...filters, layer: 'conv1' } },
        origin: { command: 'c', inputFormat: 'i', rule: 'r', versions: { v: '1' } },
      });
      const tags = (page: string): string[] =>
        markupOf(page)
          .match(/<\/?[a-z][a-z0-9]*/g)!
          .filter((tag) => tag !== '<wbr');
      expect(tags(html)).toEqual(tags(plain));
      expect(html.match(/<script/g)).toHaveLength(2);
      expect(html.match(/<\/script/g)).toHaveLength(2);
      const bare = markupOf(html).replace(/"[^"]*"/g, '""');
      expect(bare).not.toMatch(/<[^>]*\son\w+=/);
    }
  });
});

describe('names of layers', () => {
  it('have addresses with one slash, before the number of a feature map', () => {
    expect(addressOf('fire7', 291)).toBe('#fire7/291');
    expect(addressOf('a/b #1 100%', 3)).toBe('#a%2Fb%20%231%20100%25/3');
    expect(addressOf('a/b')).toBe('#a%2Fb');
  });
});

describe('the data of a layer', () => {
  it('has all that the page shows of it', () => {
    const data = layerData(layerOf('conv1', ['</script>', 'dog "x"']), { k: 9, shares: new Map([['dog "x"', 0.125]]) });
    expect(data.ids).toEqual(['</script>', 'dog "x"']);
    expect(data.labels).toEqual(['dog "x"']);
    expect(data.shares).toEqual([0.125]);
    expect(data.facts).toEqual([
      'Conv2D',
      'output 32 × 32 × 4',
      'receptive field 7 × 7 pixels, stride 1',
      '4 feature maps',
    ]);
    expect(data.drawing!.projections).toHaveLength(9);
    expect(data.maps).toEqual([
      {
        n: 0,
        at: [0, 0, 0],
        patches: [
          [0, 0, 4.3125, [3, 5], 1, 1, [0, 2, 7, 7], [1, 3, 4, 4], null, null],
          [1, -1, 2.7, [0, 31], 2, 1, 0, 0, null, 1],
        ],
        stats: [0.5, 1.25, 4.3125, 0],
        // 3.5 is three quarters of the way from 2 to 4: bin 4 · 1 + 3.
        bins: [3, 7, [1, 2]],
        best: [0, 1, 0.375],
        contrast: [0.25, 0.005],
      },
      { n: 1, patches: [] },
      { n: 2, name: 'dog "x"', at: [0, 310, 0], patches: [[0, -1, -1.5, [], 0, 0, 0, 0, 0.25, null]] },
      { n: 3, patches: [] },
    ]);
  });

  it('says in words what is not drawn, and why', () => {
    const notes = (extra: Partial<GalleryLayer>): readonly string[] =>
      layerData(layerOf('conv', [], extra), { k: 9, shares: undefined }).notes;
    expect(notes({})).toEqual([
      '2 feature maps never fired on these pictures: 1, 3.',
      'The pixels of one patch were not kept, so these tiles are blank.',
    ]);
    expect(notes({ featureMaps: 64 })[0]).toBe('The first 4 of its 64 feature maps are shown.');
    expect(notes({ featureMaps: 64, mined: [0, 1, 2, 3, 63] }).slice(0, 2)).toEqual([
      'Of its 64 feature maps, 0–3, 63 were mined.',
      'The first 4 of these are shown.',
    ]);
    expect(notes({ maps: [{ map: 0, patches: [] }], featureMaps: 1 })).toEqual([
      'None of these feature maps fired on these pictures.',
    ]);
  });

  it('says how much the projections depend on the picture', () => {
    expect(dependenceNote(1)).toMatch(
      /similarity of 1\.00: they show the weights, and hardly anything of the picture\.$/,
    );
    expect(dependenceNote(0.64)).toMatch(/similarity of 0\.64: they show mostly the weights\.$/);
    expect(dependenceNote(0.04)).toMatch(/similarity of 0\.04: what they show depends on the picture\.$/);
  });
});

describe('the page', () => {
  it('needs nothing but the files beside it', () => {
    const html = pageOf([rowOf('conv1')]);
    const addresses = [...html.matchAll(/(?:src=|url\()"?([^")]+)/g)].map(([, address]) => address!);
    expect(addresses.filter((address) => address.includes('//'))).toEqual([]);
    expect(html).not.toMatch(/\bfetch\(|\bimport\b|\bexport\b|<link rel="stylesheet"|@import/);
  });

  it('has a row for each layer, with a link, its size and how many feature maps fired', () => {
    const html = pageOf([rowOf('conv1'), rowOf('a/b', { receptiveField: null, drawn: 0 }), rowOf('c', { covered: 2 })]);
    expect(html).toContain('<h3><a href="#conv1">conv1</a></h3>');
    expect(html).toContain('<h3><a href="#a%2Fb">a/b</a></h3>');
    expect(html).toContain(
      '"facts":["32 × 32 × 4 · receptive field 7 × 7 pixels, stride 1","4 feature maps, of which 2 never fired"]',
    );
    expect(html).toContain('sees the whole image","4 feature maps, none of which fired"]');
    expect(html).toContain('"2 of 4 feature maps"]');
    expect(html.toLowerCase()).not.toMatch(/heat ?map|explanation|explain/);
  });

  it('says by which rule its projections were made, and why', () => {
    expect(pageOf([], { origin: { rule: 'guided' } })).toContain('The projections were made by the rule guided.');
    const html = pageOf([], { origin: { rule: 'guided' }, ruleChosen: 'guided' });
    expect(html).toContain('No rule was given. Under the rule deconvnet the projections of 0 of 0 layers');
    expect(html).not.toContain('The projections were made by');
  });

  it('labels each section by a heading that exists', () => {
    const filters = { layer: 'conv1', count: 4, file: 'sprites/f.00000000.png', width: 9, height: 9 };
    const html = pageOf([rowOf('conv1')], { filters });
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    const labels = [...html.matchAll(/aria-(?:labelledby|describedby)="([^"]+)"/g)].map(([, id]) => id);
    expect(labels).toEqual(['found', 'layers-name', 'filters-name']);
    expect(labels.filter((id) => !ids.includes(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says where it comes from', () => {
    const date = new Date('2026-01-05T23:00:00Z');
    const versions = { deconvnet: '1.0.0', node: '20.1.0' };
    const html = pageOf([], {
      pictures: { count: 1234 },
      origin: { command: 'deconvnet gallery', inputFormat: 'unit', versions, date },
    });
    const footer = /<footer>[\s\S]*<\/footer>/.exec(html)![0];
    for (const part of ['deconvnet gallery', '1,234', 'unit', 'deconvnet 1.0.0, node 20.1.0', '2026-01-05']) {
      expect(footer).toContain(part);
    }
  });
});

describe('wording', () => {
  it('draws runs of numbers together', () => {
    expect(numberList([3, 7, 8, 12, 13, 14, 15])).toBe('3, 7, 8, 12–15');
    expect(numberList([])).toBe('');
    const odd = Array.from({ length: 40 }, (_, i) => 2 * i + 1);
    expect(numberList(odd)).toBe('1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23 and 28 more');
  });
});
