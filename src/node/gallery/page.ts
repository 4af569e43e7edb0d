import dialogStyle from './dialog.css?raw';
import { escapeHtml, jsonForScript } from './escape.js';
import pageStyle from './gallery.css?raw';
import script from './gallery.js?raw';
import { GENERATOR } from './gallery-folder.js';
import type { GalleryFilters, GalleryOrigin, GalleryPage } from './gallery-page.js';
import { layerSection, sectionId, sheetRules } from './layer-section.js';
import mapsStyle from './maps.css?raw';
import { pageData } from './page-data.js';
import { counted, numberWord } from './wording.js';

/** The gallery's page: one HTML file that needs its sprite sheets beside it and nothing else. */
export function renderPage({ title, k, filters, layers, origin }: GalleryPage): string {
  const patches = k === 1 ? 'strongest patch' : `${numberWord(k)} strongest patches`;
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
${pageStyle}${mapsStyle}${dialogStyle}${layers.map(sheetRules).join('')}</style>
<script>document.documentElement.classList.add('js')</script>
</head>
<body>
<a class="skip" href="#maps">Skip to the feature maps</a>
<div class="page">
<header>
<div class="lead">
<h1>${escapeHtml(title)}</h1>
<p>Each block is one feature map: the ${patches} in ${counted(origin.images, 'picture')} on the right, strongest first, and on the left their projections, on one colour scale for the map, with grey for zero. Select a block to enlarge it.</p>
<p class="limits">A projection shows which structure of its patch made the feature map fire. It does not show how the network reaches its answer: projections recover image structure largely whatever the class (<a href="https://arxiv.org/abs/1805.07039">Nie et al. 2018</a>; <a href="https://arxiv.org/abs/1810.03292">Adebayo et al. 2018</a>).</p>
</div>
${key(k)}
</header>
<div class="columns">
<nav aria-labelledby="nav-name">
<h2 id="nav-name">Layers</h2>
<ul>
${filters ? '<li><a href="#filters">filters</a></li>\n' : ''}${layers
  .map(
    ({ name, maps }, index) =>
      `<li><a href="#${sectionId(index)}">${escapeHtml(name)} <span>${maps.length}<span class="unseen"> feature maps</span></span></a></li>`,
  )
  .join('\n')}
</ul>
</nav>
<main id="maps" tabindex="-1">
${filters ? filterSection(filters) : ''}${layers.map(layerSection).join('\n')}
</main>
</div>
${footer(origin)}
</div>
<dialog aria-labelledby="dialog-name">
<div class="bar">
<h2 id="dialog-name" aria-live="polite"></h2>
<div><button type="button" aria-label="previous feature map">←</button><button type="button" aria-label="next feature map">→</button><button type="button">Close</button></div>
</div>
<ol class="pairs"></ol>
</dialog>
<script type="application/json" id="gallery-data">${jsonForScript(pageData(layers, k))}</script>
<script>
${script}</script>
</body>
</html>
`;
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
  return `<section id="filters" aria-labelledby="filters-name">
<h2 id="filters-name">filters</h2>
<p class="facts">The ${what}, the first layer with filters, each on its own scale</p>
<img class="filters" src="${file}" width="${width}" height="${height}" alt="The ${what}">
</section>
`;
}

function footer({ images, inputFormat, command, versions, date }: GalleryOrigin): string {
  const day = date?.toISOString().slice(0, 10);
  const rows: [string, string | undefined][] = [
    ['Made with', command === undefined ? undefined : `<code>${escapeHtml(command)}</code>`],
    ['Pictures', images.toLocaleString('en')],
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

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
