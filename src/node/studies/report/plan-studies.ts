import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Deconvnet } from '../../../deconvnet.js';
import { DeconvnetError } from '../../../errors/deconvnet-error.js';
import { defaultLayers } from '../../../mine/default-layers.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import { studyIdentity } from '../kit/study-identity.js';
import { listStudyPictures } from '../kit/study-pictures.js';
import { type StudyPart, type StudyPlan, workOf } from '../kit/study-plan.js';
import { writeStudy } from '../kit/write-study.js';
import { galleryPart } from './gallery-part.js';
import { type LeftOutStudy, reportPage } from './report-page.js';
import { type FailedRecord, type ReportRecord, studyKey } from './report-record.js';
import { type ReportContext, studyEntries } from './study-entries.js';
import { type StudyName, studyNames } from './study-names.js';
import type { WriteStudiesOptions } from './write-studies-options.js';

/** Plans a report: a part for each study. A study that was stopped goes on where it was, in its own folder. */
export async function planStudies(
  deconvnet: Deconvnet,
  pictures: string | readonly PictureFile[],
  options: WriteStudiesOptions,
): Promise<StudyPlan> {
  const all = await listStudyPictures('writeStudies', deconvnet, pictures, options);
  const context: ReportContext = { deconvnet, pictures, all, options };
  const { studies, layers = defaultLayers(deconvnet).layers, maps, contrast, gamma } = options;
  const asked = studyNames.filter((name) => studies?.includes(name) ?? true);
  const parts: StudyPart[] = [];
  const leftOut: LeftOutStudy[] = [];
  for (const name of asked) {
    if (name === 'gallery') {
      const identity = await studyIdentity(deconvnet, all.files, { layers, maps, contrast, gamma });
      parts.push(galleryPart(deconvnet, all, { layers, identity }, options));
      continue;
    }
    const reason = studyEntries[name].missing(context);
    if (reason !== undefined) {
      if (studies) throw new DeconvnetError('invalid-option', `The study '${name}' cannot be made. ${reason}`);
      leftOut.push({ study: name, reason });
      continue;
    }
    const out = join(options.out, name);
    const plan = await planOr(name, () => studyEntries[name].plan(context, out));
    if ('reason' in plan) {
      if (studies) throw new DeconvnetError('unsupported-option', plan.reason);
      leftOut.push(plan);
      continue;
    }
    parts.push(partOf(name, plan, options));
  }
  return {
    study: 'study',
    // Each part has the identity of its study in its key, so that a report can go on with other studies.
    identity: {},
    parts,
    finish: async (_, records) =>
      reportPage({
        ...{ deconvnet, pictures: all.files.length, leftOut, options },
        records: parts.map(({ key }) => records.get(key) as ReportRecord | FailedRecord),
      }),
  };
}

/** Plans a study, or says why the network is not made for it. */
async function planOr(study: StudyName, plan: () => Promise<StudyPlan>): Promise<StudyPlan | LeftOutStudy> {
  try {
    return await plan();
  } catch (error) {
    if (!(error instanceof DeconvnetError) || error.code !== 'unsupported-option') throw error;
    return { study, reason: error.what };
  }
}

/** Errors that come from the pictures or the network of one study. */
const CONTENT_ERRORS: readonly string[] = [
  ...['invalid-option', 'unsupported-option', 'unsupported-layer', 'unsupported-topology'],
  ...['not-finite', 'shape-mismatch', 'feature-map-out-of-range'],
];

/** Makes a part of the report from the plan of a study. */
function partOf(name: StudyName, plan: StudyPlan, options: WriteStudiesOptions): StudyPart {
  return {
    ...{ key: studyKey(name, plan.identity), ...workOf(plan.parts) },
    async run({ onProgress, signal }): Promise<ReportRecord | FailedRecord> {
      const planned = async (): Promise<StudyPlan> => ({ ...plan, report: '../index.html' });
      try {
        const { summary, cover } = await writeStudy(planned, 'writeStudies', {
          out: join(options.out, name),
          onProgress: ({ done }) => onProgress(done),
          ...(signal && { signal }),
        });
        const own = cover.map(({ file, caption }) => ({ file: `${name}/${file}`, caption }));
        return { study: name, page: `${name}/index.html`, summary, cover: own };
      } catch (error) {
        // The other studies are worth finishing. What cannot be written, or does not fit to what is there, concerns them too.
        const { code, what } = error as DeconvnetError;
        if (!(error instanceof DeconvnetError) || !CONTENT_ERRORS.includes(code)) throw error;
        await rm(join(options.out, name, 'unfinished'), { recursive: true, force: true });
        return { study: name, reason: `It stopped. ${what}` };
      }
    },
  };
}
