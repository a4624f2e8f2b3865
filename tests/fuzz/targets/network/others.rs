//! The state of another network whose buffer is as long: refused, and nothing is changed.

use crate::check::{is_untouched, outcome, unchanged, untouched};
use crate::subject::Subject;
use rnn_core::{CellKind, LayerKind, Network};
use rnn_fuzz::built::Weights;
use rnn_fuzz::choices::Choices;
use rnn_fuzz::{describe, say};

pub(crate) fn run(c: &mut Choices<'_>, of: &Subject) {
    if !of.net.is_causal() || of.snapshot == 0 || of.work > 1 << 16 {
        return;
    }
    // Another size, cell or number of layers of the same length is rare: some are tried.
    for _ in 0..6 {
        let mut other = of.architecture.clone();
        let index = c.below(other.layers.len());
        let layer = &mut other.layers[index];
        match c.below(4) {
            0 => {
                let other_size = c.between(1, 40);
                describe::resize(&mut layer.kind, |_| other_size);
            }
            1 => {
                let n = layer.kind.size();
                layer.kind = c.pick(&[
                    LayerKind::min_gru(n),
                    LayerKind::lstm(n.div_ceil(2)),
                    LayerKind::simple_rnn(2 * n),
                ]);
            }
            2 => other.input_size = other.input_size % 40 + 1,
            _ => {
                let mut copy = layer.clone();
                copy.name.push('b');
                let half = |n: usize| n.div_ceil(2);
                describe::resize(&mut copy.kind, half);
                describe::resize(&mut layer.kind, half);
                other.layers.insert(index, copy);
            }
        }
        if shape(&other) == shape(&of.architecture)
            || other.with_spec(|spec| spec.check().is_err() || !spec.is_causal())
        {
            continue;
        }
        let net = Weights::new(&other, c.seed()).network(of.net.backend()).expect("a possible network");
        if net.state_len() != of.net.state_len() || describe::work(&other) > 1 << 16 {
            continue;
        }
        say!("// A state of {other:?}, started:");
        let mut state = vec![0.0; net.state_len()];
        let mut y = vec![0.0; net.output_size()];
        net.step_into(&mut state, &vec![0.5; net.input_size()], &mut y).expect("its own state");
        refused(of, &mut state);
    }
}

fn refused(of: &Subject, state: &mut [f32]) {
    let before = state.to_vec();
    let (x, mut y) = (vec![0.5; of.n_i], untouched(of.n_o));
    say!("net.step_into(&mut state, &[0.5; {}], &mut y)", of.n_i);
    outcome(of.net.step_into(state, &x, &mut y), false, "a step from another network's state");
    say!("net.process_into(&mut state, &[0.5; {}], &mut y)", of.n_i);
    outcome(of.net.process_into(state, &x, &mut y), false, "steps from another network's state");
    outcome(of.net.snapshot(state).map(drop), false, "a snapshot of another network's state");
    assert!(is_untouched(&y), "y was changed by a call that failed");
    unchanged(state, &before, "state");
    // What it held is lost, and it is this network's from then on.
    outcome(of.net.reset(state), true, "reset");
    outcome(of.net.step_into(state, &x, &mut y), true, "a step after a reset");
}

/// What a state is the state of: the sizes and cells, not the activations.
fn shape(architecture: &rnn_core::Architecture) -> (usize, Vec<(&'static str, usize, usize, usize)>) {
    let of_layer = |kind: LayerKind| {
        let projection = match kind.recurrent().map(|r| r.cell) {
            Some(CellKind::Lstm { projection: Some(size), .. }) => size,
            _ => 0,
        };
        (kind.name(), kind.size(), kind.state_len(), projection)
    };
    (architecture.input_size, architecture.layers.iter().map(|layer| of_layer(layer.kind)).collect())
}
