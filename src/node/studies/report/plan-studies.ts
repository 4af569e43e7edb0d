import { join } from 'node:path';
import type { Deconvnet } from '../../../deconvnet.js';
import { DeconvnetError } from '../../../errors/deconvnet-error.js';
import { defaultLayers } from '../../../mine/default-layers.js';
import type { PictureFile } from '../../pictures/picture-file.js';
import { studyIdentity } from '../kit/study-identity.js';
import { listStudyPictures } from '../kit/study-pictures.js';
import type { StudyPart, StudyPlan } from '../kit/study-plan.js';
import { writeStudy } from '../kit/write-study.js';
import { galleryPart } from './gallery-part.js';
import { type LeftOutStudy, reportPage } from './report-page.js';
import type { FailedRecord, ReportRecord } from './report-record.js';
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
  const context: ReportContext = { deconvnet, all, options };
  const { studies, layers = defaultLayers(deconvnet).layers, maps, contrast, gamma } = options;
  const asked = studyNames.filter((name) => studies?.includes(name) ?? true);
  const parts: StudyPart[] = [];
  const leftOut: LeftOutStudy[] = [];
  const identities: Record<string, unknown> = { layers, maps, contrast, gamma };
  for (const name of asked) {
    if (name === 'gallery') {
      parts.push(galleryPart(deconvnet, all, layers, options));
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
    identities[name] = plan.identity;
    parts.push(partOf(name, plan, options));
  }
  return {
    study: 'study',
    identity: await studyIdentity(deconvnet, all.files, identities),
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
    return { study, reason: error.message };
  }
}

/** Errors that come from the pictures or the network of one study. */
const CONTENT_ERRORS: readonly string[] = ['invalid-option', 'unsupported-option', 'unsupported-layer', 'not-finite'];

/** Makes a part of the report from the plan of a study. */
function partOf(name: StudyName, plan: StudyPlan, options: WriteStudiesOptions): StudyPart {
  const images = (way: 'up' | 'down'): number => plan.parts.reduce((sum, part) => sum + part[way], 0);
  return {
    ...{ key: name, up: images('up'), down: images('down') },
    async run({ onProgress, signal }): Promise<ReportRecord | FailedRecord> {
      const planned = async (): Promise<StudyPlan> => ({ ...plan, report: '../index.html' });
      try {
        const { summary, cover } = await writeStudy(planned, 'writeStudies', {
          out: join(options.out, name),
          onProgress: ({ done }) => onProgress(done),
          ...(signal && { signal }),
        });
        const files = cover.map((file) => `${name}/${file}`);
        return { study: name, page: `${name}/index.html`, summary, cover: files };
      } catch (error) {
        // The other studies are worth finishing. What cannot be written, or does not fit to what is there, concerns them too.
        const { code, message } = error as DeconvnetError;
        if (!(error instanceof DeconvnetError) || !CONTENT_ERRORS.includes(code)) throw error;
        return { study: name, reason: `It stopped. ${message}` };
      }
    },
  };
}
