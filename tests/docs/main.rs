//! The README and the pages in `docs`: links lead somewhere, pictures are plain, calls compile, equations are those of the code.
#![allow(unreachable_pub, reason = "readers' structs are `pub`, and stand here as they stand on the pages")]

mod calls;
mod macros;
mod readme;

use std::fs;
use std::path::{Path, PathBuf};

/// The longest picture, in bytes.
const LONGEST: usize = 12 * 1024;

/// Where the pages' files of weights are in a reader's package, and where they are for this one.
const MODELS: [&str; 2] = ["\"models/", "\"../rnn-core/examples/data/"];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests is a folder of the repository").to_owned()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files of a folder with this ending, in order.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let folder = repository().join(folder);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .collect();
    files.sort();
    files
}

fn pages() -> Vec<PathBuf> {
    let mut pages = files("docs", "md");
    pages.push(repository().join("README.md"));
    pages
}

/// The targets of all links and pictures of a page, code left out.
fn targets(page: &str) -> Vec<String> {
    let mut in_code = false;
    let mut targets = Vec::new();
    for line in page.lines() {
        in_code ^= line.starts_with("```");
        if in_code {
            continue;
        }
        // Every second part stands between backticks.
        let prose: String = line.split('`').step_by(2).collect();
        targets.extend(prose.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0.to_owned())));
    }
    targets
}

/// Headings as GitHub names them in links.
fn anchors(page: &str) -> Vec<String> {
    let name = |heading: &str| {
        let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    page.lines().filter_map(|line| line.trim_start_matches('#').strip_prefix(' ').map(name)).collect()
}

/// The links of a page that lead nowhere.
fn broken(path: &Path, page: &str) -> Vec<String> {
    let folder = path.parent().expect("a file is in a folder");
    let leads = |target: &str| {
        if target.starts_with("https://") {
            return true;
        }
        let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
        let file = if file.is_empty() { path.to_owned() } else { folder.join(file) };
        file.exists() && (anchor.is_empty() || anchors(&read(&file)).iter().any(|found| found == anchor))
    };
    targets(page).into_iter().filter(|target| !leads(target)).collect()
}

/// The blocks of a page in this language.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let start = format!("```{language}\n");
    page.split(&start).skip(1).filter_map(|rest| Some(rest.split_once("\n```")?.0.to_owned())).collect()
}

/// Without any white space.
fn packed(text: &str) -> String {
    text.split_whitespace().collect()
}

/// The lines of the equations at the head of a module.
fn equations(source: &str) -> Vec<String> {
    let head = source.lines().map_while(|line| line.strip_prefix("//!"));
    let text = head.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n");
    blocks(&text, "text").iter().flat_map(|block| block.lines()).map(str::to_owned).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut seen = 0;
    for path in pages() {
        let page = read(&path);
        seen += targets(&page).len();
        assert_eq!(broken(&path, &page), Vec::<String>::new(), "{}", path.display());
    }
    assert!(seen > 40, "{seen} links");
}

#[test]
fn a_link_to_nowhere_is_found() {
    let path = repository().join("docs/cells.md");
    let page = "[a](nothing.md) [b](cells.md#nothing) [c](weights.md#biases) `[d](code.md)` ![e](pictures/lstm.svg)\n\
                ```\n[f](code.md)\n```\n[g](#gru)";
    assert_eq!(broken(&path, page), ["nothing.md", "cells.md#nothing"]);
}

#[test]
fn every_picture_is_shown_and_plain() {
    let pages: String = pages().iter().map(|path| read(path)).collect();
    let pictures = files("docs/pictures", "svg");
    assert!(pictures.len() > 10, "{} pictures", pictures.len());
    for path in pictures {
        let (name, picture) = (path.file_name().expect("it has one").to_string_lossy(), read(&path));
        let shown = pages.split_once(&format!("](pictures/{name})"));
        let words =
            shown.and_then(|(before, _)| before.rsplit_once("![")).map_or(0, |(_, words)| words.len());
        assert!(words > 20, "{name} is not shown, or not described");
        assert!(picture.len() <= LONGEST, "{name} has {} bytes", picture.len());
        assert!(picture.contains(r##"fill="#fff"/>"##), "{name} has no background");
        for word in ["<script", "@font-face", "@import", "href", "<image", "<foreignObject"] {
            assert!(!picture.contains(word), "{name} has {word}");
        }
    }
}

#[test]
fn the_pages_have_no_code_that_is_not_compiled() {
    let compiled =
        packed(concat!(include_str!("calls.rs"), include_str!("macros.rs"), include_str!("readme.rs")));
    let mut seen = 0;
    for path in pages() {
        for block in blocks(&read(&path), "rust") {
            assert!(
                compiled.contains(&packed(&block.replace(MODELS[0], MODELS[1]))),
                "{} has what calls.rs, macros.rs and readme.rs have not:\n{block}",
                path.display()
            );
            seen += 1;
        }
    }
    assert!(seen > 15, "{seen} blocks");
}

#[test]
fn the_equations_are_those_of_the_code() {
    let page = read(&repository().join("docs/cells.md"));
    let lines: Vec<_> = blocks(&page, "text").iter().flat_map(|block| block.lines()).map(packed).collect();
    for cell in ["gru", "lstm", "min_gru", "min_lstm"] {
        let source = read(&repository().join(format!("rnn-core/src/cell/{cell}.rs")));
        let equations = equations(&source);
        assert!(equations.len() > 2, "{cell}");
        for equation in equations {
            assert!(lines.contains(&packed(&equation)), "{cell}: cells.md has no {equation}");
        }
    }
    // This one is written with indices there.
    let simple = equations(&read(&repository().join("rnn-core/src/cell/simple_rnn.rs")));
    assert_eq!(simple, ["h_t = f(U x_t + W h_{t-1} + b)"]);
    assert!(lines.contains(&packed("h' = f(U x + W h + b)")));
}
