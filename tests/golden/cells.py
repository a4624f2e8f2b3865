"""What the generators of `cells` share: random numbers, the two files of a case, and the proof of its description.

A case is two files: `<case>.safetensors` holds the weights under the framework's own names and layouts and nothing
else; `<case>.expected.safetensors` holds

    x        (B, T, n_i) F32  inputs
    y        (B, T, n_o) F32  outputs of all steps, as the framework computes them in float32
    y_last   (B, n_o)    F32  the output after the last step that each direction computes
    h_last   (B, S)      F32  final states, in the order layer, direction (forward, backward), h then c
    y64, y_last64, h_last64   F64  the same computed in float64; absent where the framework cannot
    h0       (B, S)      F32  initial states; absent if they are zero
    lengths  (B,)        I32  how many steps of each row count; absent if all do
    mask     (B, T)      U8   1 where a step counts; absent if all do

and, under the key `rnn` of its metadata, one line: entries separated by `; `, words by blanks.

    input_size N
    layer NAME simple_rnn SIZE ACTIVATION bias|no_bias OPTIONS
    layer NAME gru        SIZE CANDIDATE  bias|no_bias reset=after_product|before_product gate=ACTIVATION OPTIONS
    layer NAME lstm       SIZE CANDIDATE  bias|no_bias gate=ACTIVATION output=ACTIVATION [peephole] [coupled]
                               [projection=P] OPTIONS
    layer NAME dense      SIZE ACTIVATION bias|no_bias
    given lengths|mask|initial_state ...     (one entry, absent if nothing of it)
    framework NAME VERSION

OPTIONS: `clip=F`, `direction=reverse|go_backwards|bidirectional` (forward if absent), with bidirectional
`merge=concat|sum|product|average`, `zero_output_for_mask`. Activations with parameters write them: `leaky_relu(0.1)`,
`affine(0.5,0.25)`.
"""

import argparse
import copy
import dataclasses
import math
import pathlib
import sys
import zlib

import model
import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

SEED = 20240301
HERE = pathlib.Path(__file__).parent / "cells"


@dataclasses.dataclass
class Layer:
    kind: str
    size: int
    activation: str = "tanh"
    bias: bool = True
    gate: str | None = None
    output: str | None = None
    reset: str | None = None
    direction: str = "forward"
    merge: str | None = None
    peephole: bool = False
    coupled: bool = False
    projection: int | None = None
    clip: float | None = None
    zero_output_for_mask: bool = False

    def __post_init__(self):
        if self.direction == "bidirectional":
            self.merge = self.merge or "concat"

    def half(self):
        """Outputs of one direction."""
        return self.projection or self.size

    def outputs(self):
        return self.half() * (2 if self.merge == "concat" else 1)

    def state_sizes(self):
        """h and c of one direction."""
        return [self.half(), self.size] if self.kind == "lstm" else [self.half()]

    def directions(self):
        return 2 if self.direction == "bidirectional" else 1

    def words(self):
        words = [self.kind, str(self.size), self.activation, "bias" if self.bias else "no_bias"]
        words += [f"{key}={value}" for key in ("reset", "gate", "output") if (value := getattr(self, key))]
        words += [key for key in ("peephole", "coupled") if getattr(self, key)]
        words += [f"{key}={value}" for key in ("projection", "clip") if (value := getattr(self, key)) is not None]
        words += [f"direction={self.direction}"] if self.direction != "forward" else []
        words += [f"merge={self.merge}"] if self.merge else []
        return " ".join(words + (["zero_output_for_mask"] if self.zero_output_for_mask else []))


def rnn(size, activation="tanh", **options):
    return Layer("simple_rnn", size, activation, **options)


def gru(size, activation="tanh", gate="sigmoid", reset="after_product", **options):
    return Layer("gru", size, activation, gate=gate, reset=reset, **options)


def lstm(size, activation="tanh", gate="sigmoid", output=None, **options):
    return Layer("lstm", size, activation, gate=gate, output=output or activation, **options)


def dense(size, activation="linear", bias=True):
    return Layer("dense", size, activation, bias=bias)


class Case:
    """One network and what it is fed. `style` is the generator's own."""

    def __init__(self, name, n_i, layers, *, batch=2, steps=12, lengths=None, mask=None, initial=False, scale=None,
                 salt=0, **style):
        self.name, self.n_i, self.layers = name, n_i, layers
        self.batch, self.steps, self.lengths, self.mask = batch, steps, lengths, mask
        self.initial, self.style = initial, style
        # Inputs within 4, less where so many of them would drive every gate into saturation.
        self.scale = scale or min(4.0, 4.5 * math.sqrt(layers[0].size / n_i))
        # A stream of its own, so that adding a case changes no other. Another salt where a case comes out unlucky.
        self.rng = np.random.default_rng([SEED, zlib.crc32(name.encode()), salt])
        if mask:
            assert {len(row) for row in mask} == {steps} and len(mask) == batch, name
        assert lengths is None or len(lengths) == batch, name

    def uniform(self, limit, *shape):
        """Uniform in +-limit, exact in float32."""
        return self.rng.uniform(-limit, limit, shape).astype(np.float32)

    def biases(self, n):
        """Of both signs, none too small to be missed."""
        sign = np.where(self.rng.random(n) < 0.5, -1, 1)
        return (sign * self.rng.uniform(0.1, 0.5, n)).astype(np.float32)

    def recurrent(self):
        return [layer for layer in self.layers if layer.kind != "dense"]

    def state_sizes(self):
        return [n for layer in self.recurrent() for _ in range(layer.directions()) for n in layer.state_sizes()]

    def weights(self, two_biases):
        """For each layer one dictionary a direction, in PyTorch's layout. `two_biases(layer)`: has it bias_hh?"""
        n_i, everything = self.n_i, []
        for layer in self.layers:
            n, entries = layer.size, []
            for _ in range(layer.directions()):
                if layer.kind == "dense":
                    entry = {"weight": self.uniform(1 / math.sqrt(n_i), n, n_i)}
                    entry |= {"bias": self.biases(n)} if layer.bias else {}
                else:
                    rows, limit = model.GATES[layer.kind] * n, 1 / math.sqrt(n)
                    entry = {"weight_ih": self.uniform(limit, rows, n_i),
                             "weight_hh": self.uniform(limit, rows, layer.half())}
                    entry |= {"bias_ih": self.biases(rows)} if layer.bias else {}
                    entry |= {"bias_hh": self.biases(rows)} if layer.bias and two_biases(layer) else {}
                    entry |= {"weight_hr": self.uniform(limit, layer.projection, n)} if layer.projection else {}
                    entry |= {"peephole": self.biases(3 * n)} if layer.peephole else {}
                entries.append(entry)
            everything.append(entries)
            n_i = layer.outputs()
        return everything

    def inputs(self):
        """x and h0. With `masking=F` the masked steps have this value, as a `Masking` layer wants it."""
        x = self.uniform(self.scale, self.batch, self.steps, self.n_i)
        if "masking" in self.style:
            x[~self.valid()] = self.style["masking"]
        return x, self.uniform(1, self.batch, sum(self.state_sizes())) if self.initial else None

    def valid(self):
        """(B, T), which steps count; None if all do."""
        if self.lengths is not None:
            return np.arange(self.steps) < np.array(self.lengths)[:, None]
        return np.array([[mark == "1" for mark in row] for row in self.mask]) if self.mask else None

    def description(self, framework):
        entries = [f"input_size {self.n_i}"]
        entries += [f"layer l{index} {layer.words()}" for index, layer in enumerate(self.layers)]
        given = [("lengths", self.lengths is not None), ("mask", self.mask), ("initial_state", self.initial)]
        given = [word for word, there in given if there]
        entries += ["given " + " ".join(given)] if given else []
        return "; ".join([*entries, f"framework {framework}"])

    def bound(self, y):
        """The table's tolerance of a sequence, tests/support: what float32 may lose."""
        n_i, terms = self.n_i, 0
        for layer in self.layers:
            terms = max(terms, n_i + layer.size + 2) if layer.kind != "dense" else terms
            n_i = layer.outputs()
        k = terms * len(self.recurrent())
        return 4 * 2.0**-24 * math.ceil(math.log2(k * self.steps)) * np.maximum(1, np.abs(y))


OUTPUTS = ("y", "y_last", "h_last")


def run(folder, framework, cases, compute, two_biases=lambda layer: True):
    """Writes the files of all cases, or with --check compares them with the committed ones.

    `compute(case, weights, x, h0, valid)` gives the framework's own tensors, its float32 (y, y_last, h_last) and the
    float64 ones or None.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true", help="compare with the committed files, write nothing")
    parser.add_argument("--list", action="store_true", help="print the descriptions and what float32 lost")
    arguments = parser.parse_args()
    folder = HERE / folder
    folder.mkdir(parents=True, exist_ok=True)
    assert len({case.name for case in cases}) == len(cases)
    lost = 0.0
    for case in cases:
        weights = case.weights(two_biases)
        x, h0 = case.inputs()
        tensors, single, double = compute(case, weights, x, h0, case.valid())
        ratio = prove(case, weights, x, h0, single, double)
        lost = max(lost, ratio)
        expected = {"x": x, "h0": h0} | dict(zip(OUTPUTS, single))
        expected["lengths"] = None if case.lengths is None else np.array(case.lengths, np.int32)
        expected["mask"] = case.valid().astype(np.uint8) if case.mask else None
        if double is not None:
            expected |= {f"{name}64": value for name, value in zip(OUTPUTS, double)}
        expected = {name: np.ascontiguousarray(value) for name, value in expected.items() if value is not None}
        tensors = {name: np.ascontiguousarray(value) for name, value in tensors.items()}
        assert all(value.dtype == np.float32 for value in tensors.values()), case.name
        text = {"rnn": case.description(framework)}
        if arguments.list:
            print(f"{case.name}: {text['rnn']}; batch {case.batch}; steps {case.steps}  [{ratio:.2f}]")
        files = (folder / f"{case.name}.safetensors", folder / f"{case.name}.expected.safetensors")
        if arguments.check:
            compare(files[0], tensors)
            compare(files[1], expected)
            with safe_open(files[1], "np") as file:
                assert file.metadata() == text, case.name
        else:
            save_file(tensors, files[0])
            save_file(expected, files[1], text)
    known = {f"{case.name}{end}" for case in cases for end in (".safetensors", ".expected.safetensors")}
    stray = {path.name for path in folder.iterdir()} - known
    if stray:
        sys.exit(f"files of no case: {sorted(stray)}")
    print(f"{len(cases)} cases, {sum(path.stat().st_size for path in folder.iterdir())} bytes, float32 lost at most "
          f"{lost:.2f} of the table's bound" + (", equal to the committed ones" if arguments.check else ""))


def prove(case, weights, x, h0, single, double):
    """What float32 lost, as a part of its bound. Ends the program unless the equations of `model.py` say the same as
    the framework, and something else with any other word in the description."""
    model.nearest_jump[0] = np.inf
    oracle = model.network(case, weights, x, h0, case.valid(), np.float64)
    if not model.nearest_jump[0] > 1e-3:
        sys.exit(f"{case.name}: an input {model.nearest_jump[0]:.1e} from a jump, take another salt")
    for word, other in other_networks(case):
        theirs = model.network(other, weights, x, h0, other.valid(), np.float64)
        change = max(np.abs(a - b).max() for a, b in zip(oracle, theirs))
        if not change >= 1e-3:
            sys.exit(f"{case.name}: {word} changes the outputs by {change:.1e} only")
    plain = model.network(case, weights, x, h0, case.valid(), np.float32)
    worst = 0.0
    for index, name in enumerate(OUTPUTS):
        want = oracle[index]
        assert single[index].dtype == np.float32 and single[index].shape == want.shape, (case.name, name)
        if not np.abs(want).max() < 50:
            sys.exit(f"{case.name}: {name} grows to {np.abs(want).max():.1f}, take smaller inputs")
        if double is not None:
            assert double[index].dtype == np.float64 and double[index].shape == want.shape, (case.name, name)
            error = (np.abs(double[index] - want) / np.maximum(1, np.abs(want))).max()
            if not error <= case.style.get("double", 1e-13):
                sys.exit(f"{case.name}: {name} differs from the equations by {error:.1e} in float64")
        for got, limit, whose in ((plain[index], 0.5, "plain"), (single[index], 1.0, "the framework's")):
            ratio = (np.abs(got - want) / case.bound(want)).max()
            if not ratio <= limit:
                sys.exit(f"{case.name}: {whose} float32 {name} is {ratio:.2f} of the bound from the equations")
            worst = max(worst, ratio)
    return worst


def other_networks(case):
    """What each word of a description must tell apart: (the word, the case with another word in its place)."""
    recurrent = case.recurrent()
    for index, layer in enumerate(case.layers):
        changes = []
        if layer.clip is not None:
            changes.append({"clip": None})
        changes += [{word: False} for word in ("peephole", "coupled") if getattr(layer, word)]
        if layer.zero_output_for_mask and layer is recurrent[-1]:
            changes.append({"zero_output_for_mask": False})
        if layer.reset and layer.size > 1:  # of one unit without bias_hh both forms are the same
            changes.append({"reset": "before_product" if layer.reset == "after_product" else "after_product"})
        if layer.gate:
            changes.append({"gate": "tanh" if layer.gate == "sigmoid" else "sigmoid"})
        if layer.output:
            changes.append({"output": "linear" if layer.output == "tanh" else "tanh"})
        changes.append({"activation": "sigmoid" if layer.activation in ("tanh", "relu6") else "tanh"})
        if layer.direction in ("reverse", "go_backwards"):
            others = {"forward", "reverse", "go_backwards"} - {layer.direction}
            changes += [{"direction": word} for word in sorted(others)]
        if layer.merge in ("sum", "product", "average"):
            changes += [{"merge": word} for word in ("sum", "product", "average") if word != layer.merge]
        for change in changes:
            layers = [*case.layers[:index], dataclasses.replace(layer, **change), *case.layers[index + 1 :]]
            yield f"l{index} {change}", with_fields(case, layers=layers)
    for word in ("lengths", "mask"):
        if getattr(case, word):
            yield word, with_fields(case, **{word: None})


def with_fields(case, **fields):
    other = copy.copy(case)
    other.__dict__.update(fields)
    return other


def compare(path, tensors):
    """Ends the program if a file differs: float64 by 1e-12, what a framework made in float32 by 4e-6, else at all."""
    committed = load_file(path)
    assert committed.keys() == tensors.keys(), path
    for name, value in tensors.items():
        assert committed[name].dtype == value.dtype and committed[name].shape == value.shape, (path, name)
        limit = 1e-12 if value.dtype == np.float64 else 4e-6 if name in OUTPUTS else 0.0
        worst = (np.abs(committed[name].astype(np.float64) - value) / np.maximum(1, np.abs(value))).max()
        if not worst <= limit:
            sys.exit(f"{path}: {name} differs by {worst:.1e}, allowed {limit:.1e}")
