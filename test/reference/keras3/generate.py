"""Networks of Keras 3 as tensorflowjs_converter writes them, and what Keras computes with them. See README.md."""

import base64
import json
import os
import sys
import tempfile
import zipfile

os.environ["KERAS_BACKEND"] = "jax"
import h5py
import keras
import numpy as np
from keras import layers as L

OUT = sys.argv[1]
keras.utils.set_random_seed(1)


def rounded(values):
    return [float("%.9g" % v) for v in np.asarray(values).ravel()]


def write(name, topology, weights, x, outputs):
    values = [np.asarray(v, dtype="float32") for _, v in weights]
    manifest = [{"name": n, "shape": list(v.shape), "dtype": "float32"} for (n, _), v in zip(weights, values)]
    model = {
        "format": "layers-model",
        "generatedBy": "keras v3",
        "convertedBy": "TensorFlow.js Converter v4.22.0",
        "modelTopology": {"keras_version": keras.__version__, "backend": "jax", "model_config": topology},
        "weightsManifest": [{"paths": ["group1-shard1of1.bin"], "weights": manifest}],
    }
    file = {
        "model": model,
        "weights": base64.b64encode(b"".join(v.tobytes() for v in values)).decode(),
        "input": {"shape": list(x.shape), "values": rounded(x)},
        "outputs": [rounded(y) for y in outputs],
    }
    with open(f"{OUT}/{name}.json", "w") as f:
        json.dump(file, f, separators=(",", ":"))


def named_weights(group):
    """Of .h5: weights have names."""
    if "weight_names" in group.attrs:
        return [(n if isinstance(n, str) else n.decode(), group[n][()]) for n in group.attrs["weight_names"]]
    return [weight for key in group for weight in named_weights(group[key])]


def numbered_weights(group, path=""):
    """Of .keras: weights have numbers, in folders by class."""
    found = []
    for key in group:
        if isinstance(group[key], h5py.Dataset):
            return found + [(path + key, group[key][()]) for key in group]
        found += numbered_weights(group[key], f"{path}{key}/")
    return found


def discard(value):
    """What the converter leaves out of a .keras file."""
    if isinstance(value, dict):
        return {k: discard(v) for k, v in value.items() if k not in ("module", "registered_name", "date_saved")}
    return [discard(v) for v in value] if isinstance(value, list) else value


def export(name, model):
    for v in model.weights:
        random = np.random.RandomState(len(v.path) + int(np.prod(v.shape)))
        positive = "variance" in v.path or "gamma" in v.path
        v.assign(random.uniform(0.2, 1, v.shape) if positive else random.normal(0, 0.4, v.shape))
    x = np.random.RandomState(0).uniform(-1, 1, (2, *model.inputs[0].shape[1:])).astype("float32")
    outputs = model(x, training=False)
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    with tempfile.TemporaryDirectory() as folder:
        model.save(f"{folder}/model.h5")
        model.save(f"{folder}/model.keras")
        with h5py.File(f"{folder}/model.h5") as file:
            weights = file["model_weights"]
            named = [weight for key in weights for weight in named_weights(weights[key])]
            write(f"{name}-h5", json.loads(file.attrs["model_config"]), named, x, outputs)
        zipfile.ZipFile(f"{folder}/model.keras").extractall(folder)
        with h5py.File(f"{folder}/model.weights.h5") as file, open(f"{folder}/config.json") as config:
            write(f"{name}-keras", discard(json.load(config)), numbered_weights(file), x, outputs)


seq=keras.Sequential([keras.Input((8,8,3)),L.Conv2D(4,3,padding='same',activation='relu'),L.BatchNormalization(),L.MaxPooling2D(),L.Dropout(.3),L.Conv2D(3,2,activation='silu',use_bias=False),L.Flatten(),L.Dense(5,activation='softmax',kernel_regularizer='l2')],name='my_net')
export('sequential',seq)
inp=keras.Input((8,8,3),name='pixels')
x=L.Conv2D(4,3,padding='same',activation='relu',name='conv')(inp)
a=L.SeparableConv2D(4,3,padding='same',name='sep')(x); b=L.DepthwiseConv2D(3,padding='same',name='dw')(x); c=L.Conv2DTranspose(4,3,padding='same',name='ct')(x)
s=L.Add(name='add')([a,b,c]); s=L.BatchNormalization(name='bn')(s); s=L.LayerNormalization(name='ln')(s)
s=L.LeakyReLU(negative_slope=.2,name='lrelu')(s); s=L.PReLU(shared_axes=[1,2],name='prelu')(s); s=L.ReLU(max_value=6,name='relu6')(L.Rescaling(2.,offset=.1,name='resc')(s))
s=L.ZeroPadding2D(1,name='zp')(s); s=L.MaxPooling2D(name='mp')(s); s=L.SpatialDropout2D(.2,name='sd')(s); s=L.GaussianNoise(.2,name='gn')(s)
s=L.Concatenate(name='cat')([s,L.UpSampling2D(1,name='up')(s)])
p=L.GlobalAveragePooling2D(name='gap')(s); q=L.GlobalMaxPooling2D(name='gmp')(s)
m=keras.Model(inp,[L.Dense(3,activation='softmax',name='logits')(L.Multiply(name='mul')([p,q])),L.Reshape((4,2),name='rs')(p)],name='net')
export('functional',m)
i2=keras.Input((4,4,2),name='i2'); conv=L.Conv2D(2,1,name='shared'); body=keras.Model(i2,L.Add(name='res')([conv(i2),conv(conv(i2))]),name='body')
head=keras.Sequential([keras.Input((4,4,2)),L.Conv2D(3,2,name='c'),L.GlobalAveragePooling2D(name='g'),L.Dense(2,name='d')],name='head')
i=keras.Input((4,4,2),name='im')
y1=head(body(body(L.RandomFlip(name='flip')(i))))
export('nested',keras.Model(i,y1,name='outer'))
i=keras.Input((4,4,2),name='im')
export('nested-twice',keras.Model(i,[body(i),body(body(i)),head(i)],name='outer2'))
tm=keras.Sequential([keras.Sequential([keras.Input((4,4,2)),body],name='fe'),keras.Sequential([L.Flatten(),L.Dense(3,name='k')],name='hd')],name='tm'); tm.build((None,4,4,2)); export('nest-seq',tm)
i=keras.Input((5,4),name='seqin')
t=L.TimeDistributed(L.Dense(3,name='inner'),name='td')(i); l=L.Bidirectional(L.LSTM(2,name='lstm',return_sequences=True),name='bi')(t); g=L.GRU(2,reset_after=False,name='gru')(l)
export('rnn',keras.Model(i,L.Dense(2,name='o')(g),name='r'))
