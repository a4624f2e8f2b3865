"""Golden values of every cell from Keras: see README.md."""

import functools
import os

# The only backend in which Keras computes a float64 product in float64: on the others it rounds to float32.
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import keras
import numpy as np
import tensorflow as tf
from cells import Case, dense, gru, lstm, rnn, run
from keras import layers
from model import parse

BI = {"direction": "bidirectional"}
BACK = {"direction": "go_backwards"}
before = functools.partial(gru, reset="before_product")
CELLS = (("rnn", rnn), ("gru", gru), ("gru_before", before), ("lstm", lstm))
# A hole in the middle, one at the start and the end, a row of none.
HOLES = ["110111001111", "001101101000", "000000000000"]
# Padding at the end, as `pad_sequences(padding="post")` makes it.
POST = ["111111111111", "111110000000", "100000000000"]


def cases():
    sizes = {"rnn": [(1, 3), (3, 1), (100, 7), (31, 17), (17, 31), (7, 33), (1, 65), (33, 100)],
             "gru": [(1, 3), (3, 1), (65, 7), (31, 17), (17, 31), (7, 33), (1, 257)],
             "gru_before": [(1, 1), (17, 3), (7, 17), (31, 33)],
             "lstm": [(1, 3), (3, 1), (257, 7), (31, 17), (17, 31), (7, 33), (1, 100)]}
    for name, cell in CELLS:
        # Names: `variable.path` of a `Sequential`, or with names="plain" the layers' names and the variable's alone.
        for n_i, n in sizes[name]:
            steps, batch = (12 + n % 9, 2 + n % 2) if max(n, n_i) < 100 else (6, 2)
            yield Case(f"{name}_{n_i}_{n}", n_i, [cell(n)], batch=batch, steps=steps, initial=n in (7, 33))
        yield Case(f"{name}_no_bias", 3, [cell(9, bias=False), dense(2, bias=False)], names="plain")
        yield Case(f"{name}_stack", 4, [cell(17), cell(7), dense(3)], initial=True, names="plain")
        yield Case(f"{name}_go_backwards", 3, [cell(8, **BACK), dense(2)], initial=True)
        yield Case(f"{name}_stack_go_backwards", 3, [cell(5, **BACK), cell(7, **BACK), dense(2)])
        yield Case(f"{name}_bidirectional", 3, [cell(17, **BI), dense(2)], initial=True, names="plain")
        for merge in ("sum", "product", "average"):
            yield Case(f"{name}_bidirectional_{merge}", 3, [cell(7, merge=merge, **BI)], batch=3)
        yield Case(f"{name}_bidirectional_stack", 4, [cell(9, **BI), cell(5, merge="sum", **BI), dense(3)],
                   initial=True)
        yield Case(f"{name}_mask", 3, [cell(8), dense(2)], batch=3, mask=HOLES, initial=True)
        yield Case(f"{name}_mask_post", 3, [cell(8), cell(7), dense(1)], batch=3, mask=POST, masking=0.0)
        yield Case(f"{name}_mask_stack", 3, [cell(6), cell(8), dense(2)], batch=3, mask=HOLES, masking=-1.5)
        yield Case(f"{name}_mask_zero", 3, [cell(8, zero_output_for_mask=True)], batch=3, mask=HOLES, initial=True)
        yield Case(f"{name}_mask_zero_stack", 3, [cell(5, zero_output_for_mask=True), cell(6), dense(2)], batch=3,
                   mask=HOLES, style="rnn")
        yield Case(f"{name}_mask_go_backwards", 3, [cell(7, **BACK)], batch=3, mask=HOLES)
        yield Case(f"{name}_mask_bidirectional", 3, [cell(7, **BI), dense(2)], batch=3, mask=HOLES, initial=True)
        yield Case(f"{name}_mask_bidirectional_stack", 3, [cell(6, **BI), cell(5, merge="average", **BI), dense(2)],
                   batch=3, mask=HOLES, masking=0.5)
        yield Case(f"{name}_of_cells", 3, [cell(8), cell(5), dense(2)], style="stacked", initial=True)
        yield Case(f"{name}_of_cell", 3, [cell(8), cell(5, bias=False), dense(2)], style="rnn", names="plain")
    yield Case("lstm_gru_of_cells", 3, [lstm(8), gru(5), rnn(4), dense(2)], style="stacked", names="plain")
    yield Case("lstm_of_cells_mask", 3, [lstm(8), lstm(5), dense(2)], style="stacked", batch=3, mask=HOLES,
               initial=True)
    yield Case("lstm_of_cells_mask_zero", 3, [lstm(6), lstm(6, zero_output_for_mask=True)], style="stacked", batch=3,
               mask=HOLES)
    yield Case("mixed", 3, [dense(4, "relu"), gru(6, **BI), lstm(5), dense(3, "sigmoid"), dense(2, "softmax")], batch=3)
    # Each activation in the plain cell, in a gate and in the head.
    for text in ("linear", "sigmoid", "relu", "hard_sigmoid_keras3", "silu", "gelu", "gelu_tanh", "relu6", "softsign",
                 "softplus", "elu(1)", "elu(0.5)", "leaky_relu(0.2)", "leaky_relu(0.25)", "exponential"):
        name = text.replace("(", "_").rstrip(")")
        tame = {"scale": 0.5, "salt": 1} if text == "exponential" else {}
        # 0.2 is no float32, and TensorFlow's gelu has its constants in float32.
        double = {"leaky_relu(0.2)": 1e-7, "gelu": 1e-8, "gelu_tanh": 1e-8}.get(text, 1e-13)
        yield Case(f"rnn_{name}", 3, [rnn(7, text), dense(3, text)], double=double, **tame)
    yield Case("rnn_softmax_head", 3, [rnn(7), dense(5, "softmax")], batch=3)
    yield Case("lstm_softmax_head", 3, [lstm(9), dense(17, "relu"), dense(7, "softmax")])
    for kind, cell in (("gru", gru), ("gru_before", before), ("lstm", lstm)):
        for gate, other in (("hard_sigmoid_keras3", "tanh"), ("hard_sigmoid_keras3", "relu6"), ("sigmoid", "softsign"),
                            ("softsign", "silu"), ("tanh", "gelu")):
            yield Case(f"{kind}_{gate}_{other}", 3, [cell(7, other, gate), dense(2)], scale=2,
                       double=1e-8 if other == "gelu" else 1e-13)
    yield Case("gru_sigmoid_elu", 3, [gru(7, "elu(0.5)"), dense(2)])
    yield Case("lstm_sigmoid_leaky_relu", 3, [lstm(7, "leaky_relu(0.25)"), dense(2)], scale=1)
    yield Case("lstm_sigmoid_softplus", 3, [lstm(7, "softplus"), dense(2)], scale=1)
    yield Case("lstm_sigmoid_linear", 3, [lstm(7, "linear", **BI), dense(2)], scale=1)
    yield Case("gru_sigmoid_exponential", 3, [gru(7, "exponential"), dense(2, "exponential")], scale=0.5)


def activation(text):
    """Keras' own: by its name where the parameters are its defaults."""
    name, parameters = parse(text)
    functions = keras.activations
    if text == "gelu_tanh":
        return functools.partial(functions.gelu, approximate=True)
    if text in ("elu(1)", "leaky_relu(0.2)"):
        return name
    if parameters:
        keyword = {"elu": "alpha", "leaky_relu": "negative_slope"}[name]
        return functools.partial(getattr(functions, name), **{keyword: parameters[0]})
    return "hard_sigmoid" if name == "hard_sigmoid_keras3" else name


def cell_options(layer):
    options = {"units": layer.size, "activation": activation(layer.activation), "use_bias": layer.bias}
    if layer.gate:
        options["recurrent_activation"] = activation(layer.gate)
        assert layer.output in (None, layer.activation)
    if layer.reset:
        options["reset_after"] = layer.reset == "after_product"
    return options


class Group:
    """One Keras layer and those of ours that it is."""

    def __init__(self, ours, style, sequences):
        self.ours, layer = ours, ours[0]
        class_name = {"dense": "Dense", "simple_rnn": "SimpleRNN", "gru": "GRU", "lstm": "LSTM"}[layer.kind]
        if layer.kind == "dense":
            self.layer = layers.Dense(layer.size, activation(layer.activation), layer.bias)
            return
        options = {"return_sequences": sequences, "return_state": True}
        options["go_backwards"] = layer.direction == "go_backwards"
        if ours[-1].zero_output_for_mask:
            options["zero_output_for_mask"] = True
        if style:
            cells = [getattr(layers, {"simple_rnn": "SimpleRNN", "gru": "GRU", "lstm": "LSTM"}[one.kind] + "Cell")(
                **cell_options(one)) for one in ours]
            self.layer = layers.RNN(cells if style == "stacked" else cells[0], **options)
        else:
            self.layer = getattr(layers, class_name)(**cell_options(layer), **options)
        if layer.directions() == 2:
            merge = {"concat": "concat", "sum": "sum", "product": "mul", "average": "ave"}[layer.merge]
            self.layer = layers.Bidirectional(self.layer, merge_mode=merge)

    def state_sizes(self):
        if self.ours[0].kind == "dense":
            return []
        return [n for layer in self.ours for _ in range(layer.directions()) for n in layer.state_sizes()]

    def nested(self, flat):
        """States as the layer wants them: of stacked cells a list a cell."""
        if len(self.ours) == 1:
            return flat
        flat = iter(flat)
        lists = [[next(flat) for _ in layer.state_sizes()] for layer in self.ours]
        return [one if len(one) > 1 else one[0] for one in lists]

    def fill(self, all_entries):
        values = []
        for layer, entries in zip(self.ours, all_entries, strict=True):
            for entry in entries:
                values += keras_tensors(layer, entry)
        variables = self.layer.trainable_variables
        assert len(variables) == len(values)
        for variable, value in zip(variables, values):
            variable.assign(value)

    def tensors(self, plain):
        for variable in self.layer.trainable_variables:
            # Plain: without the model's name, and without the cell's where a layer makes its own.
            path = variable.path.split("/")
            made_by_itself = len(path) > 2 and path[-2].removesuffix("_cell") in path[-3]
            yield "/".join(path[:-2] + path[-1:] if plain and made_by_itself else path), variable


def keras_tensors(layer, entry):
    """Ours are rows in PyTorch's order; Keras has columns, GRU gates z, r, h, and one bias unless reset_after."""
    def theirs(value):
        if layer.kind == "gru":
            r, z, n = np.split(value, 3)
            value = np.concatenate([z, r, n])
        return value.T

    if layer.kind == "dense":
        return [entry["weight"].T] + ([entry["bias"]] if layer.bias else [])
    values = [theirs(entry["weight_ih"]), theirs(entry["weight_hh"])]
    if "bias_hh" in entry:
        return values + [np.stack([theirs(entry["bias_ih"]), theirs(entry["bias_hh"])])]
    return values + ([theirs(entry["bias_ih"])] if layer.bias else [])


def groups(case, sequences):
    """Fresh Keras layers; `sequences` is what the last recurrent one returns."""
    keras.utils.clear_session()  # numbers the layers' names from the start
    stacked, style = [], case.style.get("style")
    for layer in case.layers:
        if style == "stacked" and layer.kind != "dense" and stacked and stacked[-1][-1].kind != "dense":
            stacked[-1].append(layer)
        else:
            stacked.append([layer])
    last = max(index for index, ours in enumerate(stacked) if ours[0].kind != "dense")
    return [Group(ours, style, sequences or index < last) for index, ours in enumerate(stacked)]


def compute_in(case, weights, x, h0, valid, sequences, dtype):
    keras.config.set_floatx(dtype)
    built, weights = groups(case, sequences), list(weights)
    h = inputs = keras.Input(x.shape[1:])
    feeds, values = [inputs], [x.astype(dtype)]
    options = {}
    if "masking" in case.style:
        h = layers.Masking(case.style["masking"])(h)
    elif case.mask:
        options["mask"] = keras.Input((x.shape[1],), dtype="bool")
        feeds.append(options["mask"])
        values.append(valid)
    states, at = [], 0
    for group in built:
        sizes = group.state_sizes()
        if not sizes:
            h = group.layer(h)
            continue
        start = {}
        if h0 is not None:
            flat = [keras.Input((n,)) for n in sizes]
            feeds += flat
            values += [part.astype(dtype) for part in np.split(h0[:, at : at + sum(sizes)], np.cumsum(sizes)[:-1], 1)]
            start["initial_state"] = group.nested(flat)
        at += sum(sizes)
        h, *final = group.layer(h, **options, **start)
        states += tf.nest.flatten(final)
    net = keras.Model(feeds, [h, *states])
    for group in built:
        group.fill(weights[: len(group.ours)])
        del weights[: len(group.ours)]
    y, *final = (keras.ops.convert_to_numpy(out) for out in net(values))
    return built, y, np.concatenate(final, axis=1)


def sequential_paths(case):
    """The paths of a `Sequential` of the same layers, which return no states."""
    built = groups(case, True)
    for group in built:
        layer = group.layer
        for part in (layer, *(getattr(layer, half, layer) for half in ("forward_layer", "backward_layer"))):
            if hasattr(part, "return_state"):
                part.return_state = False
    keras.Sequential([keras.Input((case.steps, case.n_i)), *(group.layer for group in built)])
    return [variable.path for group in built for variable in group.layer.trainable_variables]


def compute(case, weights, x, h0, valid):
    paths, results = sequential_paths(case), {}
    for dtype in ("float32", "float64"):
        _, last, final_of_last = compute_in(case, weights, x, h0, valid, False, dtype)
        built, y, final = compute_in(case, weights, x, h0, valid, True, dtype)
        assert np.abs(final - final_of_last).max() <= (1e-14 if dtype == "float64" else 1e-6), case.name
        results[dtype] = (y, last, final)
    plain = case.style.get("names") == "plain"
    named = [pair for group in built for pair in group.tensors(plain)]
    if not plain:
        named = [(f"sequential/{path}", variable) for path, variable in named]
        assert [path for path, _ in named] == paths, (case.name, paths, [path for path, _ in named])
    tensors = {name: keras.ops.convert_to_numpy(variable) for name, variable in named}
    assert len(tensors) == len(paths), case.name
    single = {name: value.astype(np.float32) for name, value in tensors.items()}
    assert all((single[name] == value).all() for name, value in tensors.items())
    return single, results["float32"], results["float64"]


run("keras", f"keras {keras.__version__} on tensorflow {tf.__version__}", list(cases()), compute,
    lambda layer: layer.reset == "after_product")
