import type { NamedFile } from '../protocol';
import { nameOf, parseJson } from './model-files';

const OF_KERAS = /\.(keras|h5|hdf5)$/i;

/** The files of a model on a web server: a file of Keras, or a model.json and what that names. */
export async function fetchModel(address: string): Promise<NamedFile[]> {
  const url = addressOf(address);
  const model: NamedFile = { path: nameOf(url.pathname), blob: await load(url) };
  if (OF_KERAS.test(model.path)) return [model];
  const json = await parseJson(model);
  const groups = Array.isArray(json?.weightsManifest) ? json.weightsManifest : [];
  const paths = groups.flatMap(({ paths }: { paths?: unknown }) => (Array.isArray(paths) ? paths.map(String) : []));
  const weights = await Promise.all(paths.map(async (path) => ({ path, blob: await load(new URL(path, url)) })));
  // Teachable Machine has it beside the model. Other models do not have it.
  const metadata = await load(new URL('metadata.json', url)).then(
    (blob) => [{ path: 'metadata.json', blob }],
    () => [],
  );
  return [model, ...weights, ...metadata];
}

function addressOf(address: string): URL {
  let url: URL;
  try {
    url = new URL(address.trim());
  } catch {
    throw new Error(`‘${address}’ is not an address. An address looks like https://example.org/model/model.json.`);
  }
  // A folder, as Teachable Machine shares it.
  if (!/\.json$/i.test(url.pathname) && !OF_KERAS.test(url.pathname))
    url.pathname = `${url.pathname.replace(/\/$/, '')}/model.json`;
  return url;
}

async function load(url: URL): Promise<Blob> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: 'omit', referrerPolicy: 'no-referrer' });
  } catch (cause) {
    throw new Error(
      `${url.href} cannot be read from this page: the server does not answer, or it does not allow other pages to read the file (CORS). You can download the files and drop them here.`,
      { cause },
    );
  }
  if (!response.ok) throw new Error(`${url.href} cannot be read: the server answers ${response.status}.`);
  return response.blob();
}
