//! What a package calls `rnn-core`: `nn = { package = "rnn-core" }` makes it `::nn`, where the attribute does not look unless
//! it is told.
//!
//! Of Cargo.toml this reads the names of dependencies and no more, line by line. What it cannot read it says nothing about:
//! then the compiler does.

use std::path::Path;

/// The package whose name matters.
const OURS: &str = "rnn-core";

/// The name under which the package that is being compiled depends on `rnn-core`, if that is another than its own.
pub(crate) fn renamed() -> Option<String> {
    let folder = std::env::var_os("CARGO_MANIFEST_DIR")?;
    let read = |folder: &Path| std::fs::read_to_string(folder.join("Cargo.toml")).ok();
    let folder = Path::new(&folder);
    let workspace = || folder.ancestors().filter_map(read).find(|manifest| manifest.contains("[workspace"));
    renamed_in(&read(folder)?, workspace)
}

/// What a dependency is, by what is said of it.
#[derive(Clone, Debug, PartialEq)]
enum Source {
    /// The package of its name.
    Own,
    /// The package of this name.
    Package(String),
    /// What the workspace says.
    Workspace,
}

/// See [`renamed`]; `workspace` is the manifest of the workspace's root.
fn renamed_in(manifest: &str, workspace: impl FnOnce() -> Option<String>) -> Option<String> {
    let mut own = dependencies(manifest, |table| !table.starts_with("workspace."));
    if own.iter().any(|(_, source)| *source == Source::Workspace) {
        let shared = dependencies(&workspace()?, |table| table.starts_with("workspace."));
        for (name, source) in own.iter_mut().filter(|(_, source)| *source == Source::Workspace) {
            *source = shared.iter().find(|(known, _)| known == name)?.1.clone();
        }
    }
    let is_ours = |name: &str| name.replace('_', "-") == OURS;
    if own.iter().any(|(name, _)| is_ours(name)) {
        return None;
    }
    let is_renamed = |source: &Source| matches!(source, Source::Package(package) if is_ours(package));
    own.iter().find(|(_, source)| is_renamed(source)).map(|(name, _)| name.replace('-', "_"))
}

/// The dependencies in the tables that are `wanted`.
fn dependencies(manifest: &str, wanted: impl Fn(&str) -> bool) -> Vec<(String, Source)> {
    let mut found: Vec<(String, Source)> = Vec::new();
    // In a table of dependencies, or of the one of this name.
    let (mut in_list, mut one): (bool, Option<String>) = (false, None);
    let mut lines = manifest.lines().map(without_comment);
    while let Some(line) = lines.next() {
        if let Some(table) = line.strip_prefix('[') {
            let table = table.trim_end_matches(']').trim();
            let is_wanted = wanted(table);
            in_list = is_wanted && table.ends_with("dependencies");
            let (before, name) = table.rsplit_once('.').unwrap_or(("", table));
            one = (is_wanted && before.ends_with("dependencies")).then(|| unquoted(name));
            found.extend(one.clone().map(|name| (name, Source::Own)));
            continue;
        }
        let Some((key, value)) = line.split_once('=') else { continue };
        let mut value = value.trim().to_owned();
        while value.matches('{').count() > value.matches('}').count() {
            let Some(line) = lines.next() else { break };
            value.push_str(line);
        }
        let key = key.trim();
        let (name, said) = match (&one, key.split_once('.')) {
            (Some(name), _) => (name.clone(), source(&format!("{key} = {value}"))),
            (None, Some((name, key))) if in_list => (unquoted(name), source(&format!("{key} = {value}"))),
            (None, None) if in_list => (unquoted(key), source(&value)),
            _ => continue,
        };
        match found.iter_mut().find(|(known, _)| *known == name) {
            Some((_, source)) if said != Source::Own => *source = said,
            Some(_) => {}
            None => found.push((name, said)),
        }
    }
    found
}

/// What the keys in some text, a line or an inline table, say of a dependency.
fn source(text: &str) -> Source {
    let value = |key: &str| {
        let (_, rest) = text.split_once(key)?;
        Some(rest.trim_start().strip_prefix('=')?.trim_start())
    };
    let package = value("package").and_then(|rest| {
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        rest[1..].split_once(quote).map(|(name, _)| name.to_owned())
    });
    match package {
        Some(package) => Source::Package(package),
        None if value("workspace").is_some_and(|rest| rest.starts_with("true")) => Source::Workspace,
        None => Source::Own,
    }
}

fn unquoted(key: &str) -> String {
    key.trim().trim_matches(['"', '\'']).to_owned()
}

/// A line up to its comment: a `#` in quotes begins none.
fn without_comment(line: &str) -> &str {
    let mut quote = None;
    for (index, character) in line.char_indices() {
        match (quote, character) {
            (None, '#') => return line[..index].trim(),
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    line.trim()
}

#[cfg(test)]
mod tests {
    use super::renamed_in;

    fn alone(manifest: &str) -> Option<String> {
        renamed_in(manifest, || None)
    }

    #[test]
    fn every_way_to_rename() {
        for manifest in [
            "[dependencies]\nnn = { package = \"rnn-core\", version = \"0.1\" }",
            "[dependencies]\n\"nn\" = { version = '0.1', package = 'rnn-core' } # ours",
            "[dependencies]\nnn = {\n  path = \"a # b\",\n  package = \"rnn-core\",\n}\nserde = \"1\"",
            "[dependencies]\nnn.version = \"0.1\"\nnn.package = \"rnn-core\"",
            "[dependencies.nn]\nversion = \"0.1\"\npackage = \"rnn-core\"\n[features]\npackage = []",
            "[dev-dependencies]\nnn = { package = \"rnn-core\" }",
            "[target.'cfg(unix)'.dependencies]\nnn = { package = \"rnn-core\" }",
            "[target.'cfg(unix)'.dependencies.nn]\npackage = \"rnn-core\"",
        ] {
            assert_eq!(alone(manifest).as_deref(), Some("nn"), "{manifest}");
        }
        assert_eq!(alone("[dependencies]\nmy-nn = { package = \"rnn-core\" }").as_deref(), Some("my_nn"));
    }

    #[test]
    fn what_is_not_renamed() {
        for manifest in [
            "",
            "[package]\nname = \"rnn-core\"",
            "[dependencies]\nrnn-core = \"0.1\"",
            "[dependencies]\nrnn_core = \"0.1\"\nnn = { package = \"rnn-core\", version = \"0.2\" }",
            "[dependencies.rnn-core]\npath = \"..\"",
            "[dependencies]\nrnn-core.path = \"..\"",
            "[dependencies]\nserde = \"1\"\n# nn = { package = \"rnn-core\" }",
            "[dependencies]\nnn = { package = \"rnn-core-sys\" }",
            "[features]\nnn = { package = \"rnn-core\" }",
            "[workspace.dependencies]\nnn = { package = \"rnn-core\" }",
        ] {
            assert_eq!(alone(manifest), None, "{manifest}");
        }
    }

    #[test]
    fn what_the_workspace_says() {
        let shared = "[workspace.dependencies]\nnn = { package = \"rnn-core\" }\nrnn-core = \"0.1\"";
        let of = |manifest: &str| renamed_in(manifest, || Some(shared.to_owned()));
        assert_eq!(of("[dependencies]\nnn = { workspace = true }").as_deref(), Some("nn"));
        assert_eq!(of("[dependencies]\nnn.workspace = true").as_deref(), Some("nn"));
        assert_eq!(of("[dependencies.nn]\nworkspace = true").as_deref(), Some("nn"));
        assert_eq!(of("[dependencies]\nrnn-core.workspace = true\nnn.workspace = true"), None);
        assert_eq!(of("[dependencies]\nother.workspace = true"), None);
        assert_eq!(renamed_in("[dependencies]\nnn.workspace = true", || None), None);
    }
}
