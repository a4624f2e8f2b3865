"""Golden values of the operators RNN, GRU and LSTM from onnxruntime: see README.md.

The weights file holds the initialisers W, R, B and P as the operator takes them: directions first, ONNX' gate order.
onnxruntime has these operators in float32 alone, so there are no float64 results.
"""

import functools

import numpy as np
import onnxruntime
from cells import Case, gru, lstm, rnn, run
from model import parse
from onnx import TensorProto, helper, numpy_helper

OPSET = 22
BI = {"direction": "bidirectional"}
REVERSE = {"direction": "reverse"}
before = functools.partial(gru, reset="before_product")
CELLS = (("rnn", rnn), ("gru", gru), ("gru_before", before), ("lstm", lstm))
RNN_ACTIVATIONS = {
    "relu": "relu", "sigmoid": "sigmoid", "affine": "affine(0.5,0.25)", "leaky_relu": "leaky_relu(0.1)",
    "thresholded_relu": "thresholded_relu(0.5)", "scaled_tanh": "scaled_tanh(1.5,0.7)",
    "hard_sigmoid": "hard_sigmoid(0.3,0.4)", "elu": "elu(0.7)", "softsign": "softsign", "softplus": "softplus",
}


def cases():
    sizes = {"rnn": [(1, 7), (7, 1), (17, 3), (3, 31), (33, 17), (31, 65), (100, 33), (7, 100)],
             "gru": [(1, 7), (3, 1), (17, 3), (7, 31), (33, 17), (100, 7), (7, 65)],
             "gru_before": [(1, 7), (3, 1), (17, 3), (7, 31), (31, 17), (257, 7), (1, 65), (3, 100)],
             "lstm": [(1, 7), (3, 1), (17, 3), (7, 31), (33, 17), (100, 7), (7, 33), (1, 65)]}
    for name, cell in CELLS:
        for n_i, n in sizes[name]:
            steps, batch = (12 + n % 9, 2 + n % 2) if max(n, n_i) < 100 else (6, 2)
            yield Case(f"{name}_{n_i}_{n}", n_i, [cell(n)], batch=batch, steps=steps, initial=n in (7, 33))
        for batch in (1, 2, 3, 5):
            yield Case(f"{name}_no_bias_{batch}", 3, [cell(9, bias=False)], batch=batch, initial=batch == 2)
        yield Case(f"{name}_no_bias_bidirectional", 3, [cell(5, bias=False, **BI)], batch=5)
        yield Case(f"{name}_reverse", 3, [cell(8, **REVERSE)], initial=True)
        yield Case(f"{name}_bidirectional", 4, [cell(17, **BI)], batch=3, initial=True)
        yield Case(f"{name}_lengths", 3, [cell(8)], batch=4, steps=13, lengths=[7, 13, 1, 10], initial=True)
        yield Case(f"{name}_lengths_reverse", 3, [cell(7, **REVERSE)], batch=3, lengths=[5, 12, 9], initial=True)
        yield Case(f"{name}_lengths_bidirectional", 3, [cell(7, **BI)], batch=3, lengths=[1, 9, 12], initial=True)
        # Length 0 without an initial state only: onnxruntime makes the final state zero whatever was given.
        yield Case(f"{name}_lengths_zero", 3, [cell(6, **BI)], batch=4, lengths=[0, 12, 5, 0])
        yield Case(f"{name}_clip", 3, [cell(8, clip=0.5)], initial=True)
        yield Case(f"{name}_clip_bidirectional", 3, [cell(7, clip=1.25, **BI)], batch=3, lengths=[12, 4, 7])
    for name, text in RNN_ACTIVATIONS.items():
        yield Case(f"rnn_{name}", 3, [rnn(7, text)], batch=3, steps=12, scale=2)
    yield Case("rnn_defaults", 3, [rnn(7, "leaky_relu(0.01)", **BI)], scale=2, defaults=True)
    for name, cell in (("gru", gru), ("gru_before", before)):
        yield Case(f"{name}_hard_sigmoid_leaky_relu", 3, [cell(7, "leaky_relu(0.1)", "hard_sigmoid(0.2,0.5)")], scale=2,
                   initial=True)
        yield Case(f"{name}_defaults", 3, [cell(8, "elu(1)", "hard_sigmoid(0.2,0.5)")], scale=2, defaults=True)
        yield Case(f"{name}_sigmoid_relu", 3, [cell(7, "relu", **BI)], batch=3, scale=2)
        yield Case(f"{name}_sigmoid_softsign", 3, [cell(9, "softsign")], scale=2)
        yield Case(f"{name}_affine_scaled_tanh", 3, [cell(7, "scaled_tanh(1.5,0.7)", "affine(0.1,0.5)", **BI)], scale=2)
        yield Case(f"{name}_sigmoid_thresholded_relu", 3, [cell(5, "thresholded_relu(0.5)")], scale=2)
        yield Case(f"{name}_hard_sigmoid_softplus_clip", 3, [cell(7, "softplus", "hard_sigmoid(0.3,0.4)", clip=0.75)],
                   scale=2, lengths=[8, 12])
    yield from lstm_cases()


def lstm_cases():
    yield Case("lstm_peephole", 3, [lstm(9, peephole=True)], batch=3, steps=15, initial=True)
    yield Case("lstm_peephole_no_bias", 3, [lstm(7, peephole=True, bias=False)], batch=3)
    yield Case("lstm_peephole_reverse", 5, [lstm(17, peephole=True, **REVERSE)])
    yield Case("lstm_peephole_bidirectional", 4, [lstm(17, peephole=True, **BI)], initial=True)
    yield Case("lstm_peephole_lengths", 3, [lstm(8, peephole=True, **BI)], batch=3, lengths=[4, 12, 9], initial=True)
    yield Case("lstm_peephole_clip", 3, [lstm(7, peephole=True, clip=0.4)], initial=True)
    yield Case("lstm_coupled", 3, [lstm(9, coupled=True)], batch=3, steps=15, initial=True)
    yield Case("lstm_coupled_no_bias_bidirectional", 3, [lstm(7, coupled=True, bias=False, **BI)], batch=5)
    yield Case("lstm_coupled_peephole", 3, [lstm(8, coupled=True, peephole=True)], initial=True)
    yield Case("lstm_coupled_peephole_clip", 3, [lstm(8, coupled=True, peephole=True, clip=0.3, **BI)], batch=3,
               lengths=[12, 3, 8], initial=True)
    # The input of h(c) is not clipped: here c is beyond the clip from the start.
    yield Case("lstm_clip_small", 3, [lstm(7, clip=0.25)], initial=True)
    for name, gate, candidate, output in (
        ("hard_sigmoid_softsign_tanh", "hard_sigmoid(0.2,0.5)", "softsign", "tanh"),
        ("hard_sigmoid_leaky_relu_scaled_tanh", "hard_sigmoid(0.3,0.4)", "leaky_relu(0.1)", "scaled_tanh(1.5,0.7)"),
        ("sigmoid_tanh_softsign", "sigmoid", "tanh", "softsign"),
        ("sigmoid_relu_tanh", "sigmoid", "relu", "tanh"),
        ("sigmoid_elu_affine", "sigmoid", "elu(0.7)", "affine(0.5,0.25)"),
        ("sigmoid_softplus_elu", "sigmoid", "softplus", "elu(0.5)"),
        ("affine_scaled_tanh_softplus", "affine(0.1,0.5)", "scaled_tanh(1.5,0.7)", "softplus"),
        ("sigmoid_tanh_relu", "sigmoid", "tanh", "relu"),
        ("sigmoid_thresholded_relu_tanh", "sigmoid", "thresholded_relu(0.5)", "tanh"),
    ):
        yield Case(f"lstm_{name}", 3, [lstm(7, candidate, gate, output)], scale=2, initial=True)
    yield Case("lstm_activations_bidirectional", 3,
               [lstm(7, "leaky_relu(0.1)", "hard_sigmoid(0.3,0.4)", "scaled_tanh(1.5,0.7)", **BI)], scale=2)
    yield Case("lstm_activations_clip_peephole", 3,
               [lstm(7, "elu(0.7)", "hard_sigmoid(0.3,0.4)", "softsign", clip=1, peephole=True)], scale=2, initial=True)
    yield Case("lstm_defaults", 3, [lstm(7, "elu(1)", "hard_sigmoid(0.2,0.5)", "leaky_relu(0.01)")], scale=2,
               defaults=True)


def initialisers(layer, entries):
    """Ours are rows in PyTorch's order; ONNX has GRU z, r, h, LSTM i, o, f, c and peepholes i, o, f."""
    def theirs(value):
        if layer.kind == "gru":
            r, z, n = np.split(value, 3)
            return np.concatenate([z, r, n])
        if layer.kind == "lstm":
            i, f, g, o = np.split(value, 4)
            return np.concatenate([i, o, f, g])
        return value

    def peephole(value):
        i, f, o = np.split(value, 3)
        return np.concatenate([i, o, f])

    tensors = {"W": np.stack([theirs(entry["weight_ih"]) for entry in entries]),
               "R": np.stack([theirs(entry["weight_hh"]) for entry in entries])}
    if layer.bias:
        tensors["B"] = np.stack([np.concatenate([theirs(e["bias_ih"]), theirs(e["bias_hh"])]) for e in entries])
    if layer.peephole:
        tensors["P"] = np.stack([peephole(entry["peephole"]) for entry in entries])
    return tensors


def attributes(layer, with_defaults):
    """`with_defaults` leaves alpha and beta to the operator."""
    direction = layer.direction if layer.direction in ("reverse", "bidirectional") else "forward"
    found = {"hidden_size": layer.size, "direction": direction}
    used = {"simple_rnn": [layer.activation], "gru": [layer.gate, layer.activation],
            "lstm": [layer.gate, layer.activation, layer.output]}[layer.kind] * layer.directions()
    names = [parse(text)[0] for text in used]
    parameters = [parse(text)[1] for text in used]
    found["activations"] = ["".join(part.capitalize() for part in name.split("_")) for name in names]
    if any(parameters) and not with_defaults:
        # A value a function that takes one, in order.
        found["activation_alpha"] = [values[0] for values in parameters if values]
        if any(len(values) > 1 for values in parameters):
            found["activation_beta"] = [values[1] for values in parameters if len(values) > 1]
    if layer.clip:
        found["clip"] = float(layer.clip)
    if layer.kind == "gru":
        found["linear_before_reset"] = int(layer.reset == "after_product")
    if layer.coupled:
        found["input_forget"] = 1
    return found


def compute(case, weights, x, h0, _valid):
    (layer,), (entries,) = case.layers, weights
    tensors, is_lstm = initialisers(layer, entries), layer.kind == "lstm"
    directions, batch = layer.directions(), len(x)
    feeds = {"X": x.transpose(1, 0, 2)}
    if case.lengths is not None:
        feeds["sequence_lens"] = np.array(case.lengths, np.int32)
    if h0 is not None:
        # (B, directions, h then c, H) becomes (directions, B, H).
        parts = h0.reshape(batch, directions, -1, layer.size).transpose(2, 1, 0, 3)
        feeds |= dict(zip(("initial_h", "initial_c"), parts))
    feeds = {name: np.ascontiguousarray(value) for name, value in feeds.items()}
    inputs = [name if name in feeds or name in tensors else ""
              for name in ("X", "W", "R", "B", "sequence_lens", "initial_h", *(("initial_c", "P") if is_lstm else ()))]
    outputs = ["Y", "Y_h", "Y_c"][: 3 if is_lstm else 2]
    kind = {"simple_rnn": "RNN", "gru": "GRU", "lstm": "LSTM"}[layer.kind]
    node = helper.make_node(kind, inputs, outputs, **attributes(layer, case.style.get("defaults")))
    types = {np.dtype(np.float32): TensorProto.FLOAT, np.dtype(np.int32): TensorProto.INT32}
    graph = helper.make_graph(
        [node], "golden",
        [helper.make_tensor_value_info(name, types[value.dtype], value.shape) for name, value in feeds.items()],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
        [numpy_helper.from_array(np.ascontiguousarray(value), name) for name, value in tensors.items()])
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
    y, *state = session.run(outputs, feeds)
    y = y.transpose(2, 0, 1, 3).reshape(batch, case.steps, -1)
    last = state[0].transpose(1, 0, 2).reshape(batch, -1)
    return tensors, (y, last, np.stack(state).transpose(2, 1, 0, 3).reshape(batch, -1)), None


run("onnxruntime", f"onnxruntime {onnxruntime.__version__} opset {OPSET}", list(cases()), compute)
