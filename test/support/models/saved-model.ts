import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/** The content of a model.json and of the file of weights beside it; tests break it in every way. */
export interface SavedModel {
  json: {
    format: string;
    modelTopology: { class_name: string; config: { name: string; layers: SavedLayer[] } };
    weightsManifest: { paths: string[]; weights: tf.io.WeightsManifestEntry[] }[];
    userDefinedMetadata?: object;
    trainingConfig?: object;
  };
  weights: Uint8Array<ArrayBuffer>;
}

/** A layer of a topology. */
export interface SavedLayer {
  class_name: string;
  config: Record<string, unknown>;
}

/** Two convolutions and a dense layer, with weights counted up from zero. */
export function smallModel(): tfl.Sequential {
  const model = tfl.sequential({
    name: 'small',
    layers: [
      tfl.layers.conv2d({ name: 'conv1', inputShape: [8, 8, 3], filters: 4, kernelSize: 3, activation: 'relu' }),
      tfl.layers.maxPooling2d({ name: 'pool1', poolSize: 2 }),
      tfl.layers.conv2d({ name: 'conv2', filters: 2, kernelSize: 2, activation: 'relu' }),
      tfl.layers.flatten({ name: 'flat' }),
      tfl.layers.dense({ name: 'logits', units: 3, activation: 'softmax' }),
    ],
  });
  const values = model.getWeights().map(({ shape }, i) => tf.linspace(-1, 1 + i / 10, tf.util.sizeFromShape(shape)));
  const shaped = values.map((value, i) => tf.reshape(value, model.getWeights()[i]!.shape));
  model.setWeights(shaped);
  tf.dispose([values, shaped]);
  return model;
}

/** Saves a model as `model.save()` does, in memory. The model is disposed. */
export async function savedModel(model: tfl.LayersModel = smallModel()): Promise<SavedModel> {
  let artifacts: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (given) => {
      artifacts = given;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  model.dispose();
  const { modelTopology, weightSpecs, weightData } = artifacts!;
  return {
    json: JSON.parse(
      JSON.stringify({
        format: 'layers-model',
        modelTopology,
        weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }],
      }),
    ) as SavedModel['json'],
    weights: new Uint8Array(weightData as ArrayBuffer),
  };
}

/** The files of a saved model, by name. */
export function filesOf({ json, weights }: SavedModel): Record<string, Uint8Array | object> {
  return { 'model.json': json, 'weights.bin': weights };
}

/** What a handler loads of a saved model. */
export function artifactsOf({ json, weights }: SavedModel): tf.io.ModelArtifacts {
  const [{ weights: weightSpecs }] = json.weightsManifest as [SavedModel['json']['weightsManifest'][number]];
  return { modelTopology: json.modelTopology, weightSpecs, weightData: weights.buffer };
}
