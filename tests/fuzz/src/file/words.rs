//! Names that tensors have, and pieces of them.

/// Whole names, modules and leaves: ours, frameworks', and what stands beside weights in files.
pub const WORDS: &[&str] = &[
    "l0", "l1", "rnn", "lstm", "gru", "hidden", "head", "fc", "fc1", "output", "dense", "dense_1", "simple_rnn",
    "encoder", "decoder", "model", "module", "ema", "0", "1", "layers", "cell", "cells", "vars", "0", "backward_lstm",
    "forward_lstm", "forward_pass", "backward_pass", "bidirectional", "lstm_cell", "gru_cell", "sequential",
    "embedding", "emb", "norm", "bn", "running_mean", "num_batches_tracked", "conv", "attention", "quant", "quantile",
    "normal", "ensemble", "optimizer", "exp_avg", "state", "step", "original0", "original1", "parametrizations",
    "weight_ih_l0_g", "weight_ih_l0_v", "weight_hh_l0_g", "weight_hh_l0_v", "weight_hh_l0_raw", "weight_hh_raw",
    "weight", "bias", "kernel", "recurrent_kernel", "weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr",
    "peephole", "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "weight_hr_l0", "weight_ih_l1",
    "weight_hh_l1", "weight_ih_l0_reverse", "weight_hh_l0_reverse", "weight_ih_reverse", "bias_ih_reverse",
    "weight_ih_l18446744073709551615", "weight_ih_l-1", "weight_ih_l", "_l0", "l0_l1", "kernel:0", "bias:0", "b", "w",
    "Wx", "Wh", "hn", "hi", "iz", "h_cell", "scale", "mean", "std", "", ".", "/", "é", "😀", "__metadata__", "rnn_l0",
];

/// What stands between them.
pub const JOINTS: &[&str] = &[".", "/", "_", "", "..", "//"];
