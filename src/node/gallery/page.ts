import { counted } from '../../errors/counted.js';
import { escapeHtml, jsonForScript } from './escape.js';
import { GENERATOR } from './gallery-folder.js';
import type { GalleryFilters, GalleryOrigin, GalleryPage, GalleryPictures, OverviewLayer } from './gallery-page.js';
import { ruleNote } from './layer-notes.js';
import { overviewFacts, overviewRow } from './overview-row.js';
import { PAGE_SCRIPT } from './page-script.js';
import { PAGE_STYLE } from './page-style.js';
import { numberWord } from './wording.js';

/**
 * The gallery's page. It shows the layers. When a layer is opened, it loads the script with the data of that layer, and
 * then the sprite sheets that are seen.
 */
export function renderPage(page: GalleryPage): string {
  const { title, k, pictures, filters, layers, comparedWith, ruleChosen, origin } = page;
  const patches = k === 1 ? 'strongest patch' : `${numberWord(k)} strongest patches`;
  const rule = ruleChosen
    ? ruleNote(ruleChosen, layers)
    : origin.rule && `The projections were made by the rule ${origin.rule}.`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${GENERATOR}
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>
${PAGE_STYLE}</style>
</head>
<body>
<a class="skip" href="#">Skip to the content</a>
<header class="top">
<nav id="trail" aria-label="Where you are" hidden></nav>
<search><form role="search" autocomplete="off">
<label for="find" class="unseen">Find a layer, feature map, class or picture</label>
<input id="find" type="search" placeholder="Layer, map number, class or picture" aria-describedby="found" aria-keyshortcuts="/"><kbd aria-hidden="true">/</kbd>
<p id="found" class="unseen" role="status"></p>
<div id="results" hidden></div>
</form></search>
</header>
<main id="content" tabindex="-1">
<div id="overview">
<div class="intro">
<div class="lead">
<h1>${escapeHtml(title)}</h1>
<p>${counted(layers.length, 'layer')}, ${counted(
    layers.reduce((sum, { covered }) => sum + covered, 0),
    'feature map',
  )}, ${counted(pictures.count, 'picture')}. For each feature map the gallery shows its ${patches}, and beside each patch its projection. The projections are on the left, the patches on the right, the strongest first. A projection shows which structure of the patch activates the feature map. It does not show how the network reaches its answer, because projections recover the structure of the picture largely whatever the class (<a href="https://arxiv.org/abs/1805.07039">Nie et al. 2018</a>; <a href="https://arxiv.org/abs/1810.03292">Adebayo et al. 2018</a>).</p>
<p class="note">In a projection, zero is grey. Brighter and darker colours are positive and negative values, and all projections of a feature map have the same scale.${rule ? ` ${escapeHtml(rule)}` : ''}${comparedWith === undefined ? '' : ` An opened feature map is shown beside the same feature map of another state (${escapeHtml(comparedWith)}).`}</p>
</div>
${key(k)}
</div>
<noscript><p class="note">This page needs JavaScript to show feature maps.</p></noscript>
<section aria-labelledby="layers-name">
<h2 id="layers-name">Layers</h2>
<p class="note">Each row shows some of the most telling feature maps: those whose patches belong most clearly to one class or, if the classes are not known, those that respond most strongly to few pictures. Select a layer to see all of its feature maps.</p>
<ol class="layers" role="list">
${layers.map(overviewRow).join('\n')}
</ol>
</section>
${filters ? filterSection(filters) : ''}</div>
<div id="view" hidden></div>
</main>
${footer(pictures, origin)}
<script type="application/json" id="gallery-data">${jsonForScript(scriptData(page))}</script>
<script type="module">
${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

/** What the page's script needs before any layer is loaded. */
function scriptData({ title, pictures, layers, search, comparedWith }: GalleryPage): unknown {
  return {
    ...{ title, search, pictures: pictures.count },
    ...(comparedWith !== undefined && { comparedWith }),
    layers: layers.map((layer) => layerSummary(layer)),
  };
}

function layerSummary(layer: OverviewLayer): unknown {
  const { name, file, telling } = layer;
  return {
    ...{ name, file, facts: overviewFacts(layer) },
    ...(telling && {
      telling: {
        maps: telling.maps.map(({ map, activation, about }) => [map, Number(activation.toPrecision(4)), about ?? '']),
        ...(telling.strip && { strip: [telling.strip.file, telling.strip.width, telling.strip.height] }),
      },
    }),
  };
}

/** A drawing that explains a block: projections left, patches right, numbered from the strongest. */
function key(k: number): string {
  const columns = Math.ceil(Math.sqrt(k));
  const rows = Math.ceil(k / columns);
  const side = 96 / columns;
  const cells = (left: number, opacity: number): string =>
    Array.from({ length: k }, (_, rank) => {
      const x = left + (rank % columns) * side;
      const y = Math.floor(rank / columns) * side;
      const number =
        columns > 4 ? '' : `<text x="${round(x + side / 2 - 1)}" y="${round(y + side / 2 + 3)}">${rank + 1}</text>`;
      return `<rect x="${round(x)}" y="${round(y)}" width="${round(side - 2)}" height="${round(side - 2)}" fill-opacity="${opacity}"/>${number}`;
    }).join('');
  const height = rows * side + 20;
  return `<div class="key" aria-hidden="true">
<svg viewBox="0 0 208 ${round(height)}" fill="currentColor" font-size="11" text-anchor="middle">${cells(0, 0.28)}${cells(112, 0.12)}<text x="47" y="${round(height - 4)}">projections</text><text x="159" y="${round(height - 4)}">patches</text></svg>
</div>`;
}

function filterSection({ layer, count, file, width, height }: GalleryFilters): string {
  const what = `${counted(count, 'filter')} of ${escapeHtml(layer)}`;
  return `<section aria-labelledby="filters-name">
<h2 id="filters-name">Filters</h2>
<p class="note">These are the ${what}, the first layer with filters. Each has its own scale.</p>
<img class="filters" src="${file}" width="${width}" height="${height}" alt="The ${what}">
</section>
`;
}

function footer(
  { count, skipped }: GalleryPictures,
  { inputFormat, rule, command, versions, date }: GalleryOrigin,
): string {
  const day = date?.toISOString().slice(0, 10);
  const rows: [string, string | undefined][] = [
    ['Made with', command === undefined ? undefined : `<code>${escapeHtml(command)}</code>`],
    ['Pictures', count.toLocaleString('en')],
    ['Left out', skipped && leftOut(skipped)],
    ['Rule', rule === undefined ? undefined : escapeHtml(rule)],
    ['Input format', inputFormat === undefined ? undefined : escapeHtml(inputFormat)],
    [
      'Versions',
      versions &&
        Object.entries(versions)
          .map(([name, version]) => escapeHtml(`${name} ${version}`))
          .join(', '),
    ],
    ['Date', day && `<time datetime="${day}">${day}</time>`],
    [
      'Method',
      '<a href="https://arxiv.org/abs/1311.2901">Zeiler and Fergus, Visualizing and Understanding Convolutional Networks</a>',
    ],
  ];
  const filled = rows.filter(([, value]) => value !== undefined);
  return `<footer><dl>
${filled.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('\n')}
</dl></footer>`;
}

/** The largest number of pictures that the page names. */
const MOST_NAMES = 20;

/** A sentence about pictures whose patches are blank. */
function leftOut(skipped: NonNullable<GalleryPictures['skipped']>): string {
  const sentence = (reason: string, what: string): string[] => {
    const ids = skipped.filter((one) => one.reason === reason).map(({ id }) => escapeHtml(id));
    if (ids.length === 0) return [];
    const more = ids.length > MOST_NAMES ? ` and ${ids.length - MOST_NAMES} more` : '';
    return [`${counted(ids.length, 'picture')} ${what}: ${ids.slice(0, MOST_NAMES).join(', ')}${more}.`];
  };
  return [
    ...sentence('missing', 'could not be read again, so that patches are blank'),
    ...sentence('changed', 'changed after the mining, so that patches are blank'),
  ].join(' ');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
