export type { DrawnGallery, GalleryProgress } from './gallery/draw-gallery.js';
export { type WriteGalleryOptions, writeGallery } from './gallery/write-gallery.js';
export { listPictures, type PictureFile } from './list-pictures.js';
export { loadModel } from './load-model.js';
export { encodePng, writePicture } from './png.js';
export { type ReadPictureOptions, readPicture } from './read-picture.js';
export { type ReadPicturesOptions, readPictures } from './read-pictures.js';
export { type NodeBackend, useBackend } from './use-backend.js';
