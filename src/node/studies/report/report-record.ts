/** What a report keeps of a study that it contains. */
export interface ReportRecord {
  /** The name of the study: `occlusion`. */
  readonly study: string;
  /** The path of its page inside the folder of the report. */
  readonly page: string;
  /** What was found in this network, in a sentence or two. */
  readonly summary: string;
  /** Some of its pictures and plots, as paths inside the folder of the report. */
  readonly cover: readonly string[];
}
