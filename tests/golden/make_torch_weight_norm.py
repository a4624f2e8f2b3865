"""Golden values of PyTorch's weight_norm, both forms: see README.md.

A form is two files: `<form>.safetensors`, the module's `state_dict()`, and `<form>.expected.safetensors`, the weights that the
module computes from it: `f32.<name>` in float32, `f64.<name>` in float64.
"""

import argparse
import pathlib
import sys
import zlib

import numpy as np
import torch
from safetensors.numpy import load_file, save_file
from torch import nn

SEED = 20240229
HERE = pathlib.Path(__file__).parent / "weight_norm"

# The weights that are normalised, and the dimension that keeps its norms.
WEIGHTS = [
    ("gru", "weight_ih_l0", 0), ("gru", "weight_hh_l0", 0), ("one", "weight", 0), ("two", "weight", 1),
    ("three", "weight", None),
]


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(3, 5)
        self.one, self.two, self.three = nn.Linear(5, 70), nn.Linear(70, 3), nn.Linear(3, 2)


def make(form):
    rng = np.random.default_rng([SEED, zlib.crc32(form.encode())])
    norm = {"hook": nn.utils.weight_norm, "parametrized": nn.utils.parametrizations.weight_norm}[form]
    model = Model()
    for module, weight, dim in WEIGHTS:
        norm(getattr(model, module), weight, dim=dim)
    state = {
        # Lengths of either sign, and v of any length.
        name: torch.from_numpy(np.asarray(rng.uniform(-2, 2, tuple(value.shape)), dtype=np.float32))
        for name, value in model.state_dict().items()
    }
    expected = {}
    for word, kind in [("f32", torch.float32), ("f64", torch.float64)]:
        model = model.to(kind)
        model.load_state_dict({name: value.to(kind) for name, value in state.items()})
        for module, weight, dim in WEIGHTS:
            layer = getattr(model, module)
            if form == "hook":
                for hook in layer._forward_pre_hooks.values():
                    hook(layer, None)
            expected[f"{word}.{module}.{weight}"] = getattr(layer, weight).detach().numpy().copy()
    for module, weight, dim in WEIGHTS:
        v, g = [
            state[name].numpy().astype(np.float64)
            for name in (
                [f"{module}.{weight}_v", f"{module}.{weight}_g"]
                if form == "hook"
                else [f"{module}.parametrizations.{weight}.original1", f"{module}.parametrizations.{weight}.original0"]
            )
        ]
        axes = None if dim is None else tuple(axis for axis in range(v.ndim) if axis != dim)
        plain = g * v / np.sqrt(np.sum(v * v, axis=axes, keepdims=dim is not None))
        if not np.abs(plain - expected[f"f64.{module}.{weight}"]).max() <= 1e-14:
            sys.exit(f"{form}: {module}.{weight} is not g v / |v|")
    return {name: value.numpy() for name, value in state.items()}, expected


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the committed files")
    check = parser.parse_args().check
    HERE.mkdir(exist_ok=True)
    for form in ["hook", "parametrized"]:
        for ending, tensors in zip(["", ".expected"], make(form), strict=True):
            path = HERE / f"{form}{ending}.safetensors"
            if not check:
                save_file(tensors, path)
                continue
            known = load_file(path)
            same = known.keys() == tensors.keys() and all(
                np.abs(known[name] - value).max() <= (1e-6 if value.dtype == np.float32 else 1e-12)
                for name, value in tensors.items()
            )
            if not same:
                sys.exit(f"{path.name} differs")


main()
