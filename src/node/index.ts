// Stage: after `testing/`. The entry `deconvnet/node` works with files, processes and threads.
// In: paths of models and folders of pictures.
// Out: models (`models/`), images (`pictures/`), mined states with checkpoints (`mine/`), and a gallery that opens
// without a server (`gallery/`).

export type { DrawnGallery, GalleryProgress } from './gallery/draw-gallery.js';
export type { PictureProgress } from './gallery/draw-thumbnails.js';
export type { GalleryComparison } from './gallery/gallery-comparison.js';
export type { WorkerNetwork } from './gallery/gallery-workers.js';
export type { GalleryProjecting } from './gallery/project-for-gallery.js';
export { writeGallery } from './gallery/write-gallery.js';
export type { WriteGalleryOptions } from './gallery/write-gallery-options.js';
export type { LeftOut } from './mine/mine-chunk.js';
export { type MinedImages, type MiningReport, mineImages } from './mine/mine-images.js';
export type { CheckpointOptions, MineImagesOptions } from './mine/mine-images-options.js';
export type { MiningProgress } from './mine/mining-progress.js';
export { readState, writeState } from './mine/state-file.js';
export type { PlainDeconvnetOptions } from './mine/worker-protocol.js';
export { type LoadModelOptions, loadModel } from './models/load-model.js';
export type { ModelPlace } from './models/model-place.js';
export { type SavedModel, type SaveModelOptions, saveModel } from './models/save-model.js';
export type { NodeBackend } from './peers.js';
export type { FetchLimits, FetchOptions } from './pictures/fetching.js';
export { type ListPicturesOptions, listPictures } from './pictures/list-pictures.js';
export type { PictureFile } from './pictures/picture-file.js';
export { encodePng, writePicture } from './pictures/png.js';
export { readPicture } from './pictures/read-picture.js';
export type { ReadPictureOptions } from './pictures/read-picture-options.js';
export { type ReadPicturesOptions, readPictures } from './pictures/read-pictures.js';
export type { Shard, TakePicturesOptions } from './pictures/take-pictures.js';
export { writeAblation } from './studies/ablation/write-ablation.js';
export type { WriteAblationOptions } from './studies/ablation/write-ablation-options.js';
export { writeCorrespondence } from './studies/correspondence/write-correspondence.js';
export type { WriteCorrespondenceOptions } from './studies/correspondence/write-correspondence-options.js';
export { writeEvolution } from './studies/evolution/write-evolution.js';
export type { StoredCheckpoint, WriteEvolutionOptions } from './studies/evolution/write-evolution-options.js';
export { writeInvariance } from './studies/invariance/write-invariance.js';
export type { WriteInvarianceOptions } from './studies/invariance/write-invariance-options.js';
export type { StudyCover } from './studies/kit/study-page.js';
export type { PictureChoice } from './studies/kit/study-pictures.js';
export type { StudyCost } from './studies/kit/study-plan.js';
export type { WriteStudyOptions, WrittenStudy } from './studies/kit/write-study.js';
export { writeOcclusion } from './studies/occlusion/write-occlusion.js';
export type { WriteOcclusionOptions } from './studies/occlusion/write-occlusion-options.js';
export type { StudyName } from './studies/report/study-names.js';
export { writeStudies } from './studies/report/write-studies.js';
export type { WriteStudiesOptions } from './studies/report/write-studies-options.js';
export { writeSanity } from './studies/sanity/write-sanity.js';
export type { WriteSanityOptions } from './studies/sanity/write-sanity-options.js';
export { useBackend } from './use-backend.js';
