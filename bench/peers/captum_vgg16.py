"""Times the jobs of `npm run bench` with PyTorch and Captum, where these are installed.

    pip install torch captum numpy
    python bench/peers/captum_vgg16.py [--threads 2] [--repeats 3] [--json FILE]

The network is the same: the thirteen convolutions of VGG-16 with random weights, on pictures of 224x224. Captum has no
mining and no crops: each projection is a whole pass up and down. Put the seconds beside those of `npm run bench --json`
taken on the same machine.
"""

import argparse
import json
import platform
import statistics
import time

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


def cells_of(name: str) -> int:
    """How many cells a layer's maps have along an axis."""
    last = 0
    for block, (depth, _) in enumerate(BLOCKS):
        last += depth
        if int(name.removeprefix("conv")) <= last:
            return 224 >> block
    raise ValueError(name)


def seconds(work, repeats: int) -> float:
    """The median over some runs, after one that does not count."""
    work()
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(7)
    model, activations = vgg16()
    picture = torch.rand(1, 3, 224, 224) * 2 - 1
    nine = torch.rand(9, 3, 224, 224) * 2 - 1
    rows: list[dict[str, object]] = []

    def report(what: str, value: float) -> None:
        rows.append({"what": what, "seconds": value})
        print(f"{what:<64} {value:10.4f} s", flush=True)

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
        report("forward pass, thirteen convolutions", seconds(lambda: model(picture), options.repeats))
    for name in ("conv4", "conv7", "conv10", "conv13"):
        middle = cells_of(name) // 2
        work = lambda name=name, middle=middle: project(name, picture, 3, middle, middle)  # noqa: E731
        report(f"{name}: one activation", seconds(work, options.repeats))
    middle = cells_of("conv7") // 2
    report(
        "conv7: one feature map of nine pictures, in one batch",
        seconds(lambda: project("conv7", nine, 3, middle, middle), options.repeats),
    )
    report("conv7: all 256 feature maps of one picture, strongest", seconds(many, 1))

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
