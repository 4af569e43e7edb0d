import { createHash } from 'node:crypto';
import type { StudyCover } from '../kit/study-page.js';

/** What a report keeps of a study that it contains. */
export interface ReportRecord {
  /** The name of the study: `occlusion`. */
  readonly study: string;
  /** The path of its page inside the folder of the report. */
  readonly page: string;
  /** What was found in this network, in a sentence or two. */
  readonly summary: string;
  /** Some of its pictures and plots. Their paths are inside the folder of the report. */
  readonly cover: readonly StudyCover[];
}

/** A study that stopped because of what it was given, such as a picture on which no feature map fires. */
export interface FailedRecord {
  readonly study: string;
  /** What stopped it, and the way out. */
  readonly reason: string;
}

/** The key of a study in a report. It depends on all that the study depends on, so that no record of another one is used. */
export function studyKey(study: string, identity: object): string {
  return `${study} ${createHash('sha256').update(JSON.stringify(identity)).digest('hex')}`;
}
