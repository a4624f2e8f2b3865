//! A harness that cannot fail proves nothing: swapped gates, wrong lengths, masks and initial states are noticed.

use crate::cell_case::CellCase;
use crate::cells::{COUNTS, cases, everything};
use rnn_core::{Direction, Network, RuntimeNetwork};
use rnn_support::backends;
use safetensors::SafeTensors;

/// All cases of all frameworks with their networks on one backend.
fn all() -> Vec<(CellCase, RuntimeNetwork)> {
    let backend = backends::all()[0];
    let cells = COUNTS.into_iter().flat_map(|(framework, count)| cases(framework, count));
    let with_network = |(cell, _): (CellCase, CellCase)| {
        let net = cell.case.network(&cell.case.weights, backend).expect("the file is valid");
        (cell, net)
    };
    cells.map(with_network).collect()
}

fn passes(cell: &CellCase, net: &RuntimeNetwork) -> bool {
    everything(cell, net).is_ok()
}

/// Exchanges two equal parts of a file.
fn swap(file: &mut [u8], a: usize, b: usize, len: usize) {
    for index in 0..len {
        file.swap(a + index, b + index);
    }
}

#[test]
fn swapped_gates_are_noticed() {
    let (mut gates, mut units, mut alone) = (0, 0, 0);
    for (cell, net) in all() {
        let case = &cell.case;
        assert!(passes(&cell, &net), "{}", case.name);
        let projected =
            case.architecture.layers[0].kind.recurrent().is_some_and(|r| r.projection().is_some());
        for (name, view) in SafeTensors::deserialize(&case.weights).expect("a safetensors file").tensors() {
            let leaf = name.rsplit(['/', '.']).next().unwrap_or_default();
            let keras = leaf == "recurrent_kernel";
            if !(keras || leaf.starts_with("weight_hh") || leaf == "R") {
                continue;
            }
            let &[.., rows, columns] = view.shape() else { panic!("{name} is no matrix") };
            // What meets the state: G gates of n_h units, of which a projection has four.
            let (all, n) = if keras { (columns, rows) } else { (rows, columns) };
            let n = if projected { all / 4 } else { n };
            let mut file = case.weights.clone();
            let start = view.data().as_ptr().addr() - case.weights.as_ptr().addr();
            // The first two gates, or the first two units where there is one gate only.
            let block = if all > n { n } else { 1 };
            if all == 1 {
                alone += 1;
                continue;
            }
            *if all > n { &mut gates } else { &mut units } += 1;
            if keras {
                for row in 0..rows {
                    let row = start + 4 * row * columns;
                    swap(&mut file, row, row + 4 * block, 4 * block);
                }
            } else {
                swap(&mut file, start, start + 4 * block * columns, 4 * block * columns);
            }
            let net = case.network(&file, net.backend()).expect("the file is valid");
            assert!(!passes(&cell, &net), "{}: {name}", case.name);
        }
    }
    // Simple layers of one unit, which has no other to be taken for, one of each framework.
    assert_eq!(alone, 3);
    assert_eq!((gates, units), (344, 134));
}

#[test]
fn wrong_lengths_are_noticed() {
    let mut count = 0;
    for (cell, net) in all() {
        for row in 0..cell.lengths.as_ref().map_or(0, Vec::len) {
            let mut other = cell.clone();
            let length = &mut other.lengths.as_mut().expect("lengths")[row];
            *length = if *length == 0 { 1 } else { *length - 1 };
            assert!(!passes(&other, &net), "{}: row {row}", cell.case.name);
            count += 1;
        }
    }
    assert_eq!(count, 102);
}

#[test]
fn wrong_masks_are_noticed() {
    let (mut steps, mut zeros) = (0, 0);
    for (cell, net) in all() {
        for step in 0..cell.mask.as_ref().map_or(0, Vec::len) {
            let mut other = cell.clone();
            let counts = &mut other.mask.as_mut().expect("a mask")[step];
            *counts = !*counts;
            assert!(!passes(&other, &net), "{}: step {step}", cell.case.name);
            steps += 1;
        }
        // A bidirectional layer's masked outputs are zero either way.
        let last =
            cell.case.architecture.layers.iter().filter_map(|layer| layer.kind.recurrent()).next_back();
        if cell.mask.is_some()
            && !matches!(last.expect("a recurrent layer").direction, Direction::Bidirectional(_))
        {
            let mut other = cell.clone();
            other.zero_output_for_mask = !other.zero_output_for_mask;
            assert!(!passes(&other, &net), "{}: zero_output_for_mask", cell.case.name);
            zeros += 1;
        }
    }
    assert_eq!((steps, zeros), (1224, 26));
}

#[test]
fn missing_initial_states_are_noticed() {
    let mut count = 0;
    for (cell, net) in all() {
        let Some(h0) = &cell.case.h0 else { continue };
        // Those of each row.
        let len = h0.len() / cell.case.batch;
        for row in 0..cell.case.batch {
            let mut other = cell.clone();
            other.case.h0.as_mut().expect("initial states")[row * len..][..len].fill(0.0);
            assert!(!passes(&other, &net), "{}: row {row}", cell.case.name);
            count += 1;
        }
    }
    assert_eq!(count, 301);
}
