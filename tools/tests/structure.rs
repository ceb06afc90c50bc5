//! Rooms without circles: of two modules side by side, one at most knows the other.
//!
//! Held at the first level of each crate, and in rooms of [`ROOMS`]. Modules are followed from `lib.rs` by their `mod` lines;
//! what is compiled for tests or documentation alone does not count. A name that a room's own file takes from one of its
//! modules and hands on counts as that module's.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Rooms below the first level whose modules know no circles either.
const ROOMS: [(&str, &str); 4] = [
    ("golden", "train"),
    ("golden", "train::step"),
    ("golden", "train::search"),
    ("golden", "train::polish"),
];

/// Modules that still know each other in a circle, by crate and room: a list that only gets shorter.
const CIRCLES: [(&str, &str, &[&str]); 1] = [
    // One recursive type: the children of a graph are modules, and a module is a graph with its registers placed.
    ("hdl", "", &["expr", "module", "schedule"]),
];

/// A module's path within its crate; empty for the crate itself.
type Module = Vec<String>;

/// What the sources of a crate say: modules, and who names what.
#[derive(Default)]
struct Sources {
    modules: BTreeSet<Module>,
    /// Module, and the full path of what it names.
    names: BTreeSet<(Module, Module)>,
    /// Full path of a name that a module takes from another, and where it is from.
    taken: BTreeMap<Module, Module>,
}

impl Sources {
    fn of(src: &Path) -> Sources {
        let mut sources = Sources::default();
        sources.read(&src.join("lib.rs"), src.to_owned(), Vec::new());
        sources
    }

    /// Reads a module's file; those of its own modules lie in `dir`.
    fn read(&mut self, file: &Path, dir: PathBuf, module: Module) {
        let text = fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        let tokens: TokenStream = text.parse().unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        self.modules.insert(module.clone());
        self.scan(tokens, &dir, &module);
    }

    fn scan(&mut self, tokens: TokenStream, dir: &Path, module: &Module) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            at += match &tokens[at..] {
                [TokenTree::Punct(hash), TokenTree::Group(attribute), rest @ ..] if hash.as_char() == '#' => {
                    let text = attribute.stream().to_string();
                    let elsewhere = text == "cfg (test)" || text == "cfg (doc)";
                    2 + if elsewhere { item_len(rest) } else { 0 }
                }
                [TokenTree::Ident(word), TokenTree::Ident(name), rest @ ..] if word == "mod" => {
                    self.enter(&name.to_string(), rest.first(), dir, module);
                    3
                }
                [TokenTree::Ident(word), rest @ ..] if word == "use" => {
                    let end = rest.iter().position(|t| is(t, ';')).unwrap_or(rest.len());
                    self.take(&rest[..end], Vec::new(), module);
                    1 + end
                }
                [TokenTree::Ident(word), rest @ ..] if word == "crate" || word == "super" => {
                    let path = path(&tokens[at..]);
                    self.name(&path, module);
                    1 + rest.len().min(3 * (path.len() - 1))
                }
                [TokenTree::Group(group), ..] => {
                    self.scan(group.stream(), dir, module);
                    1
                }
                _ => 1,
            }
        }
    }

    /// A module that begins: in braces here, or in a file of its own.
    fn enter(&mut self, name: &str, body: Option<&TokenTree>, dir: &Path, module: &Module) {
        let inner: Module = module.iter().cloned().chain([name.to_owned()]).collect();
        match body {
            Some(TokenTree::Group(body)) => {
                self.modules.insert(inner.clone());
                self.scan(body.stream(), &dir.join(name), &inner);
            }
            _ => {
                let files = [dir.join(name).join("mod.rs"), dir.join(format!("{name}.rs"))];
                let file =
                    files.iter().find(|f| f.exists()).unwrap_or_else(|| panic!("no file of {inner:?}"));
                self.read(file, dir.join(name), inner);
            }
        }
    }

    /// A tree of names behind `use`; `before` is what stands in front of it.
    fn take(&mut self, tree: &[TokenTree], before: Module, module: &Module) {
        let path: Module = before.into_iter().chain(path(tree)).collect();
        if let Some(TokenTree::Group(braces)) = tree.last()
            && braces.delimiter() == Delimiter::Brace
        {
            let inner: Vec<TokenTree> = braces.stream().into_iter().collect();
            inner.split(|t| is(t, ',')).for_each(|tree| self.take(tree, path.clone(), module));
            return;
        }
        self.name(&path, module);
        let renamed = match tree {
            [.., TokenTree::Ident(word), TokenTree::Ident(name)] if word == "as" => Some(name.to_string()),
            _ => path.last().cloned(),
        };
        if let (Some(name), Some(from)) = (renamed, absolute(&path, module)) {
            self.taken.insert(module.iter().cloned().chain([name]).collect(), from);
        }
    }

    fn name(&mut self, path: &[String], module: &Module) {
        if let Some(path) = absolute(path, module) {
            self.names.insert((module.clone(), path));
        }
    }

    /// The module side by side with others in `room` that a full path leads into.
    fn child(&self, room: &[String], path: &[String]) -> Option<String> {
        let name = path.strip_prefix(room)?.first()?;
        let here = &path[..=room.len()];
        if self.modules.contains(here) {
            return Some(name.clone());
        }
        self.child(room, self.taken.get(here).filter(|from| from.len() > here.len())?)
    }

    /// Who names whom among the modules of a room, and in which modules.
    fn arrows(&self, room: &[String]) -> BTreeMap<String, BTreeMap<String, BTreeSet<String>>> {
        let mut arrows: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
        for (module, path) in self.names.iter().filter(|(m, _)| m.len() > room.len()) {
            if let (Some(from), Some(to)) = (self.child(room, module), self.child(room, path))
                && from != to
            {
                arrows.entry(from).or_default().entry(to).or_default().insert(module.join("::"));
            }
        }
        arrows
    }

    /// A line for each set of a room's modules that know each other in a circle, with the arrows in it.
    fn circles(&self, room: &[String]) -> Vec<(BTreeSet<String>, String)> {
        let arrows = self.arrows(room);
        let reach: BTreeMap<&String, BTreeSet<&String>> =
            arrows.keys().map(|m| (m, reached(&arrows, m))).collect();
        let mut found: Vec<(BTreeSet<String>, String)> = Vec::new();
        for (module, reached) in reach.iter().filter(|(m, reached)| reached.contains(*m)) {
            let back = |other: &&&String| reach.get(**other).is_some_and(|r| r.contains(module));
            let circle: BTreeSet<String> = reached.iter().filter(back).map(|m| (*m).clone()).collect();
            if found.iter().all(|(known, _)| *known != circle) {
                let lines =
                    arrows.iter().filter(|(from, _)| circle.contains(*from)).flat_map(|(from, to)| {
                        let within = to.iter().filter(|(to, _)| circle.contains(*to));
                        within.map(move |(to, places)| format!("  {from} -> {to}: {places:?}"))
                    });
                let text = lines.collect::<Vec<_>>().join("\n");
                found.push((circle, text));
            }
        }
        found
    }
}

/// Everything that arrows lead to from a module.
fn reached<'a>(
    arrows: &'a BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
    from: &'a String,
) -> BTreeSet<&'a String> {
    let (mut reached, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(module) = next.pop() {
        next.extend(arrows.get(module).into_iter().flat_map(BTreeMap::keys).filter(|to| reached.insert(*to)));
    }
    reached
}

fn is(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(p) if p.as_char() == mark)
}

/// Tokens up to the end of an item: its `;`, its braces, or (of a field or a variant) its comma.
fn item_len(tokens: &[TokenTree]) -> usize {
    let end = |t: &TokenTree| match t {
        TokenTree::Group(g) => g.delimiter() == Delimiter::Brace,
        t => is(t, ';') || is(t, ','),
    };
    tokens.iter().position(end).map_or(tokens.len(), |at| at + 1)
}

/// The words of a path that begins here, `::` between them.
fn path(tokens: &[TokenTree]) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = tokens.iter().skip_while(|t| is(t, ':')).collect::<Vec<_>>().into_iter().peekable();
    while let Some(TokenTree::Ident(word)) = rest.next() {
        words.push(word.to_string());
        if !(rest.next().is_some_and(|t| is(t, ':')) && rest.next().is_some_and(|t| is(t, ':'))) {
            break;
        }
    }
    words
}

/// The path within the crate of what `path` names in `module`: none if that is another crate's.
fn absolute(path: &[String], module: &Module) -> Option<Module> {
    let ups = path.iter().take_while(|word| *word == "super").count();
    match path.first()?.as_str() {
        "crate" => Some(path[1..].to_vec()),
        "self" => Some(module.iter().chain(&path[1..]).cloned().collect()),
        "super" => {
            Some(module[..module.len().checked_sub(ups)?].iter().chain(&path[ups..]).cloned().collect())
        }
        _ => Some(module.iter().chain(path).cloned().collect()),
    }
}

fn words(room: &str) -> Vec<String> {
    room.split("::").filter(|w| !w.is_empty()).map(ToOwned::to_owned).collect()
}

#[test]
fn no_room_has_a_circle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (mut faults, mut arrows) = (Vec::new(), 0);
    for name in ["golden", "hdl", "sim", "tools"] {
        let sources = Sources::of(&root.join(name).join("src"));
        let rooms = ROOMS.iter().filter(|(krate, _)| *krate == name).map(|(_, room)| *room);
        for room in std::iter::once("").chain(rooms) {
            let found = sources.circles(&words(room));
            arrows += sources.arrows(&words(room)).len();
            let known = CIRCLES.iter().filter(|(krate, at, _)| (*krate, *at) == (name, room));
            let known: Vec<BTreeSet<String>> =
                known.map(|(.., circle)| circle.iter().map(|&m| m.to_owned()).collect()).collect();
            let new = found.iter().filter(|(circle, _)| !known.contains(circle));
            faults.extend(
                new.map(|(circle, text)| format!("{name}/src/{room}: a circle of {circle:?}:\n{text}")),
            );
            let gone = known.iter().filter(|circle| found.iter().all(|(other, _)| other != *circle));
            faults.extend(
                gone.map(|c| format!("{name}/src/{room}: no circle of {c:?}: strike it off the list")),
            );
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(arrows > 60, "{arrows} modules name others");
}

#[test]
fn a_circle_is_found_wherever_names_are_written() {
    let dir = tempfile::tempdir().expect("a directory");
    let write = |file: &str, text: &str| {
        let path = dir.path().join(file);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(path, text).expect("a file");
    };
    let circles =
        |room: &str| Sources::of(dir.path()).circles(&words(room)).into_iter().map(|(circle, _)| circle);
    let set = |names: &[&str]| names.iter().map(|&n| n.to_owned()).collect::<BTreeSet<String>>();
    write("lib.rs", "pub mod a; mod b; mod c; mod room; pub use b::{Thing as Other, more};");
    write("a.rs", "//! See [`crate::c`].\nuse std::fmt; use crate::{b::{self, Thing}, c};");
    write(
        "c/mod.rs",
        "#[cfg(test)] mod tests { use crate::a; } #[cfg(test)] use crate::a; mod inner; fn f() {}",
    );
    write("c/inner.rs", "fn g() { let text = \"crate::a\"; /* crate::a */ super::f() }");
    write("room/mod.rs", "mod x; mod y; pub use y::Y;");
    write("room/x.rs", "use super::y::Y;");
    write("room/y.rs", "use crate::c;");
    write("b.rs", "use crate::c::f;");
    assert_eq!(circles("").count() + circles("room").count(), 0);
    // In a body, in a macro's arguments, through the crate's own names, from a file further in.
    for (file, text, circle) in [
        ("b.rs", "fn f() { crate::a::g() }", &["a", "b"][..]),
        ("b.rs", "fn f() { println!(\"{}\", crate::a::G); }", &["a", "b"]),
        ("b.rs", "use crate::{c::f, a};", &["a", "b"]),
        ("c/inner.rs", "use super::super::a::{A, B};", &["a", "b", "c"]),
        ("c/inner.rs", "impl crate::a::A for u8 {}", &["a", "b", "c"]),
    ] {
        let before = fs::read_to_string(dir.path().join(file)).expect("a file");
        write(file, text);
        assert_eq!(circles("").collect::<Vec<_>>(), [set(circle)], "{text}");
        write(file, &before);
    }
    write("c/inner.rs", "use crate::Other;");
    assert_eq!(circles("").collect::<Vec<_>>(), [set(&["b", "c"])]);
    write("c/inner.rs", "");
    write("room/y.rs", "use super::x::X;");
    assert_eq!(circles("room").collect::<Vec<_>>(), [set(&["x", "y"])]);
}
