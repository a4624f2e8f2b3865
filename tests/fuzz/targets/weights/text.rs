//! Lines of metadata: what reads reads back, and nothing else is more than an error.

use rnn_core::{Activation, LayerKind, Metadata};
use rnn_fuzz::choices::Choices;
use rnn_fuzz::file::text::{PIECES, changed};
use rnn_fuzz::say;

/// A line alone.
pub(crate) fn run(c: &mut Choices<'_>) {
    let mut text = String::new();
    for _ in 0..c.between(0, 6) {
        text.push_str(c.pick(PIECES));
        text.push_str(c.pick(&["; ", " ", ";", ""]));
    }
    if c.flip() {
        text = changed(c, &text);
    }
    say!("let read = Metadata::from_text({text:?});");
    match Metadata::from_text(&text) {
        Ok(read) => reads_back(&read),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    let word = text.split_whitespace().next().unwrap_or_default();
    if let Some(f) = Activation::from_name(word) {
        assert_eq!(Activation::from_name(&f.to_string()), Some(f), "{f}");
    }
    assert_eq!(word.parse::<Activation>().ok(), Activation::from_name(word), "{word}");
}

/// What was read is written, and read as the same. (A NaN is no NaN's equal, and neither is a number outside its
/// range; both are refused by the check.)
pub(crate) fn reads_back(read: &Metadata) {
    let text = read.to_text();
    let again = match Metadata::from_text(&text) {
        Ok(again) => again,
        Err(error) => panic!("{text:?} was written and is not read: {error}"),
    };
    assert_eq!(again.to_text(), text, "written twice");
    if let Some(architecture) = &read.architecture {
        let possible = architecture.with_spec(|spec| spec.check()).is_ok();
        assert!(!possible || again.architecture.as_ref() == Some(architecture), "{text}");
        let _: Vec<LayerKind> = architecture.layers.iter().map(|layer| layer.kind).collect();
    }
}
