//! The arrows between modules, and what must not leak out of its place.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

/// Every top-level module and what it may import. A new arrow needs a line in ARCHITECTURE.md.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    // Leaves that know YAML files and places in them, for `rules` and `settings`.
    ("diagnostic", &["domain"]),
    ("yaml", &["domain", "diagnostic"]),
    // The rules are read where the settings say.
    ("rules", &["domain", "diagnostic", "yaml", "settings"]),
    ("settings", &["domain", "diagnostic", "yaml"]),
    ("store", &["domain"]),
    // The channels are set up from plain values that the settings declare.
    ("mail", &["domain", "settings"]),
    ("telegram", &["domain", "settings"]),
    // The console shows cases as the command line does.
    ("web", &["domain", "settings", "report"]),
    ("report", &["domain"]),
    ("gateway", &["domain", "mail", "telegram", "web", "store", "rules", "settings", "report"]),
    (
        "cli",
        &[
            "domain",
            "diagnostic",
            "yaml",
            "mail",
            "telegram",
            "web",
            "store",
            "rules",
            "settings",
            "report",
            "gateway",
        ],
    ),
    ("main", &["cli"]),
];

/// Crates that one module alone speaks to.
const OWNED_CRATES: &[(&str, &str)] = &[
    (r"\bsled::", "store"),
    (r"\basync_imap::", "mail"),
    (r"\bimap_proto::", "mail"),
    (r"\blettre::", "mail"),
    (r"\bmail_parser::", "mail"),
    (r"\bmail_auth::", "mail"),
    (r"\bpsl::", "mail"),
    (r"\bteloxide::", "telegram"),
];

/// What the domain, being pure, has no use for.
const IMPURE: &str = concat!(
    r"\b(tokio|futures_util|tracing|metrics|axum|reqwest|rustls|serde_yaml|libc|getrandom|arc_swap|notify)::",
    r"|\basync (fn|move|\{)|\.await\b",
    r"|\bstd::(fs|net|env|process)\b|\bthread::(spawn|sleep|current|park|Builder)\b|\b(SystemTime|Instant)\b|\b(Timestamp|Zoned)::now\b",
    r"|\bHash(Map|Set)\b|\b(De)?[Ss]erialize\b|\bthread_local!|\bstatic mut\b|\b(Mutex|RwLock)\b",
);

/// One line of code: no comment, not of a module of tests.
struct Line {
    file: PathBuf,
    number: usize,
    module: String,
    code: String,
}

impl Line {
    fn at(&self, why: &str) -> String {
        format!("{}:{}: {why}: {}", self.file.display(), self.number, self.code.trim())
    }
}

fn source_lines() -> Vec<Line> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    files.iter().flat_map(|file| lines_of(&root, file)).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("tests") {
            // A module of tests in several files.
        } else if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            files.push(path);
        }
    }
}

fn lines_of(root: &Path, file: &Path) -> Vec<Line> {
    let inside = file.strip_prefix(root).unwrap().to_owned();
    let module = inside.components().next().unwrap().as_os_str().to_str().unwrap();
    let module = module.trim_end_matches(".rs").to_owned();
    code_lines(&fs::read_to_string(file).unwrap())
        .into_iter()
        .map(|(number, code)| Line { file: inside.clone(), number, module: module.clone(), code })
        .collect()
}

/// Numbered lines up to the module of tests, comments taken off.
fn code_lines(text: &str) -> Vec<(usize, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let tests = lines.windows(2).position(|pair| pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod "));
    let code = |line: &str| if line.trim_start().starts_with("//") { "" } else { line }.to_owned();
    lines
        .iter()
        .take(tests.unwrap_or(lines.len()))
        .enumerate()
        .map(|(at, line)| (at + 1, code(line)))
        .collect()
}

/// The top-level modules that a line names, `use crate::{a, b::{c, d}};` included.
fn imports(code: &str) -> BTreeSet<String> {
    static PATH: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b(?:crate|pasokh)::(\w+)").unwrap());
    let mut named: BTreeSet<String> = PATH.captures_iter(code).map(|found| found[1].to_owned()).collect();
    let group = code.split_once("crate::{").map_or("", |(_, group)| group);
    let mut depth = 0;
    for part in group.split_inclusive(['{', '}', ',']) {
        let name: String = part.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if depth == 0 && !name.is_empty() {
            named.insert(name);
        }
        depth += i32::from(part.ends_with('{')) - i32::from(part.ends_with('}'));
    }
    named
}

fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "{} lines break the architecture:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn imports_run_one_way() {
    let modules: BTreeSet<&str> = ARROWS.iter().map(|(module, _)| *module).collect();
    let allowed = |from: &str, to: &str| {
        ARROWS.iter().any(|(module, targets)| *module == from && (from == to || targets.contains(&to)))
    };
    let mut faults = Vec::new();
    for line in source_lines().iter().filter(|line| line.module != "lib") {
        for target in imports(&line.code).iter().filter(|target| modules.contains(target.as_str())) {
            if !allowed(&line.module, target) {
                faults.push(line.at(&format!("{} may not import {target}", line.module)));
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn every_module_has_its_arrows_stated() {
    let lines = source_lines();
    let present: BTreeSet<&str> =
        lines.iter().map(|line| line.module.as_str()).filter(|name| *name != "lib").collect();
    let stated: BTreeSet<&str> = ARROWS.iter().map(|(module, _)| *module).collect();
    assert!(present.contains("domain") && present.contains("gateway"), "{present:?}");
    assert!(present.is_subset(&stated), "no arrows stated for {:?}", present.difference(&stated));
}

#[test]
fn the_domain_is_pure() {
    let impure = Regex::new(IMPURE).unwrap();
    let lines = source_lines();
    let faults = lines.iter().filter(|line| line.module == "domain" && impure.is_match(&line.code));
    assert_none(&faults.map(|line| line.at("the domain is pure")).collect::<Vec<_>>());
}

#[test]
fn a_crate_stays_in_the_module_that_owns_it() {
    let lines = source_lines();
    let mut faults = Vec::new();
    for (pattern, owner) in OWNED_CRATES {
        let pattern = Regex::new(pattern).unwrap();
        let strays = lines.iter().filter(|line| line.module != *owner && pattern.is_match(&line.code));
        faults.extend(strays.map(|line| line.at(&format!("belongs to {owner}"))));
    }
    assert_none(&faults);
}

#[test]
fn the_store_trait_knows_no_sled() {
    let lines = source_lines();
    let faults =
        lines.iter().filter(|line| line.file == Path::new("store/mod.rs") && line.code.contains("sled::"));
    let outward = faults
        .filter(|line| !line.code.trim_start().starts_with("mod ") && !line.code.contains("self::sled"));
    assert_none(&outward.map(|line| line.at("sled in the contract")).collect::<Vec<_>>());
}

#[test]
fn names_are_imported_one_by_one() {
    // A `use crate::{` over several lines would hide its arrows from the tests above.
    let wildcard = Regex::new(r"^\s*(pub(\([^)]+\))? )?use .*\*|\bcrate::\{[^;]*$").unwrap();
    let lines = source_lines();
    let faults = lines.iter().filter(|line| wildcard.is_match(&line.code));
    assert_none(
        &faults.map(|line| line.at("no wildcards, a group of modules on one line")).collect::<Vec<_>>(),
    );
}

#[test]
fn the_reader_of_imports_sees_every_form() {
    let seen = |code: &str| imports(code).into_iter().collect::<Vec<_>>().join(" ");
    assert_eq!(seen("use crate::store::Store;"), "store");
    assert_eq!(seen("    let x = crate::web::y(crate::mail::Z);"), "mail web");
    assert_eq!(seen("use crate::{domain::{a, b}, store::Store, web};"), "domain store web");
    assert_eq!(seen("use crate::{mail, telegram};"), "mail telegram");
    assert_eq!(seen("pub(crate) fn f() {}"), "");
    assert!(
        code_lines("a\n// crate::web\n#[cfg(test)]\nmod tests {\n b\n}")
            .iter()
            .all(|(at, line)| *at < 3 && !line.contains("web"))
    );
    let impure = Regex::new(IMPURE).unwrap();
    for code in [
        "use std::fs;",
        "pub async fn x()",
        "#[derive(Serialize)]",
        "Timestamp::now()",
        "use std::collections::HashMap;",
    ] {
        assert!(impure.is_match(code), "{code}");
    }
    for code in ["use std::collections::BTreeMap;", "let instant = self.instant(x);", "use jiff::Timestamp;"]
    {
        assert!(!impure.is_match(code), "{code}");
    }
}
