/** A picture on disk, or one that is fetched. */
export interface PictureFile {
  /** Its path inside the folder, with forward slashes on every system; or its URL. */
  readonly id: string;
  /** Where to read it: a path, or an http or https URL of a host that is allowed. */
  readonly path: string;
  /** The name of its folder, if each class has a folder; or the label that a list of URLs has. */
  readonly label?: string;
}
