"""Golden values from PyTorch: see README.md."""

import numpy as np
import torch
from common import Case, run
from torch import nn

CASES = [
    # `modules` names the children: one `nn.RNN` of several layers, or a module a layer.
    Case("one_by_one", 1, [("rnn", 1, "tanh", True), ("dense", 1, "linear", True)], batch=1, steps=1),
    Case("yearly", 1, [("rnn", 32, "tanh", True), ("dense", 1, "linear", True)], batch=3, steps=12, sequences=False),
    Case("no_bias", 3, [("rnn", 5, "tanh", False), ("dense", 2, "linear", False)]),
    Case("relu", 8, [("rnn", 17, "relu", True), ("dense", 3, "linear", True)]),
    Case("relu_no_bias", 4, [("rnn", 16, "relu", False), ("dense", 4, "linear", True)], sequences=False),
    Case("stack", 2, [("rnn", 9, "tanh", True), ("rnn", 9, "tanh", True), ("dense", 2, "linear", True)]),
    Case("two_modules", 5, [("rnn", 12, "tanh", True), ("rnn", 33, "relu", False), ("dense", 1, "linear", True)],
         sequences=False, names=["rnn1", "rnn2", "head"]),
    Case("initial_state", 5, [("rnn", 24, "tanh", True), ("dense", 1, "linear", True)], batch=3, initial=True),
    Case("stack_initial_state", 3, [("rnn", 8, "relu", True), ("rnn", 8, "relu", True)], sequences=False, initial=True),
    Case("layer_alone", 6, [("rnn", 31, "tanh", True)], batch=4, names=[""]),
    Case("nested", 3, [("rnn", 10, "tanh", True), ("dense", 6, "linear", True), ("dense", 2, "linear", False)],
         names=["encoder.rnn", "head.0", "head.1"]),
    Case("wide", 17, [("rnn", 65, "tanh", True), ("dense", 3, "linear", True)], batch=1, steps=20),
    Case("windows", 2, [("rnn", 14, "tanh", True), ("dense", 2, "linear", True)], batch=31, steps=10, sequences=False,
         windows=True),
]


class Model(nn.Module):
    """`nn.RNN` modules, then `nn.Linear` ones, under the case's names."""

    def __init__(self, case):
        super().__init__()
        recurrent, n_i = case.recurrent(), case.n_i
        dense = case.layers[len(recurrent):]
        self.names = case.style.get("names") or ["rnn"] + ["fc"] * len(dense)
        stacked = 1 if "names" in case.style else len(recurrent)
        self.rnns, self.linears = [], []
        for _, n, activation, bias in recurrent[::stacked]:
            self.rnns.append(nn.RNN(n_i, n, stacked, activation, bias, batch_first=True))
            n_i = n
        for _, n, _, bias in dense:
            self.linears.append(nn.Linear(n_i, n, bias))
            n_i = n
        for name, module in zip(self.names, self.rnns + self.linears, strict=True):
            self.place(name, module)

    def place(self, name, module):
        if name == "":
            return  # the model is the module itself
        parent, (*path, last) = self, name.split(".")
        for part in path:
            if part not in dict(parent.named_children()):
                parent.add_module(part, nn.Module())
            parent = getattr(parent, part)
        parent.add_module(last, module)

    def forward(self, x, h0):
        final = []
        for rnn in self.rnns:
            sizes = rnn.num_layers * rnn.hidden_size
            # The state of the layers side by side becomes (layers, B, n_h).
            start, h0 = h0[:, :sizes], h0[:, sizes:]
            start = start.reshape(len(x), rnn.num_layers, rnn.hidden_size).transpose(0, 1).contiguous()
            x, last = rnn(x, start)
            final.append(last.transpose(0, 1).reshape(len(x), sizes))
        return x, torch.cat(final, dim=1)

    def own_state_dict(self):
        return self.rnns[0].state_dict() if self.names == [""] else self.state_dict()


def compute(case, weights, x, h0, _series):
    model = Model(case)
    parameters = iter(weights)
    with torch.no_grad():
        for rnn in model.rnns:
            for level in range(rnn.num_layers):
                entry = next(parameters)
                getattr(rnn, f"weight_ih_l{level}").copy_(torch.from_numpy(entry["weight"]))
                getattr(rnn, f"weight_hh_l{level}").copy_(torch.from_numpy(entry["recurrent"]))
                if "bias" in entry:
                    # Two biases: b, and b reversed.
                    getattr(rnn, f"bias_ih_l{level}").copy_(torch.from_numpy(entry["bias"]))
                    getattr(rnn, f"bias_hh_l{level}").copy_(torch.from_numpy(entry["bias"][::-1].copy()))
        for linear in model.linears:
            entry = next(parameters)
            linear.weight.copy_(torch.from_numpy(entry["weight"]))
            if "bias" in entry:
                linear.bias.copy_(torch.from_numpy(entry["bias"]))
        tensors = {name: value.numpy().copy() for name, value in model.own_state_dict().items()}
        model.double()
        for module in model.rnns + model.linears:
            module.double()
        size = sum(n for _, n, _, _ in case.recurrent())
        start = torch.from_numpy(h0).double() if h0 is not None else torch.zeros(len(x), size, dtype=torch.float64)
        y, final = model(torch.from_numpy(x).double(), start)
        if not case.sequences:
            y = y[:, -1]
        for linear in model.linears:
            y = linear(y)
    return tensors, y.numpy(), np.ascontiguousarray(final.numpy())


run("torch", CASES, compute, two_biases=True)
