/** What the page itself knows. The data of a layer is loaded when the layer is opened. */
export const gallery = JSON.parse(document.getElementById('gallery-data').textContent);

export const layerNames = gallery.layers.map(({ name }) => name);

const arrived = new Map();
const loads = new Map();

// The scripts in the folder `data` call these functions. A page from disk may load scripts, but no other data.
globalThis.deconvnetGallery = {
  layer: (index, data) => arrived.set(gallery.layers[index].file, data),
  search: (data) => arrived.set(gallery.search, data),
};

/** Loads the data of a layer, with its feature maps by number. */
export async function loadLayer(index) {
  const data = await load(gallery.layers[index].file);
  data.byNumber ??= new Map(data.maps.map((map) => [map.n, map]));
  if (data.compared) data.compared.byNumber ??= new Map(data.compared.maps.map((map) => [map.n, map]));
  return data;
}

/** Loads the search index. */
export function loadSearch() {
  return load(gallery.search);
}

function load(file) {
  const known = loads.get(file);
  if (known) return known;
  const loading = new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.onload = () => {
      script.remove();
      resolve(arrived.get(file));
    };
    script.onerror = () => {
      script.remove();
      loads.delete(file);
      reject(new Error(`The file ${file} could not be loaded. It must lie beside the page, where it was written.`));
    };
    script.src = file;
    document.head.append(script);
  });
  loads.set(file, loading);
  return loading;
}
