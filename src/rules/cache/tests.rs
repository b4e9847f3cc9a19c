use std::os::unix::fs::PermissionsExt as _;

use super::*;
use crate::domain::classify::Matcher;
use crate::rules::gate::starter_gate;
use crate::rules::starter_sources;

fn files(data_dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(data_dir.join(DIRECTORY)).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn what_was_kept_is_understood_to_the_last_bit() {
    let (intents, gate) = (starter_sources(), starter_gate());
    let data = tempfile::tempdir().unwrap();
    let cache = Cache::of(data.path(), &intents, &gate);
    assert_eq!(cache.read(), None);
    let learnt = Matcher::compile(&intents, &gate).unwrap();
    cache.write(&learnt.memory());
    let memory = cache.read().unwrap();
    let kept = Matcher::compile_with(&intents, &gate, Some(memory)).unwrap();
    let texts = intents.iter().flat_map(|intent| intent.examples.values().flatten()).step_by(4);
    for text in texts.map(|text| format!("{text} 1")) {
        assert_eq!(learnt.understand(&text, None), kept.understand(&text, None), "{text}");
        assert_eq!(learnt.reasons(&text), kept.reasons(&text), "{text}");
    }
    let mode = fs::metadata(cache.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// A memory that is quickly made.
fn memory() -> Memory {
    let word = || "tent".to_owned();
    Memory { spelling: vec![(word(), true)], told: vec![(vec![word()], Vec::new())], ..Memory::default() }
}

#[test]
fn a_damaged_or_foreign_file_is_as_good_as_none() {
    let gate = GateSource::default();
    let data = tempfile::tempdir().unwrap();
    let cache = Cache::of(data.path(), &[], &gate);
    cache.write(&memory());
    assert_eq!(cache.read(), Some(memory()));
    let whole = fs::read(cache.path()).unwrap();
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        assert_eq!(cache.open(&damaged), None, "byte {at}");
        assert_eq!(cache.open(&whole[..at]), None, "cut at {at}");
    }
    let other = Cache { hash: "of other rules".to_owned(), ..cache.clone() };
    assert_eq!(other.open(&whole), None);
}

#[test]
fn other_examples_are_another_file_and_only_the_last_is_kept() {
    let (mut intents, gate) = (starter_sources(), starter_gate());
    let data = tempfile::tempdir().unwrap();
    let before = Cache::of(data.path(), &intents, &gate);
    before.write(&memory());
    let example = intents[0].examples.values_mut().next().unwrap();
    example[0].push('!');
    let after = Cache::of(data.path(), &intents, &gate);
    assert_eq!(after.read(), None);
    after.write(&memory());
    assert_eq!(files(data.path()), [after.path()]);
    assert_eq!((before.read(), after.read()), (None, Some(memory())));
}

#[test]
fn where_nothing_can_be_kept_nothing_breaks() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("file");
    fs::write(&file, "no directory").unwrap();
    let cache = Cache::of(&file, &[], &GateSource::default());
    cache.write(&memory());
    assert_eq!(cache.read(), None);
}
