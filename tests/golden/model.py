"""The equations in plain numpy, to prove what a description says: one step at a time, nothing shared or fused.

Weights are in PyTorch's layout and gate order (GRU r, z, n; LSTM i, f, g, o; peepholes i, f, o), whatever the
framework stores. `dtype` float64 is the oracle; float32 shows what rounding alone may do to a case.
"""

import math

import numpy as np

GATES = {"simple_rnn": 1, "gru": 3, "lstm": 4}
ERF = np.vectorize(math.erf, otypes=[np.float64])
# Before `thresholded_relu`, which jumps: how near its inputs came to the jump.
nearest_jump = [np.inf]


def thresholded_relu(z, a):
    nearest_jump[0] = min(nearest_jump[0], float(np.abs(z - a).min()))
    return np.where(z > a, z, 0)


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# Name -> function of z and the parameters in brackets, all of which a description writes.
ACTIVATIONS = {
    "linear": lambda z: z,
    "tanh": np.tanh,
    "sigmoid": sigmoid,
    "relu": lambda z: np.maximum(z, 0),
    "affine": lambda z, a, b: a * z + b,
    "leaky_relu": lambda z, a: np.where(z >= 0, z, a * z),
    "thresholded_relu": thresholded_relu,
    "scaled_tanh": lambda z, a, b: a * np.tanh(b * z),
    "hard_sigmoid": lambda z, a, b: np.clip(a * z + b, 0, 1),
    "hard_sigmoid_keras3": lambda z: np.clip(z + 3, 0, 6) / 6,
    "elu": lambda z, a: np.where(z > 0, z, a * np.expm1(np.minimum(z, 0))),
    "softsign": lambda z: z / (1 + np.abs(z)),
    "softplus": lambda z: np.logaddexp(z, z.dtype.type(0)),
    "silu": lambda z: z * sigmoid(z),
    "gelu": lambda z: (z * 0.5 * (1 + ERF(z / math.sqrt(2)))).astype(z.dtype),
    "gelu_tanh": lambda z: z * 0.5 * (1 + np.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3))),
    "relu6": lambda z: np.clip(z, 0, 6),
    "exponential": np.exp,
    "softmax": softmax,
}


def parse(text):
    """`leaky_relu(0.1)` -> its name and parameters."""
    name, _, rest = text.partition("(")
    return name, [float(word) for word in rest.rstrip(")").split(",") if word]


def function(text, dtype):
    name, parameters = parse(text)
    # A parameter is a float32 in ONNX files and in ours.
    parameters = [dtype(np.float32(value)) for value in parameters]
    return lambda z: ACTIVATIONS[name](z, *parameters)


def step(layer, p, x, h, c):
    """One step of a cell: x (B, n_i), h, c (None if the cell has none) -> h', c'; `p` holds one direction's tensors."""
    dtype = x.dtype.type
    act, gate, out = (function(f, dtype) if f else None for f in (layer.activation, layer.gate, layer.output))
    clamp = (lambda z: np.clip(z, -layer.clip, layer.clip)) if layer.clip else (lambda z: z)
    n = layer.size
    zero = np.zeros(GATES[layer.kind] * n, dtype)
    wx = x @ p["weight_ih"].T + p.get("bias_ih", zero)
    wh = h @ p["weight_hh"].T + p.get("bias_hh", zero)
    cut = lambda z, index: z[:, index * n : (index + 1) * n]
    if layer.kind == "simple_rnn":
        return act(clamp(wx + wh)), None
    if layer.kind == "gru":
        r, z = (gate(clamp(cut(wx, k) + cut(wh, k))) for k in (0, 1))
        if layer.reset == "after_product":
            candidate = act(clamp(cut(wx, 2) + r * cut(wh, 2)))
        else:
            b_hn = p.get("bias_hh", zero)[2 * n :]
            candidate = act(clamp(cut(wx, 2) + (r * h) @ p["weight_hh"][2 * n :].T + b_hn))
        return (1 - z) * candidate + z * h, None
    zi, zf, zg, zo = (cut(wx, k) + cut(wh, k) for k in range(4))
    if layer.peephole:
        p_i, p_f, p_o = np.split(p["peephole"], 3)
        zi, zf = zi + p_i * c, zf + p_f * c
    i = gate(clamp(zi))
    f = 1 - i if layer.coupled else gate(clamp(zf))
    c = f * c + i * act(clamp(zg))
    if layer.peephole:
        zo = zo + p_o * c
    # The input of the output activation is not clipped.
    h = gate(clamp(zo)) * out(c)
    return (h @ p["weight_hr"].T if layer.projection else h), c


def scan(layer, p, x, h, c, valid, zero_masked, backwards):
    """One direction over (B, T, n_i): outputs at their own time, the last output computed, h, c."""
    y = np.zeros((*x.shape[:2], layer.half()), x.dtype)
    last = np.zeros_like(h)
    for t in reversed(range(x.shape[1])) if backwards else range(x.shape[1]):
        new_h, new_c = step(layer, p, x[:, t], h, c)
        keep = valid[:, t, None]
        h = np.where(keep, new_h, h)
        c = None if c is None else np.where(keep, new_c, c)
        last = np.where(keep, new_h, last)  # zero before the first valid step
        y[:, t] = np.where(keep, new_h, 0) if zero_masked else last
    return y, last, h, c


MERGES = {
    "concat": lambda a, b: np.concatenate([a, b], axis=-1),
    "sum": np.add,
    "product": np.multiply,
    "average": lambda a, b: (a + b) / 2,
}


def network(case, weights, x, h0, valid, dtype):
    """y of all steps, y of the last, final states (B, S) in the order layer, direction, h then c.

    `valid` (B, T) says which steps count: those before the row's length, or those of the mask.
    """
    x = x.astype(dtype)
    valid = np.ones(x.shape[:2], bool) if valid is None else valid
    last, final = None, []
    h0 = iter(np.split(h0.astype(dtype), np.cumsum(case.state_sizes())[:-1], axis=1)) if h0 is not None else None
    for layer, entries in zip(case.layers, weights):
        entries = [{name: value.astype(dtype) for name, value in entry.items()} for entry in entries]
        if layer.kind == "dense":
            f, b = function(layer.activation, dtype), entries[0].get("bias", np.zeros(layer.size, dtype))
            x, last = (f(value @ entries[0]["weight"].T + b) for value in (x, x if last is None else last))
            continue
        halves = []
        for index, entry in enumerate(entries):
            sizes = layer.state_sizes()
            start = [np.zeros((len(x), n), dtype) if h0 is None else next(h0) for n in sizes]
            h, c = start if len(sizes) == 2 else (*start, None)
            backwards = index == 1 or layer.direction in ("reverse", "go_backwards")
            zero_masked = case.lengths is not None or layer.zero_output_for_mask or len(entries) == 2
            *outputs, h, c = scan(layer, entry, x, h, c, valid, zero_masked, backwards)
            halves.append(outputs)
            final += [h] if c is None else [h, c]
        if len(halves) == 2:
            x, last = (MERGES[layer.merge](a, b) for a, b in zip(*halves))
        else:
            x, last = halves[0]
            if layer.direction == "go_backwards":
                x = x[:, ::-1]
            if layer.zero_output_for_mask:
                # Keras' "last" is then the output of the step it computed last, masked or not.
                last = x[:, 0] if layer.direction == "reverse" else x[:, -1]
    return x, last, np.concatenate(final, axis=1)
