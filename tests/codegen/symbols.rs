//! The names of a program's functions.

use object::{Object, ObjectSymbol, SymbolKind};

/// The functions of this program as people read them, without hashes, each once. `None` where programs are no ELF
/// files.
pub(crate) fn of_this_program() -> Option<Vec<String>> {
    let path = std::env::current_exe().expect("a test knows its program");
    let bytes = std::fs::read(path).expect("a program can read itself");
    let file = object::read::elf::ElfFile64::<object::Endianness>::parse(&*bytes).ok()?;
    let functions =
        file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.is_definition());
    let name = |symbol: &str| format!("{:#}", rustc_demangle::demangle(symbol));
    let mut names: Vec<_> = functions.filter_map(|symbol| symbol.name().ok().map(name)).collect();
    names.sort_unstable();
    names.dedup();
    Some(names)
}
