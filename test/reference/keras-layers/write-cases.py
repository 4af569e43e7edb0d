"""Writes layers with random weights, and what Keras computes with them. See README.md."""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "numpy"

import keras
import numpy as np
from keras import layers as L

rng = None
cases = None
# Options that only training needs, or that are the same for all layers.
LEFT_OUT = ("trainable", "dtype", "name")
TRAINING = ("_initializer", "_regularizer", "_constraint")


def numbers(values):
    return [float(f"{value:.6g}") for value in np.asarray(values, dtype=np.float64).ravel()]


def case(title, layer, *shapes, scale=1.0):
    """Computes one layer, with random weights, on one random input, or on several."""
    inputs = [keras.Input(shape) for shape in shapes]
    model = keras.Model(inputs, layer(inputs if len(shapes) > 1 else inputs[0]))
    weights = []
    for variable in layer.weights:
        if "seed" in variable.path:
            continue
        value = rng.normal(size=variable.shape)
        if "variance" in variable.name:
            value = np.abs(value) + 0.2
        if variable.name == "count":
            value = np.array(5)
        variable.assign(value.astype("float32").round(3))
        kept = np.asarray(variable.value)
        # Within the layer: the weights of wrapped layers have the names of these before them. Those of cells are numbered.
        stacked = "stacked" in variable.path
        name = str(len(weights)) if stacked else variable.path.split("/", 1)[-1]
        weights.append({"name": name, "shape": list(kept.shape), "values": numbers(kept)})
    if hasattr(layer, "finalize_state"):
        layer.finalize_state()
    given = [(scale * rng.normal(size=(1, *shape))).astype("float32").round(3) for shape in shapes]
    output = np.asarray(model(given if len(shapes) > 1 else given[0], training=False))
    entry = json.loads(json.dumps(keras.saving.serialize_keras_object(layer)))
    config = {
        key: value
        for key, value in entry["config"].items()
        if key not in LEFT_OUT and not key.endswith(TRAINING)
    }
    cases.append(
        {
            "title": title,
            "class_name": entry["class_name"],
            "config": config,
            "weights": weights,
            "inputs": [{"shape": list(x.shape), "values": numbers(x)} for x in given],
            "output": {"shape": list(output.shape), "values": numbers(output)},
        }
    )


def normalizations():
    case("adapted", L.Normalization(), (3, 4))
    case("adapted along two axes", L.Normalization(axis=(1, 3)), (2, 3, 4))
    case("adapted, one for all", L.Normalization(axis=None), (2, 3))
    given = {"mean": [0.5, -0.2, 1.5], "variance": [0.3, 2.0, 0.7]}
    case("given, inverted", L.Normalization(invert=True, **given), (2, 3))
    case("given, one for all", L.Normalization(mean=0.5, variance=4.0, axis=None), (2, 3))
    case("two groups", L.GroupNormalization(groups=2), (3, 2, 4))
    case("groups of rows", L.GroupNormalization(groups=3, axis=1, epsilon=0.1, scale=False), (6, 2, 2))
    case("a group for each map", L.GroupNormalization(groups=-1, center=False), (3, 2, 4))
    case("along the channels", L.UnitNormalization(), (3, 4))
    case("along two axes", L.UnitNormalization(axis=[1, 2]), (3, 4, 2))
    case("along the channels", L.RMSNormalization(), (3, 4))



def nonlinearities():
    words = "hard_sigmoid hard_silu hard_swish hard_tanh sparse_sigmoid celu squareplus sparse_plus leaky_relu exponential"
    more = "log_sigmoid tanh_shrink soft_shrink hard_shrink silu gelu mish relu6 selu softsign softplus elu log_softmax"
    for word in f"{words} {more}".split():
        case(word, L.Activation(word), (3, 4), scale=3.0)
    case("a fused function", L.Dense(3, activation="hard_silu"), (4,), scale=3.0)
    options = {"max_value": 2.0, "negative_slope": 0.2, "threshold": 0.5}
    for left_out in [None, *options]:
        given = {key: value for key, value in options.items() if key != left_out}
        case(" and ".join(given), L.ReLU(**given), (3, 4), scale=3.0)
    case("another alpha", L.ELU(alpha=0.3), (3, 4), scale=3.0)



def convolutions():
    case("groups", L.Conv1D(4, 3, groups=2, padding="same", strides=2), (7, 4))
    case("causal", L.Conv1D(3, 3, padding="causal", dilation_rate=2), (7, 2))
    case("causal, with a stride", L.Conv1D(3, 3, padding="causal", strides=2), (8, 2))
    case("groups", L.Conv2D(6, (3, 2), groups=3, strides=2, padding="same", activation="relu"), (5, 6, 3))
    case("groups, dilated", L.Conv2D(4, 2, groups=2, dilation_rate=2), (5, 6, 4))
    case("groups", L.Conv3D(2, 2, groups=2, use_bias=False), (3, 3, 4, 2))
    case("plain", L.DepthwiseConv1D(3, strides=2, depth_multiplier=2), (7, 2))
    case("dilated", L.DepthwiseConv1D(3, dilation_rate=2, padding="same"), (7, 2))
    case("dilated", L.DepthwiseConv2D(3, dilation_rate=2, padding="same"), (6, 7, 2))
    case("plain", L.SeparableConv1D(3, 3, padding="same", depth_multiplier=2), (6, 2))
    case("stride", L.SeparableConv1D(2, 2, strides=2, use_bias=False), (6, 3))
    case("valid", L.Conv1DTranspose(3, 3, strides=2), (5, 2))
    case("same", L.Conv1DTranspose(3, 4, strides=2, padding="same"), (5, 2))
    case("dilated", L.Conv2DTranspose(2, 3, dilation_rate=2, padding="same"), (4, 5, 2))
    case("dilated, valid", L.Conv2DTranspose(2, 2, dilation_rate=(2, 3)), (4, 5, 2))
    case("output padding", L.Conv2DTranspose(2, 3, strides=2, padding="same", output_padding=1), (3, 4, 2))
    case("output padding, valid", L.Conv3DTranspose(2, 2, strides=2, output_padding=(0, 1, 0)), (2, 2, 3, 2))


def places():
    case("pair", L.ZeroPadding1D((1, 2)), (4, 2))
    case("one number", L.ZeroPadding1D(2), (4, 2))
    case("pairs", L.ZeroPadding3D(((1, 2), (0, 1), (2, 0))), (2, 3, 2, 2))
    case("pair", L.Cropping1D((1, 2)), (5, 2))
    case("numbers", L.Cropping3D((1, 0, 1)), (4, 2, 3, 2))
    case("two", L.UpSampling1D(2), (3, 2))
    case("three numbers", L.UpSampling3D((2, 1, 3)), (2, 2, 2, 2))
    for kept in (False, True):
        for make in (L.GlobalAveragePooling1D, L.GlobalMaxPooling1D):
            case(f"keepdims={kept}", make(keepdims=kept), (4, 3))
        for make in (L.GlobalAveragePooling2D, L.GlobalMaxPooling2D):
            case(f"keepdims={kept}", make(keepdims=kept), (4, 3, 2))
        for make in (L.GlobalAveragePooling3D, L.GlobalMaxPooling3D):
            case(f"keepdims={kept}", make(keepdims=kept), (2, 3, 2, 2))


def recurrent():
    case("last step", L.GRU(3), (4, 2))
    case("sequences, backwards", L.GRU(3, return_sequences=True, go_backwards=True, activation="relu"), (4, 2))
    case("without a bias", L.GRU(3, use_bias=False, recurrent_activation="hard_sigmoid"), (4, 2))
    case("before the product", L.GRU(3, reset_after=False), (4, 2))
    case("both ways", L.Bidirectional(L.GRU(2, return_sequences=True)), (4, 3))
    case("both ways, multiplied", L.Bidirectional(L.GRU(2), merge_mode="mul"), (4, 3))
    case("at each step", L.TimeDistributed(L.GRU(3)), (2, 4, 2))
    case("cells", L.RNN([L.GRUCell(3), L.GRUCell(2, reset_after=False), L.LSTMCell(2), L.GRUCell(2)]), (4, 2))
    case("one cell", L.RNN(L.GRUCell(2), return_sequences=True), (4, 2))


def softmaxes():
    case("rows", L.Softmax(axis=1), (3, 2, 4), scale=3.0)
    case("columns, from the end", L.Softmax(axis=-2), (3, 2, 4), scale=3.0)
    case("two axes", L.Softmax(axis=(1, 2)), (3, 2, 4), scale=3.0)
    case("the last axis, from the front", L.Softmax(axis=3), (3, 2, 4), scale=3.0)
    case("at each step", L.TimeDistributed(L.Softmax(axis=1)), (2, 3, 4), scale=3.0)


def adaptive():
    for kind in ("Average", "Max"):
        layer = lambda rank: getattr(L, f"Adaptive{kind}Pooling{rank}D")
        case("overlapping windows", layer(1)(3), (7, 2))
        case("two sizes", layer(2)((3, 2)), (7, 6, 2))
        case("channels first", layer(2)((2, 1), data_format="channels_first"), (2, 5, 4))
        case("a larger output", layer(2)(4), (3, 3, 2))
        case("three axes", layer(3)((2, 1, 3)), (3, 2, 4, 2))


def channels_first():
    first = {"data_format": "channels_first"}
    case("stride", L.Conv1D(3, 3, strides=2, padding="same", **first), (2, 7))
    case("causal", L.Conv1D(3, 3, padding="causal", activation="relu", **first), (2, 7))
    case("groups", L.Conv1D(4, 2, groups=2, **first), (2, 5))
    case("stride", L.Conv2D(3, (3, 2), strides=2, padding="same", activation="relu", **first), (2, 6, 5))
    case("groups", L.Conv2D(4, 2, groups=2, **first), (2, 4, 5))
    case("stride", L.Conv3D(3, 2, strides=2, **first), (2, 4, 3, 4))
    case("plain", L.DepthwiseConv1D(3, depth_multiplier=2, **first), (2, 7))
    case("stride", L.DepthwiseConv2D(3, depth_multiplier=2, strides=2, padding="same", **first), (2, 4, 5))
    case("dilated", L.DepthwiseConv2D(2, dilation_rate=2, **first), (2, 4, 5))
    case("plain", L.SeparableConv1D(3, 3, **first), (2, 7))
    case("bias", L.SeparableConv2D(3, 3, depth_multiplier=2, activation="tanh", **first), (2, 4, 5))
    case("no bias", L.SeparableConv2D(3, 3, strides=2, padding="same", use_bias=False, **first), (2, 4, 5))
    case("stride", L.Conv1DTranspose(3, 3, strides=2, **first), (2, 4))
    case("stride", L.Conv2DTranspose(3, 3, strides=2, padding="same", **first), (2, 4, 3))
    case("dilated", L.Conv2DTranspose(3, 2, dilation_rate=2, **first), (2, 3, 3))
    case("stride", L.Conv3DTranspose(2, 2, strides=2, **first), (2, 2, 2, 2))
    for rank, shape in ((1, (2, 7)), (2, (2, 5, 4)), (3, (2, 4, 3, 4))):
        for kind in ("Max", "Average"):
            pooling = getattr(L, f"{kind}Pooling{rank}D")
            case("plain", pooling(2, **first), shape)
            case("same", pooling(3, strides=2, padding="same", **first), shape)
            for kept in (False, True):
                case(f"keepdims={kept}", getattr(L, f"Global{kind}Pooling{rank}D")(keepdims=kept, **first), shape)
    case("pair", L.ZeroPadding1D((1, 2), **first), (2, 4))
    case("pairs", L.ZeroPadding2D(((1, 2), (0, 1)), **first), (2, 4, 3))
    case("pairs", L.ZeroPadding3D(((1, 2), (0, 1), (1, 0)), **first), (2, 2, 3, 2))
    case("pairs", L.Cropping2D(((1, 2), (0, 1)), **first), (2, 4, 3))
    case("pairs", L.Cropping3D(((1, 2), (0, 1), (1, 0)), **first), (2, 4, 3, 2))
    case("nearest", L.UpSampling2D((2, 3), **first), (2, 2, 3))
    case("three numbers", L.UpSampling3D((2, 1, 3), **first), (2, 2, 3, 2))
    for shape in ((2, 4), (2, 4, 3), (2, 3, 2, 2)):
        case("channels first", L.BatchNormalization(axis=1), shape)
        case("channels first", L.Flatten(**first), shape)
    case("channels first", L.LayerNormalization(axis=1), (2, 4, 3))
    case("channels first", L.GroupNormalization(2, axis=1), (4, 4, 3))
    case("shared along the cells", L.PReLU(shared_axes=[2, 3]), (2, 4, 3))
    case("shared along the rows and channels", L.PReLU(shared_axes=[1, 2]), (2, 4, 3))
    case("channels last", L.Permute((2, 3, 1)), (2, 4, 3))
    case("other rows", L.Reshape((3, 8)), (2, 4, 3))
    case("nothing", L.SpatialDropout1D(0.5), (2, 4))
    case("nothing", L.SpatialDropout2D(0.5, **first), (2, 4, 3))
    case("nothing", L.SpatialDropout3D(0.5, **first), (2, 2, 3, 2))


def stride_and_dilation():
    """Keras lets only these have both."""
    both = {"strides": 2, "dilation_rate": 2}
    for padding in ("valid", "same"):
        case(padding, L.DepthwiseConv1D(2, padding=padding, **both), (9, 2))
        case(padding, L.SeparableConv1D(3, 2, padding=padding, **both), (8, 2))
        case(padding, L.DepthwiseConv2D(2, padding=padding, **both), (7, 6, 2))
        case(padding, L.SeparableConv2D(3, 2, padding=padding, **both), (6, 7, 2))


def wide_strides():
    wide = {"strides": 3, "padding": "same"}
    case("wide stride", L.Conv1D(2, 2, **wide), (9, 2))
    case("wide stride", L.Conv2D(2, 2, **wide), (9, 6, 2))
    case("wide stride", L.DepthwiseConv2D(2, **wide), (9, 6, 2))
    case("wide stride", L.SeparableConv2D(2, 2, **wide), (9, 6, 2))
    case("wide stride", L.Conv3D(2, 1, **wide), (6, 5, 6, 2))
    case("wide stride", L.MaxPooling3D(1, **wide), (6, 5, 6, 2))
    case("wide stride", L.AveragePooling3D(2, **wide), (6, 5, 6, 2))
    case("negative values", L.MaxPooling3D(2, padding="same"), (3, 4, 3, 2))


def images():
    first = {"data_format": "channels_first"}
    for word in ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"):
        case(word, L.Resizing(7, 4, interpolation=word), (5, 6, 2))
        case(word, L.UpSampling2D((2, 3), interpolation=word), (4, 3, 2))
    case("places on edges", L.Resizing(15, 9, interpolation="nearest"), (10, 3, 1))
    case("smaller", L.Resizing(2, 3), (7, 9, 2))
    case("smaller, of all cells", L.Resizing(3, 2, antialias=True), (7, 9, 2))
    case("smaller, of all cells", L.Resizing(3, 4, antialias=True, interpolation="lanczos3"), (8, 9, 1))
    case("the middle of a tall image", L.Resizing(4, 6, crop_to_aspect_ratio=True), (7, 5, 2))
    case("the middle of a wide image", L.Resizing(6, 4, crop_to_aspect_ratio=True, interpolation="nearest"), (7, 9, 2))
    case("margins beside", L.Resizing(4, 6, pad_to_aspect_ratio=True), (7, 5, 2))
    case("margins above", L.Resizing(6, 4, pad_to_aspect_ratio=True, fill_value=2.0), (7, 9, 2))
    case("channels first", L.Resizing(3, 2, **first), (2, 7, 9))
    case("bilinear, channels first", L.UpSampling2D((2, 3), interpolation="bilinear", **first), (2, 4, 3))
    case("even and odd", L.CenterCrop(3, 2), (6, 5, 2))
    case("odd", L.CenterCrop(3, 2), (4, 5, 2))
    case("rows stay", L.CenterCrop(4, 2), (4, 5, 2))
    case("larger", L.CenterCrop(6, 7), (4, 5, 2))
    case("larger and smaller", L.CenterCrop(6, 3), (4, 5, 2))
    case("channels first", L.CenterCrop(3, 2, **first), (2, 6, 5))


FILES = {
    "cases": (normalizations, nonlinearities, places, convolutions, recurrent, softmaxes, adaptive),
    "layouts": (channels_first, stride_and_dilation, wide_strides),
    "images": (images,),
}
for name, parts in FILES.items():
    rng = np.random.default_rng(7)
    cases = []
    for part in parts:
        part()
    about = f"Layers with random weights, and what Keras {keras.__version__} (NumPy) computes with them."
    path = pathlib.Path(__file__).with_name(f"{name}.json")
    lines = ",\n".join(json.dumps(one) for one in cases)
    path.write_text(f'{{ "about": "{about}", "cases": [\n{lines}\n] }}\n')
    print(name, len(cases), path.stat().st_size)
