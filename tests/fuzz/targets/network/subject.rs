//! The network of a case.

use crate::made;
use rnn_core::{Architecture, Backend, LayerWeights, Metadata, Network};
use rnn_fuzz::built::{self, Weights};
use rnn_fuzz::choices::Choices;
use rnn_fuzz::stepped::Stepped;
use rnn_fuzz::{describe, say};

/// A network, its layers alone, and what calls need to know of it.
pub(crate) struct Subject {
    pub(crate) net: Box<dyn Network>,
    pub(crate) architecture: Architecture,
    pub(crate) stepped: Stepped,
    pub(crate) n_i: usize,
    pub(crate) n_o: usize,
    pub(crate) snapshot: usize,
    /// Multiply-adds of a step.
    pub(crate) work: usize,
}

impl Subject {
    /// The network of this architecture, on any backend; none if it is impossible, which is an error and no panic. `made`
    /// is which of the attribute's networks it is.
    pub(crate) fn new(c: &mut Choices<'_>, architecture: Architecture, made: Option<usize>) -> Option<Self> {
        let text = Metadata { architecture: Some(architecture.clone()), ..Metadata::default() }.to_text();
        let backends: Vec<Backend> = Backend::available().collect();
        let (backend, seed) = (c.pick(&backends), c.seed());
        say!("let architecture = Metadata::from_text({text:?})?.architecture.unwrap();");
        say!("let backend = Backend::by_name({:?}).unwrap();", backend.name());
        if let Err(error) = architecture.with_spec(|spec| spec.check()) {
            let dense = LayerWeights::Dense { weight: &[0.0], bias: None };
            for weights in [vec![], vec![dense], vec![dense; architecture.layers.len()]] {
                let refused = built::network(&architecture, backend, &weights);
                assert!(refused.is_err(), "built in spite of {error}");
            }
            return None;
        }
        say!("let weights = rnn_fuzz::built::Weights::new(&architecture, {seed});");
        say!("let net = weights.network(backend)?;");
        let weights = Weights::new(&architecture, seed);
        let built = weights.network(backend).expect("a possible network and its weights");
        let net: Box<dyn Network> = match made {
            None => Box::new(built),
            Some(index) => {
                say!("// or the network of the attribute that it describes");
                let net = made::network(index, &weights, backend);
                assert_eq!((net.state_len(), net.snapshot_len()), (built.state_len(), built.snapshot_len()));
                net
            }
        };
        let stepped = Stepped::new(&architecture, &weights, backend);
        let (n_i, n_o, snapshot) = (net.input_size(), net.output_size(), net.snapshot_len());
        let work = describe::work(&architecture);
        Some(Self { net, architecture, stepped, n_i, n_o, snapshot, work })
    }

    /// Steps that may be taken, between 0 and `most`.
    pub(crate) fn steps(&self, c: &mut Choices<'_>, rows: usize, most: usize) -> usize {
        let affordable = crate::WORK / 4 / (self.work as u128 * rows.max(1) as u128);
        c.between(0, most.min(usize::try_from(affordable).unwrap_or(most)))
    }

    /// Whether so many steps in all are too much work.
    pub(crate) fn is_too_much(&self, steps: u128) -> bool {
        steps.saturating_mul(self.work as u128) > crate::WORK || steps > 1 << 14
    }
}
