import { describe, expect, it } from 'vitest';
import { escapeHtml, jsonForScript } from '../../../src/node/gallery/escape.js';
import type { GalleryLayer, GalleryPage } from '../../../src/node/gallery/gallery-page.js';
import { renderPage } from '../../../src/node/gallery/page.js';
import type { PageData } from '../../../src/node/gallery/page-data.js';
import { facePlace, sheetLayout, sheetSize } from '../../../src/node/gallery/sheet-layout.js';
import { activationText, factsText, numberList } from '../../../src/node/gallery/wording.js';

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
    ...{ name, className: 'Conv2D', outputShape: [32, 32, 4], featureMaps: 4, looked: 4, silent: [1, 3] },
    receptiveField: { size: [7, 7], stride: [1, 1], offset: [-3, -3] },
    maps: [
      {
        map: 0,
        place: facePlace(layout, 0),
        patches: [
          { id, label: other, activation: 4.3125, position: [3, 5], projection: 'drawn', kept: true },
          { id: other, activation: 2.7, position: [0, 31], projection: 'zero', kept: true },
        ],
      },
      {
        map: 2,
        name: other,
        facts: `${other} often`,
        place: facePlace(layout, 1),
        patches: [{ id, activation: -1.5, probability: 0.25, position: [], projection: 'missing', kept: false }],
      },
    ],
    drawing: {
      ...{ layout, shrunk: false, blocky: true, wholePicture: false },
      sheets: [{ file: 'sprites/0-conv-0.00000000.png', ...sheetSize(layout, 0) }],
    },
    ...extra,
  };
}

function pageOf(layers: readonly GalleryLayer[], extra: Partial<GalleryPage> = {}): string {
  return renderPage({ title: 'Feature maps of net', k: 9, layers, origin: { images: 500 }, ...extra });
}

function dataOf(html: string): PageData {
  const [, json] = /<script type="application\/json" id="gallery-data">([\s\S]*?)<\/script>/.exec(html)!;
  return JSON.parse(json!) as PageData;
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

  it('is true of names, ids, labels, titles, commands and versions on the page', () => {
    for (const text of HOSTILE) {
      const layer = layerOf(text, [text, text], { className: text });
      const filters = { layer: text, count: 4, file: 'sprites/f.00000000.png', width: 9, height: 9 };
      const origin = { images: 1, command: text, inputFormat: text, versions: { [text]: text } };
      const html = pageOf([layer], { title: text, filters, origin });
      const plain = pageOf([layerOf('conv1', ['a', 'b'])], {
        filters: { ...filters, layer: 'conv1' },
        origin: { images: 1, command: 'c', inputFormat: 'i', versions: { v: '1' } },
      });
      const tags = (page: string): string[] => markupOf(page).match(/<\/?[a-z][a-z0-9]*/g)!;
      expect(tags(html)).toEqual(tags(plain));
      expect(html.match(/<script/g)).toHaveLength(3);
      expect(html.match(/<\/script/g)).toHaveLength(3);
      const bare = markupOf(html).replace(/"[^"]*"/g, '""');
      expect(bare).not.toMatch(/<[^>]*\son\w+=/);
    }
  });
});

describe('the page', () => {
  it('carries all that the enlarged view shows', () => {
    const data = dataOf(pageOf([layerOf('conv1', ['</script>', 'dog "x"'])]));
    expect(data.ids).toEqual(['</script>', 'dog "x"']);
    expect(data.labels).toEqual(['dog "x"']);
    const [layer] = data.layers;
    expect(layer!.name).toBe('conv1');
    expect(layer!.projections).toHaveLength(9);
    expect(layer!.maps).toEqual([
      [
        0,
        '',
        0,
        0,
        0,
        [
          [0, 0, 4.3125, null, [3, 5], 1, 1],
          [1, -1, 2.7, null, [0, 31], 2, 1],
        ],
        '',
      ],
      [2, 'dog "x"', 0, 310, 0, [[0, -1, -1.5, 0.25, [], 0, 0]], 'dog "x" often'],
    ]);
  });

  it('needs nothing but its sprites', () => {
    const html = pageOf([layerOf('conv1', [])]);
    const addresses = [...html.matchAll(/(?:src=|url\()"?([^")]+)/g)].map(([, address]) => address!);
    expect(addresses.filter((address) => address.includes('//'))).toEqual([]);
    expect(html).not.toMatch(/\bfetch\(|\bimport\(|<link rel="stylesheet"|@import/);
  });

  it('has a button for each feature map that fired, which says what it is', () => {
    const html = pageOf([layerOf('conv3', ['cat/00046', 'dog'])]);
    const labels = [...html.matchAll(/<button [^>]*data-map[^>]*aria-label="([^"]*)"/g)].map(([, label]) => label);
    expect(labels).toEqual([
      'feature map 0 of conv3, strongest activation 4.31, from cat/00046; one projection is all zero',
      'feature map 2 of conv3, dog, strongest activation -1.50, probability 0.250, from cat/00046; patches not kept, so no projections',
    ]);
  });

  it('says in words what is not drawn', () => {
    const html = pageOf([
      layerOf('conv1', []),
      layerOf('conv2', [], { featureMaps: 64 }),
      layerOf('conv4', [], { featureMaps: 64, mined: [0, 2, 3, 5, 63] }),
      layerOf('conv3', [], { receptiveField: null, maps: [], silent: [0, 1, 2, 3], looked: 4 }),
    ]);
    expect(html).toContain('Dead on these pictures: 1, 3.');
    expect(html).toContain('The first 4 of its 64 feature maps are shown.');
    expect(html).toContain('Of its 64 feature maps, 0, 2, 3, 5, 63 were mined.');
    expect(html).toContain('The first 4 of these are shown.');
    expect(html).toContain('None of these feature maps fired on these pictures.');
    expect(html).toContain('receptive field 7 × 7 pixels, stride 1');
    expect(html).toContain('sees the whole image');
    expect(html.toLowerCase()).not.toMatch(/heat ?map|explanation|explain/);
  });

  it('names each section, links to it, and labels the dialog', () => {
    const html = pageOf([layerOf('conv1', []), layerOf('a/b', [])]);
    const ids = new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const links = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    const labels = [...html.matchAll(/aria-labelledby="([^"]+)"/g)].map(([, id]) => id);
    expect(links).toEqual(expect.arrayContaining(['maps', 'layer-0', 'layer-1']));
    expect([...links, ...labels].filter((id) => !ids.has(id))).toEqual([]);
    expect(html).toMatch(/<dialog aria-labelledby=/);
  });

  it('says where it comes from', () => {
    const date = new Date('2026-01-05T23:00:00Z');
    const versions = { deconvnet: '1.0.0', node: '20.1.0' };
    const html = pageOf([], {
      origin: { images: 1234, command: 'deconvnet gallery', inputFormat: 'unit', versions, date },
    });
    const footer = /<footer>[\s\S]*<\/footer>/.exec(html)![0];
    for (const part of ['deconvnet gallery', '1,234', 'unit', 'deconvnet 1.0.0, node 20.1.0', '2026-01-05']) {
      expect(footer).toContain(part);
    }
  });
});

describe('wording', () => {
  it('writes activations in three digits', () => {
    const values = [4.3125, 2.7, 0, 999.7, 12345, 0.0042, 0.000001234, -0.5];
    expect(values.map(activationText)).toEqual([
      '4.31',
      '2.70',
      '0.00',
      '1000',
      '12345',
      '0.00420',
      '1.23e-6',
      '-0.500',
    ]);
  });

  it('draws runs of numbers together', () => {
    expect(numberList([3, 7, 8, 12, 13, 14, 15])).toBe('3, 7, 8, 12–15');
    expect(numberList([])).toBe('');
    const odd = Array.from({ length: 40 }, (_, i) => 2 * i + 1);
    expect(numberList(odd)).toBe('1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23 and 28 more');
  });

  it('says how a feature map behaves', () => {
    const statistics = { images: 1500, firingShare: 0.424, mean: 1.3199 };
    expect(factsText(statistics, [])).toBe('above 0 on 42% of 1,500 pictures, strongest activation 1.32 in the mean');
    const classes = [
      { label: 'cat', count: 5 },
      { label: 'dog', count: 4 },
    ];
    expect(factsText({ ...statistics, firingShare: 0.0001 }, classes)).toBe(
      'above 0 on under 1% of 1,500 pictures, strongest activation 1.32 in the mean; patches: cat 5, dog 4',
    );
    expect(factsText({ ...statistics, firingShare: 0.9999 }, [])).toContain('over 99%');
    const many = Array.from({ length: 13 }, (_, i) => ({ label: `c${i}`, count: 1 }));
    expect(factsText(statistics, many)).toMatch(/c11 1 …$/);
  });
});
