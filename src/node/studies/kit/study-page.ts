import { escapeHtml } from '../../gallery/escape.js';
import base from '../../gallery/page/base.css?raw';
import common from './study-page.css?raw';

/** HTML that was made by the functions of this file. Text from elsewhere is escaped before it gets in. */
export type Html = string;

/** A part of a page. */
export interface StudySection {
  readonly heading: string;
  readonly html: Html;
}

/** The element by which a page of a study is recognised. */
export function generatorOf(study: string): string {
  return `<meta name="generator" content="deconvnet ${study}">`;
}

/** A picture or a plot of a page, by which a report of several studies shows the page. */
export interface StudyCover {
  /** Its path inside the folder of the page. */
  readonly file: string;
  /** What it shows, in a few words of plain text. */
  readonly caption: string;
}

/** What a page of a study says. */
export interface StudyPage {
  readonly title: string;
  /** Paragraphs in plain text: what is seen, in which units, and what it does not show. */
  readonly lead: readonly string[];
  /** What was found in this network, in a sentence or two of plain text. A report of several studies repeats it. */
  readonly summary: string;
  /** Some of its pictures and plots. Default: none. */
  readonly cover?: readonly StudyCover[];
  /** Rules of the style sheet that only this study needs. */
  readonly style?: string;
  readonly sections: readonly StudySection[];
  /** How it was made: names and values in plain text, such as the command, the seed and the versions. */
  readonly made: readonly (readonly [name: string, value: string])[];
}

/**
 * Makes the page of a study, in the style of the gallery. It opens without a server.
 *
 * @param plan the name of the study, `occlusion`, and the report that contains it
 */
export function renderStudyPage(
  { study, report }: { readonly study: string; readonly report?: string },
  { title, lead, summary, style = '', sections, made }: StudyPage,
): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${generatorOf(study)}
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>
${base}
${common}${style}</style>
</head>
<body>
<main>
${report === undefined ? '' : `<nav><a href="${escapeHtml(report)}">All studies of this network</a></nav>\n`}<h1>${escapeHtml(title)}</h1>
${lead.map((text) => `<p class="lead">${escapeHtml(text)}</p>`).join('\n')}
<p class="lead"><strong>In this network:</strong> ${escapeHtml(summary)}</p>
${sections.map(({ heading, html }) => `<section>\n<h2>${escapeHtml(heading)}</h2>\n${html}\n</section>`).join('\n')}
</main>
<footer><dl>
${made.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join('\n')}
</dl></footer>
</body>
</html>
`;
}

/** A paragraph of plain text. */
export function paragraph(text: string): Html {
  return `<p class="note">${escapeHtml(text)}</p>`;
}

/** A picture in a file beside the page. */
export interface PageImage {
  readonly file: string;
  /** The size at which it is shown, in pixels of the page. */
  readonly width: number;
  readonly height: number;
  readonly alt: string;
  /** Whether its pixels are shown as squares when it is enlarged. */
  readonly crisp?: boolean;
}

/** A picture. */
export function image({ file, width, height, alt, crisp }: PageImage): Html {
  const shown = crisp ? ' class="crisp"' : '';
  return `<img${shown} src="${escapeHtml(file)}" width="${width}" height="${height}" alt="${escapeHtml(alt)}" loading="lazy">`;
}

/** A picture with a frame around a part of it: the box in pixels of the picture. */
export function framedImage(
  one: PageImage,
  box: { readonly top: number; readonly left: number; readonly bottom: number; readonly right: number },
  { height, width }: { readonly height: number; readonly width: number },
): Html {
  const share = (value: number, whole: number): string => `${Number(((100 * value) / whole).toFixed(2))}%`;
  const place = `top:${share(box.top, height)};left:${share(box.left, width)};height:${share(box.bottom - box.top, height)};width:${share(box.right - box.left, width)}`;
  return `<span class="framed">${image(one)}<i style="${place}"></i></span>`;
}

/** Something with a caption below it: an image, or the text of an SVG. */
export function figure(content: Html, caption: string): Html {
  return `<figure>${content}<figcaption>${escapeHtml(caption)}</figcaption></figure>`;
}

/** Figures beside each other, as many as there is room for. */
export function row(figures: readonly Html[]): Html {
  return `<div class="row">${figures.join('\n')}</div>`;
}

/** A table. Its cells are HTML; the first column names the rows. */
export function table(columns: readonly string[], rows: readonly (readonly Html[])[], caption?: string): Html {
  const head = columns.map((column) => `<th scope="col">${escapeHtml(column)}</th>`).join('');
  const body = rows.map(
    ([name = '', ...cells]) =>
      `<tr><th scope="row">${name}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`,
  );
  return `<div class="wide"><table>${caption === undefined ? '' : `<caption>${escapeHtml(caption)}</caption>`}
<thead><tr>${head}</tr></thead>
<tbody>
${body.join('\n')}
</tbody></table></div>`;
}

/** Something that is folded away until a reader opens it. */
export function details(words: string, content: Html): Html {
  return `<details><summary>${escapeHtml(words)}</summary>\n${content}\n</details>`;
}

/** Links to files beside the page, such as the numbers of a plot. */
export function links(files: readonly (readonly [file: string, words: string])[]): Html {
  const all = files.map(([file, words]) => `<a href="${escapeHtml(file)}">${escapeHtml(words)}</a>`);
  return `<p class="note">${all.join(' · ')}</p>`;
}
