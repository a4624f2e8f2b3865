"""Golden values of every cell from PyTorch: see README.md."""

import numpy as np
import torch
from cells import Case, dense, gru, lstm, rnn, run
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

BI = {"direction": "bidirectional"}


def cases():
    # `names` are the modules' names: consecutive equal recurrent layers share one module unless `split`;
    # `cells` takes `nn.LSTMCell` and the like, a module a layer. A name of "" means that the module is the model.
    for name, cell, largest in (("rnn", rnn, (7, 257)), ("gru", gru, (31, 33)), ("lstm", lstm, (1, 257))):
        for n_i, n in ((1, 1), (17, 3), (3, 7), (7, 17), (1, 31), (33, 33), (3, 65), largest):
            steps, batch = (12 + n % 9, 2 + n % 2) if max(n, n_i) < 100 else (6, 2)
            yield Case(f"{name}_{n_i}_{n}", n_i, [cell(n)], batch=batch, steps=steps, initial=n in (7, 33))
        yield Case(f"{name}_257_7", 257, [cell(7), dense(3)], steps=5)
        yield Case(f"{name}_no_bias", 3, [cell(9, bias=False), dense(2)], batch=3)
        yield Case(f"{name}_stack", 5, [cell(17), cell(17), dense(3)], initial=True)
        yield Case(f"{name}_stack_split", 4, [cell(12), cell(7, bias=False), dense(2)], batch=3, split=True,
                   names=["first", "second", "head"])
        yield Case(f"{name}_bidirectional", 3, [cell(17, **BI), dense(2)], batch=3, steps=14)
        yield Case(f"{name}_bidirectional_stack", 4, [cell(9, **BI), cell(9, **BI), dense(3)], initial=True)
        yield Case(f"{name}_bidirectional_stack_no_bias", 2, [cell(5, bias=False, **BI)] * 2, names=[""])
        yield Case(f"{name}_lengths", 3, [cell(8), dense(2)], batch=4, steps=13, lengths=[7, 13, 1, 10])
        yield Case(f"{name}_lengths_bidirectional_stack", 3, [cell(7, **BI), cell(7, **BI), dense(1)], batch=3,
                   lengths=[5, 12, 9], initial=True)
        yield Case(f"{name}_cell", 3, [cell(10), dense(2)], cells=True, initial=True, names=["cell", "fc"])
        yield Case(f"{name}_cells_no_bias", 4, [cell(6), cell(8, bias=False)], cells=True, names=["cells.0", "cells.1"])
        yield Case(f"{name}_nested", 2, [cell(8), cell(8), dense(4), dense(2, bias=False)], batch=3,
                   names=[f"module.encoder.{name}", "decoder.0", "decoder.1"])
    yield Case("rnn_relu", 7, [rnn(17, "relu")], batch=3, initial=True)
    yield Case("rnn_relu_bidirectional_stack", 3, [rnn(5, "relu", **BI), rnn(5, "relu", **BI)])
    yield Case("rnn_relu_cell", 3, [rnn(6, "relu"), dense(1)], cells=True, names=["cell", "fc"])
    yield Case("rnn_three_layers", 3, [rnn(4), rnn(4), rnn(4), dense(1)])
    yield Case("lstm_projection", 5, [lstm(17, projection=7), dense(2)], batch=3, initial=True)
    yield Case("lstm_projection_of_one", 3, [lstm(8, projection=1)], steps=15)
    yield Case("lstm_projection_no_bias", 3, [lstm(7, projection=3, bias=False)], names=[""])
    yield Case("lstm_projection_stack", 3, [lstm(12, projection=5), lstm(12, projection=5), dense(2)])
    yield Case("lstm_projection_bidirectional_stack", 4, [lstm(9, projection=4, **BI)] * 2 + [dense(2)], batch=3,
               initial=True)
    yield Case("lstm_projection_lengths_bidirectional", 3, [lstm(9, projection=4, **BI)], batch=3, lengths=[4, 12, 1])
    yield Case("lstm_then_gru", 3, [lstm(9), gru(6, **BI), dense(2)], batch=3, initial=True)
    yield Case("gru_wide_bidirectional", 65, [gru(17, **BI)], steps=10)
    yield Case("lstm_100_17", 100, [lstm(17)], steps=8)


class Recurrent:
    """The layers that share one module."""

    def __init__(self, layers, n_i, cell):
        self.layers, self.cell = layers, cell
        layer, options = layers[0], {}
        if layer.kind == "simple_rnn":
            options["nonlinearity"] = layer.activation
        if layer.projection:
            options["proj_size"] = layer.projection
        name = {"simple_rnn": "RNN", "gru": "GRU", "lstm": "LSTM"}[layer.kind]
        if cell:
            self.module = getattr(nn, f"{name}Cell")(n_i, layer.size, layer.bias, **options)
        else:
            self.module = getattr(nn, name)(n_i, layer.size, len(layers), bias=layer.bias, batch_first=True,
                                            bidirectional=layer.directions() == 2, **options)

    def fill(self, all_entries):
        for level, entries in enumerate(all_entries):
            for index, entry in enumerate(entries):
                end = "" if self.cell else f"_l{level}" + "_reverse" * index
                for name, value in entry.items():
                    getattr(self.module, name + end).copy_(torch.from_numpy(value))

    def __call__(self, x, start, lengths):
        """Outputs, the last ones, final states; `start` and the final states are lists of (B, h or c)."""
        lstm = self.layers[0].kind == "lstm"
        if self.cell:
            state, steps = tuple(start) if lstm else start[0], []
            for t in range(x.shape[1]):
                state = self.module(x[:, t], state)
                steps.append(state[0] if lstm else state)
            return torch.stack(steps, 1), steps[-1], list(state) if lstm else [state]
        state = (torch.stack(start[0::2]), torch.stack(start[1::2])) if lstm else torch.stack(start)
        if lengths is None:
            y, state = self.module(x, state)
        else:
            packed = pack_padded_sequence(x, torch.tensor(lengths), batch_first=True, enforce_sorted=False)
            y, state = self.module(packed, state)
            y, _ = pad_packed_sequence(y, batch_first=True, total_length=x.shape[1])
        h = state[0] if lstm else state
        last = torch.cat(list(h[-self.layers[0].directions() :]), dim=1)
        return y, last, [part for pair in zip(*state) for part in pair] if lstm else list(state)


class Model(nn.Module):
    """The case's modules under their names."""

    def __init__(self, case):
        super().__init__()
        self.case, self.groups, n_i = case, [], case.n_i
        split = case.style.get("split") or case.style.get("cells")
        for layer in case.recurrent():
            if self.groups and self.groups[-1][0] == layer and not split:
                self.groups[-1].append(layer)
            else:
                self.groups.append([layer])
        head = case.layers[len(case.recurrent()) :]
        built = []
        for group in self.groups:
            built.append(Recurrent(group, n_i, "cells" in case.style))
            n_i = group[0].outputs()
        self.recurrent, self.linears = built.copy(), []
        for layer in head:
            assert layer.activation == "linear"
            self.linears.append(nn.Linear(n_i, layer.size, layer.bias))
            n_i = layer.size
        default = [{"simple_rnn": "rnn"}.get(r.layers[0].kind, r.layers[0].kind) for r in built] + ["fc"] * len(head)
        self.names = case.style.get("names") or default
        for name, module in zip(self.names, [r.module for r in built] + self.linears, strict=True):
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

    def fill(self, weights):
        weights = list(weights)
        for r in self.recurrent:
            r.fill(weights[: len(r.layers)])
            del weights[: len(r.layers)]
        for linear, (entry,) in zip(self.linears, weights, strict=True):
            for name, value in entry.items():
                getattr(linear, name).copy_(torch.from_numpy(value))

    def own_state_dict(self):
        return self.recurrent[0].module.state_dict() if self.names == [""] else self.state_dict()

    def compute(self, x, h0, dtype):
        for module in [r.module for r in self.recurrent] + self.linears:
            module.to(dtype)
        sizes = self.case.state_sizes()
        x = torch.from_numpy(x).to(dtype)
        start = torch.zeros(len(x), sum(sizes)) if h0 is None else torch.from_numpy(h0)
        start, final = list(start.to(dtype).split(sizes, dim=1)), []
        for r in self.recurrent:
            count = len(r.layers) * r.layers[0].directions() * len(r.layers[0].state_sizes())
            x, last, state = r(x, start[:count], self.case.lengths)
            final += state
            del start[:count]
        for linear in self.linears:
            x, last = linear(x), linear(last)
        return [value.numpy() for value in (x, last, torch.cat(final, dim=1))]


def compute(case, weights, x, h0, _valid):
    model = Model(case)
    with torch.no_grad():
        model.fill(weights)
        tensors = {name: value.numpy().copy() for name, value in model.own_state_dict().items()}
        single = model.compute(x, h0, torch.float32)
        return tensors, single, model.compute(x, h0, torch.float64)


torch.set_num_threads(1)
run("torch", f"torch {torch.__version__.partition('+')[0]}", list(cases()), compute)
