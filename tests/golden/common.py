"""What both generators share: random numbers, the expected file, and the check of committed files.

A case is two files: `<case>.safetensors` holds the weights under the framework's own names and nothing else, as a user
would save them; `<case>.expected.safetensors` holds what the framework computed from them in float64:

    x       (B, T, n_i) F32  inputs
    y       (B, T, n_o) F64  outputs of all steps, or (B, n_o) of the last
    h0      (B, S)      F32  initial states of all recurrent layers side by side; absent if they are zero
    h_last  (B, S)      F64  their final states
    series  (N, n_i)    F32  what the windows x were cut from, tau and stride 1; absent if x is no windows

and, under the key `rnn` of its metadata, the network in the words of rnn-core's own files.
"""

import argparse
import pathlib
import sys
import zlib

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

SEED = 20240229
HERE = pathlib.Path(__file__).parent


class Case:
    """One network: `layers` are ("rnn", size, activation, bias) and ("dense", size, activation, bias)."""

    def __init__(self, name, n_i, layers, *, batch=2, steps=6, sequences=True, initial=False, windows=False, **style):
        self.name, self.n_i, self.layers = name, n_i, layers
        self.batch, self.steps, self.sequences = batch, steps, sequences
        self.initial, self.windows, self.style = initial, windows, style
        # A stream of its own, so that adding a case changes no other.
        self.rng = np.random.default_rng([SEED, zlib.crc32(name.encode())])

    def uniform(self, limit, *shape):
        """Uniform in +-limit, exact in float32."""
        return self.rng.uniform(-limit, limit, shape).astype(np.float32)

    def recurrent(self):
        return [layer for layer in self.layers if layer[0] == "rnn"]

    def weights(self):
        """For each layer U, W, b or V, c in PyTorch's layout: weights within 1/sqrt(n_h), biases none too small."""
        n_i, all_weights = self.n_i, []
        for kind, n, _, bias in self.layers:
            limit = 1 / np.sqrt(n if kind == "rnn" else n_i)
            entry = {"weight": self.uniform(limit, n, n_i)}
            if kind == "rnn":
                entry["recurrent"] = self.uniform(limit, n, n)
            if bias:
                sign = np.where(self.rng.random(n) < 0.5, -1, 1)
                entry["bias"] = (sign * self.rng.uniform(0.1, 0.5, n)).astype(np.float32)
            all_weights.append(entry)
            n_i = n
        return all_weights

    def inputs(self):
        """x, series and h0."""
        if self.windows:
            series = self.uniform(2, self.batch + self.steps - 1, self.n_i)
            x = np.stack([series[m : m + self.steps] for m in range(self.batch)])
        else:
            series, x = None, self.uniform(2, self.batch, self.steps, self.n_i)
        size = sum(n for _, n, _, _ in self.recurrent())
        return x, series, self.uniform(1, self.batch, size) if self.initial else None

    def description(self):
        words = [f"input_size {self.n_i}"]
        for index, (kind, n, activation, bias) in enumerate(self.layers):
            kind = {"rnn": "simple_rnn", "dense": "dense"}[kind]
            words.append(f"layer l{index} {kind} {n} {activation} {'bias' if bias else 'no_bias'}")
        if self.windows:
            words.append(f"tau {self.steps}")
        return "; ".join(words)


def run(folder, cases, compute, two_biases=False):
    """Writes the files of all cases, or with --check compares them with the committed ones.

    `compute(case, weights, x, h0, series)` gives the framework's own tensors, y and h_last. With
    `two_biases` its recurrent layers have b and, added to it, b reversed.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true", help="compare with the committed files, write nothing")
    check = parser.parse_args().check
    folder = HERE / folder
    folder.mkdir(exist_ok=True)
    worst = 0.0
    for case in cases:
        weights = case.weights()
        x, series, h0 = case.inputs()
        tensors, y, h_last = compute(case, weights, x, h0, series)
        in_double(case, weights, x, h0, y, h_last, two_biases)
        expected = {"x": x, "y": y, "h0": h0, "h_last": h_last, "series": series}
        expected = {name: np.ascontiguousarray(value) for name, value in expected.items() if value is not None}
        assert all(value.dtype == np.float32 for value in tensors.values()), case.name
        assert expected["y"].dtype == expected["h_last"].dtype == np.float64, case.name
        text = {"rnn": case.description()}
        files = (folder / f"{case.name}.safetensors", folder / f"{case.name}.expected.safetensors")
        if check:
            worst = max(worst, compare(files[0], tensors, 0.0), compare(files[1], expected, 1e-12))
            with safe_open(files[1], "np") as file:
                assert file.metadata() == text, case.name
        else:
            save_file(tensors, files[0])
            save_file(expected, files[1], text)
    known = {f"{case.name}{end}" for case in cases for end in (".safetensors", ".expected.safetensors")}
    stray = {path.name for path in folder.iterdir()} - known
    if stray:
        sys.exit(f"files of no case: {sorted(stray)}")
    print(f"{len(cases)} cases, {sum(path.stat().st_size for path in folder.iterdir())} bytes"
          + (f", equal; largest difference {worst:.1e}" if check else ""))


def in_double(case, weights, x, h0, y, h_last, two_biases):
    """Ends the program unless the framework computed in float64: plain numpy says the same to 1e-13."""
    functions = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0), "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
                 "linear": lambda z: z}
    at, final, h = 0, [], x.astype(np.float64)
    for (kind, n, activation, bias), entry in zip(case.layers, weights):
        f, b = functions[activation], entry.get("bias", np.zeros(n, np.float32)).astype(np.float64)
        z = h @ entry["weight"].T.astype(np.float64) + b
        if kind == "rnn":
            b2 = b[::-1] if two_biases else 0
            state = np.zeros((len(x), n)) if h0 is None else h0[:, at : at + n].astype(np.float64)
            steps = []
            for t in range(x.shape[1]):
                state = f(z[:, t] + state @ entry["recurrent"].T.astype(np.float64) + b2)
                steps.append(state)
            h, at = np.stack(steps, axis=1), at + n
            final.append(state)
        else:
            h = f(z)
    worst = max(np.abs(y - (h if case.sequences else h[:, -1])).max(), np.abs(h_last - np.concatenate(final, 1)).max())
    if not worst <= 1e-13:
        sys.exit(f"{case.name}: the framework differs from float64 arithmetic by {worst:.1e}")


def compare(path, tensors, limit):
    """Largest difference from a file; ends the program if it is above the limit."""
    committed = load_file(path)
    assert committed.keys() == tensors.keys(), path
    worst = 0.0
    for name, value in tensors.items():
        assert committed[name].dtype == value.dtype and committed[name].shape == value.shape, (path, name)
        worst = max(worst, float(np.abs(committed[name] - value).max()))
    if not worst <= limit:
        sys.exit(f"{path}: differs by {worst:.1e}, allowed {limit:.1e}")
    return worst
