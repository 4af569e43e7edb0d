import type { Deconvnet } from '../../../deconvnet.js';
import { counted } from '../../../errors/counted.js';
import { escapeHtml } from '../../gallery/escape.js';
import { figure, type Html, links, paragraph, type StudyPage } from '../kit/study-page.js';
import { madeWith } from '../kit/write-study.js';
import type { FailedRecord, ReportRecord } from './report-record.js';
import { type StudyName, studyTexts } from './study-names.js';
import type { WriteStudiesOptions } from './write-studies-options.js';

/** A study that the report does not contain. */
export interface LeftOutStudy {
  readonly study: StudyName;
  /** What is missing for it, as a sentence. */
  readonly reason: string;
}

/** What the page is made from. */
interface ReportResults {
  readonly deconvnet: Deconvnet;
  /** How many pictures were studied. */
  readonly pictures: number;
  readonly records: readonly (ReportRecord | FailedRecord)[];
  readonly leftOut: readonly LeftOutStudy[];
  readonly options: WriteStudiesOptions;
}

/** Makes the page of a report: the studies in the order of the paper, each with what was found and a link to its page. */
export function reportPage({ deconvnet, pictures, records, leftOut, options }: ReportResults): StudyPage {
  const { model } = deconvnet;
  const made = records.filter((record) => 'page' in record);
  const stopped = records.flatMap((record) =>
    'reason' in record ? [{ study: record.study as StudyName, reason: record.reason }] : [],
  );
  const missing = [...leftOut, ...stopped];
  return {
    title: options.title ?? `Studies of ${model.name}`,
    lead: [
      'These studies follow Zeiler and Fergus, Visualizing and Understanding Convolutional Networks. They are repeated on this network, each on a page of its own. A page says what is seen, in which units, and what it does not show. The sanity check tests how far the projections themselves can be trusted.',
    ],
    summary: `${made.length} of ${counted(made.length + missing.length, 'study', 'studies')} could be made, with ${counted(pictures, 'picture')}.`,
    sections: [
      ...made.map((record) => ({ heading: studyTexts[record.study as StudyName].title, html: section(record) })),
      ...(missing.length === 0 ? [] : [{ heading: 'Left out', html: missing.map(leftOutText).join('\n') }]),
    ],
    made: madeWith(deconvnet, options, [
      ['Pictures', pictures.toLocaleString('en')],
      ['Rule', deconvnet.engine.rule.name],
    ]),
  };
}

function section({ study, page, summary, cover }: ReportRecord): Html {
  const { title, source, what } = studyTexts[study as StudyName];
  const shape = study === 'gallery' ? 'strip' : 'cover';
  const pictures = cover.map(({ file, caption }) =>
    figure(`<img class="${shape}" src="${escapeHtml(file)}" alt="" loading="lazy">`, caption),
  );
  return [
    paragraph(`${what} ${source}`),
    `<p class="lead">In this network: ${escapeHtml(summary)}</p>`,
    ...(pictures.length === 0 ? [] : [`<a class="covers" href="${escapeHtml(page)}">${pictures.join('')}</a>`]),
    links([[page, `Open the page: ${title}`]]),
  ].join('\n');
}

function leftOutText({ study, reason }: LeftOutStudy): Html {
  return paragraph(`${studyTexts[study].title}: ${studyTexts[study].what} ${studyTexts[study].source} ${reason}`);
}
