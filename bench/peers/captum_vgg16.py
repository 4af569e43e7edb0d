"""Times the jobs of `npm run bench` with PyTorch and Captum, where these are installed.

    pip install torch captum numpy
    python bench/peers/captum_vgg16.py [--threads 2] [--repeats 3] [--only gallery] [--json FILE]

The network is the same: the thirteen convolutions of VGG-16 with random weights, on pictures of 224x224. Captum has no
mining and no crops: each projection is a whole pass up and down. Put the seconds beside those of `npm run bench --json`
taken on the same machine.

The part `gallery` is the counterpart of `npm run bench -- --only gallery`. It times one projection from each of the
thirteen layers at random positions, each in a batch of its own, since each comes from another picture. Then it adds them
up: 4 feature maps of each layer with 9 projections each (468), and all feature maps (38,016). The network ends at the
layer, because Captum runs a forward pass of the network that it is given. With --whole-network it always has thirteen
convolutions.
"""

import argparse
import json
import platform
import statistics
import time
import warnings

import captum
import torch
from captum.attr import NeuronDeconvolution
from torch import nn

BLOCKS = [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]


def vgg16() -> tuple[nn.Sequential, dict[str, nn.Module]]:
    """The layers up to the 13th convolution, and the ReLU that stands for each convolution's activations."""
    layers: list[nn.Module] = []
    activations: dict[str, nn.Module] = {}
    channels = 3
    for block, (depth, width) in enumerate(BLOCKS):
        for _ in range(depth):
            conv = nn.Conv2d(channels, width, kernel_size=3, padding=1)
            nn.init.kaiming_normal_(conv.weight)
            nn.init.zeros_(conv.bias)
            relu = nn.ReLU()
            layers += [conv, relu]
            activations[f"conv{len(activations) + 1}"] = relu
            channels = width
        if block < len(BLOCKS) - 1:
            layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers).eval(), activations


def block_of(name: str) -> int:
    """The number of the block that a layer is in, from 0 on."""
    last = 0
    for block, (depth, _) in enumerate(BLOCKS):
        last += depth
        if int(name.removeprefix("conv")) <= last:
            return block
    raise ValueError(name)


def cells_of(name: str) -> int:
    """How many cells a layer's maps have along an axis."""
    return 224 >> block_of(name)


def maps_of(name: str) -> int:
    """How many feature maps a layer has."""
    return BLOCKS[block_of(name)][1]


def seconds(work, repeats: int) -> float:
    """The median over some runs, after one that does not count."""
    work()
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def projecting(report, *, repeats: int) -> None:
    """The jobs of the part `projecting` of `npm run bench`."""
    model, activations = vgg16()
    picture = torch.rand(1, 3, 224, 224) * 2 - 1
    nine = torch.rand(9, 3, 224, 224) * 2 - 1

    def project(name: str, inputs: torch.Tensor, feature_map: int, y: int, x: int) -> torch.Tensor:
        deconvolution = NeuronDeconvolution(model, activations[name])
        return deconvolution.attribute(inputs, neuron_selector=(feature_map, y, x))

    def strongest(name: str, inputs: torch.Tensor) -> list[tuple[int, int]]:
        """The place of each feature map's strongest activation, by one forward pass with a hook."""
        kept: list[torch.Tensor] = []
        handle = activations[name].register_forward_hook(lambda _module, _inputs, output: kept.append(output))
        with torch.no_grad():
            model(inputs)
        handle.remove()
        cells = kept[0][0].flatten(1).argmax(1)
        width = kept[0].shape[-1]
        return [(int(cell) // width, int(cell) % width) for cell in cells]

    def many() -> None:
        for feature_map, (y, x) in enumerate(strongest("conv7", picture)):
            project("conv7", picture, feature_map, y, x)

    with torch.no_grad():
        report("forward pass, thirteen convolutions", seconds(lambda: model(picture), repeats))
    for name in ("conv4", "conv7", "conv10", "conv13"):
        middle = cells_of(name) // 2
        work = lambda name=name, middle=middle: project(name, picture, 3, middle, middle)  # noqa: E731
        report(f"{name}: one activation", seconds(work, repeats))
    middle = cells_of("conv7") // 2
    report(
        "conv7: one feature map of nine pictures, in one batch",
        seconds(lambda: project("conv7", nine, 3, middle, middle), repeats),
    )
    report("conv7: all 256 feature maps of one picture, strongest", seconds(many, 1))


def gallery(report, *, repeats: int, whole_network: bool) -> None:
    """What the projections of a gallery take: nine for each feature map."""
    model, activations = vgg16()
    picture = torch.rand(1, 3, 224, 224) * 2 - 1
    some = 0.0
    every = 0.0
    for name, relu in activations.items():
        network = model if whole_network else model[: list(model).index(relu) + 1]
        deconvolution = NeuronDeconvolution(network, relu)
        maps = maps_of(name)
        cells = cells_of(name)

        def project() -> None:
            feature_map, y, x = (int(torch.randint(below, (1,))) for below in (maps, cells, cells))
            deconvolution.attribute(picture, neuron_selector=(feature_map, y, x))

        project()
        start = time.perf_counter()
        for _ in range(repeats):
            project()
        mean = (time.perf_counter() - start) / repeats
        report(f"gallery, {name}: one projection, mean of {repeats}", mean)
        some += 4 * 9 * mean
        every += maps * 9 * mean
    report("gallery: 468 projections (4 feature maps of each layer)", some)
    report("gallery: all 38,016 projections", every)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", choices=["projecting", "gallery"], help="the part to run; by default both")
    parser.add_argument("--whole-network", action="store_true", help="do not end the network at the layer")
    parser.add_argument("--json")
    options = parser.parse_args()
    # Captum announces its hooks with each projection.
    warnings.simplefilter("ignore", UserWarning)
    torch.set_num_threads(options.threads)
    torch.manual_seed(7)
    rows: list[dict[str, object]] = []

    def report(what: str, value: float) -> None:
        rows.append({"what": what, "seconds": value})
        print(f"{what:<64} {value:10.4f} s", flush=True)

    if options.only != "gallery":
        projecting(report, repeats=options.repeats)
    if options.only != "projecting":
        gallery(report, repeats=options.repeats, whole_network=options.whole_network)

    machine = {
        "processor": platform.processor() or platform.machine(),
        "threads": options.threads,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "captum": captum.__version__,
    }
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"machine": machine, "repeats": options.repeats, "rows": rows}, file, indent=2)


if __name__ == "__main__":
    main()
