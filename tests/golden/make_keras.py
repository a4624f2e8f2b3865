"""Golden values from Keras: see README.md."""

import os

# The only backend in which Keras computes a float64 product in float64: on the others it rounds to float32.
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
from common import Case, run
from keras import layers

keras.config.set_floatx("float64")

CASES = [
    # Names: "plain" is layer/tensor, as the README's lines save them; "path" is `variable.path`, as Keras 3 says it.
    Case("one_by_one", 1, [("rnn", 1, "tanh", True), ("dense", 1, "linear", True)], batch=1, steps=1),
    Case("yearly", 1, [("rnn", 32, "tanh", True), ("dense", 1, "linear", True)], batch=3, steps=12, sequences=False),
    Case("no_bias", 3, [("rnn", 5, "tanh", False), ("dense", 2, "linear", False)]),
    Case("relu", 8, [("rnn", 17, "relu", True), ("dense", 3, "relu", True)]),
    Case("sigmoid", 4, [("rnn", 16, "sigmoid", True), ("dense", 4, "sigmoid", True)]),
    Case("linear", 7, [("rnn", 20, "linear", True), ("dense", 5, "tanh", True)], sequences=False),
    Case("stack", 2, [("rnn", 9, "tanh", True), ("rnn", 33, "relu", True), ("dense", 2, "linear", True)]),
    Case("stack_path", 5, [("rnn", 12, "tanh", True), ("rnn", 7, "sigmoid", False), ("dense", 6, "relu", True),
                           ("dense", 1, "linear", False)], sequences=False, names="path"),
    Case("initial_state", 5, [("rnn", 24, "tanh", True), ("dense", 1, "linear", True)], batch=3, initial=True),
    Case("stack_initial_state", 3, [("rnn", 8, "relu", True), ("rnn", 15, "tanh", True)], sequences=False,
         initial=True),
    Case("layer_alone", 6, [("rnn", 31, "tanh", True)], batch=4, names="path"),
    Case("dense_first", 5, [("dense", 4, "relu", True), ("rnn", 10, "tanh", True), ("dense", 2, "linear", True)]),
    Case("wide", 17, [("rnn", 65, "tanh", True), ("dense", 3, "linear", True)], batch=1, steps=20),
    Case("windows", 2, [("rnn", 14, "tanh", True), ("dense", 2, "linear", True)], batch=31, steps=10, sequences=False,
         windows=True),
]


def compute(case, weights, x, h0, series):
    keras.utils.clear_session()  # numbers the layers' names from the start
    last = max(i for i, layer in enumerate(case.layers) if layer[0] == "rnn")
    inputs = keras.Input(x.shape[1:])
    states, state_inputs, built, h, kinds = [], [], [], inputs, []
    for index, (kind, n, activation, bias) in enumerate(case.layers):
        options = {"activation": activation, "use_bias": bias}
        if kind == "rnn":
            layer = layers.SimpleRNN(n, return_sequences=index < last or case.sequences, return_state=True, **options)
            state_inputs.append(keras.Input((n,)))
            h, state = layer(h, initial_state=state_inputs[-1])
            states.append(state)
        else:
            layer = layers.Dense(n, **options)
            h = layer(h)
        built.append(layer)
        kinds.append(kind)
    model = keras.Model([inputs, *state_inputs], [h, *states])
    for layer, entry in zip(built, weights):
        # Keras stores (in, out).
        theirs = [entry["weight"].T] + ([entry["recurrent"].T] if "recurrent" in entry else [])
        layer.set_weights(theirs + ([entry["bias"]] if "bias" in entry else []))
    sizes = [n for _, n, _, _ in case.recurrent()]
    start = h0 if h0 is not None else np.zeros((len(x), sum(sizes)))
    cuts = np.split(start.astype(np.float64), np.cumsum(sizes)[:-1], axis=1)
    if case.windows:
        # Keras' own windows are those of `common.py`.
        dataset = keras.utils.timeseries_dataset_from_array(series, None, case.steps, batch_size=len(x))
        assert np.array_equal(next(iter(dataset)).numpy(), x)
    y, *final = (keras.ops.convert_to_numpy(out) for out in model([x.astype(np.float64), *cuts]))
    tensors = {}
    for layer in built:
        for variable in layer.trainable_variables:
            if case.style.get("names") == "path":
                name = f"sequential/{variable.path}"  # what a `Sequential` model says
            else:
                name = f"{layer.name}/{variable.name}"
            values = keras.ops.convert_to_numpy(variable)
            tensors[name] = np.ascontiguousarray(values.astype(np.float32))
            assert (tensors[name] == values).all()
    return tensors, y, np.concatenate(final, axis=1)


run("keras", CASES, compute)
