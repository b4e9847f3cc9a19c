use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use jiff::Timestamp;

use super::samples::*;
use crate::domain::event::Event;
use crate::store::journal::line::Chain;
use crate::store::{Rebuilt, StoreError, open};

fn filled() -> (Place, String) {
    let place = Place::new();
    let store = place.open();
    fill(store.as_ref());
    let answers = answers(store.as_ref());
    drop(store);
    // sled writes its first snapshot when it opens what is there already.
    drop(place.open());
    assert!(place.segments().len() > 1);
    (place, answers)
}

/// The place opens, has been rebuilt, and says the same as before.
fn rebuilds(place: &Place, expected: &str) -> Rebuilt {
    let (store, report) = place.try_open().unwrap();
    assert_eq!(answers(store.as_ref()), expected);
    assert_eq!(store.verify().unwrap().faults, [""; 0]);
    report.rebuilt.expect("it was not rebuilt")
}

fn append(path: &Path, bytes: &[u8]) {
    OpenOptions::new().append(true).open(path).unwrap().write_all(bytes).unwrap();
}

#[test]
fn a_new_directory_is_a_new_store_and_a_second_opening_finds_all() {
    let place = Place::new();
    let (store, report) = place.try_open().unwrap();
    assert_eq!((report.rebuilt, report.torn, report.lines), (None, None, 0));
    fill(store.as_ref());
    let before = answers(store.as_ref());
    drop(store);
    let (store, report) = place.try_open().unwrap();
    assert_eq!((report.rebuilt, report.lines), (None, 0));
    assert_eq!(answers(store.as_ref()), before);
}

#[test]
fn a_missing_database_is_rebuilt_from_the_journal() {
    let (place, answers) = filled();
    fs::remove_dir_all(place.path().join("store")).unwrap();
    assert_eq!(rebuilds(&place, &answers), Rebuilt::Missing);
}

/// Cuts the database's file to a third.
fn truncate(place: &Place) {
    let db = place.path().join("store/db");
    let length = fs::metadata(&db).unwrap().len();
    OpenOptions::new().write(true).open(&db).unwrap().set_len(length / 3).unwrap();
}

#[test]
fn a_truncated_database_loses_nothing() {
    let (place, expected) = filled();
    truncate(&place);
    let store = place.open();
    assert_eq!(answers(store.as_ref()), expected);
    assert_eq!(store.verify().unwrap().faults, [""; 0]);
}

#[test]
fn a_truncated_database_at_which_sled_panics_is_moved_aside_and_rebuilt() {
    let place = Place::new();
    let store = place.open();
    fill(store.as_ref());
    store.commit(&commit(vec![opened(100, &ann(), 50)])).unwrap();
    for n in 0..60 {
        store.commit(&commit(vec![said(100, &format!("{n} ").repeat(20_000), None)])).unwrap();
    }
    let answers = answers(store.as_ref());
    drop(store);
    drop(place.open());
    truncate(&place);
    assert!(matches!(rebuilds(&place, &answers), Rebuilt::Damaged(_)));
    assert!(place.path().join("store.damaged-1").is_dir());
}

#[test]
fn a_database_full_of_noise_is_rebuilt_and_a_second_one_gets_its_own_place() {
    let (place, answers) = filled();
    for n in 1..=2 {
        for entry in fs::read_dir(place.path().join("store")).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                fs::write(&path, vec![0x5a; 8192]).unwrap();
            }
        }
        assert!(matches!(rebuilds(&place, &answers), Rebuilt::Damaged(_)));
        assert!(place.path().join(format!("store.damaged-{n}")).is_dir());
    }
}

#[test]
fn flipped_bytes_anywhere_in_the_database_lose_nothing() {
    let (place, expected) = filled();
    let db = place.path().join("store/db");
    let whole = fs::read(&db).unwrap();
    let step = whole.len() / 7;
    for at in (0..whole.len()).step_by(step) {
        let mut bytes = fs::read(&db).unwrap();
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= 0x10;
        }
        fs::write(&db, bytes).unwrap();
        let store = place.open();
        // What opening did not notice, reading or verifying does; never is it a wrong answer.
        if store.verify().is_ok_and(|found| found.faults.is_empty()) {
            assert_eq!(answers(store.as_ref()), expected);
        }
        drop(store);
        fs::remove_dir_all(place.path().join("store")).unwrap();
        drop(place.open());
    }
}

#[test]
fn a_database_without_its_snapshot_or_with_half_of_one_loses_nothing() {
    let (place, expected) = filled();
    let snapshots = || {
        let entries = fs::read_dir(place.path().join("store")).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        paths.filter(|path| path.display().to_string().contains("/snap.")).collect::<Vec<_>>()
    };
    let found = snapshots();
    assert!(!found.is_empty());
    for path in &found {
        let length = fs::metadata(path).unwrap().len();
        OpenOptions::new().write(true).open(path).unwrap().set_len(length / 2).unwrap();
    }
    assert_eq!(answers(place.open().as_ref()), expected);
    for path in snapshots() {
        fs::remove_file(path).unwrap();
    }
    let store = place.open();
    assert_eq!(answers(store.as_ref()), expected);
    assert_eq!(store.verify().unwrap().faults, [""; 0]);
}

#[test]
fn the_database_of_another_installation_is_not_believed() {
    let (place, answers) = filled();
    let (other, _) = filled();
    fs::remove_dir_all(place.path().join("store")).unwrap();
    fs::rename(other.path().join("store"), place.path().join("store")).unwrap();
    assert!(matches!(rebuilds(&place, &answers), Rebuilt::Damaged(_)));
}

#[test]
fn a_torn_last_line_is_cut_off_and_told() {
    let (place, expected) = filled();
    let last = place.segments().pop().unwrap();
    append(&last, b"{\"seq\":8,\"prev\":\"00");
    let (store, report) = place.try_open().unwrap();
    assert_eq!((report.torn, &report.rebuilt), (Some(19), &None));
    assert!(report.to_string().contains("torn last line of the journal (19 bytes)"));
    assert_eq!(answers(store.as_ref()), expected);
    let moved = Event::CursorMoved { name: "a".to_owned(), value: "b".to_owned() };
    store.commit(&commit(vec![moved])).unwrap();
    drop(store);
    assert_eq!(place.try_open().unwrap().1.torn, None);
}

#[test]
fn a_last_line_torn_after_the_database_had_it_is_cut_off_there_too() {
    let (place, _) = filled();
    let last = place.segments().pop().unwrap();
    let length = fs::metadata(&last).unwrap().len();
    OpenOptions::new().write(true).open(&last).unwrap().set_len(length - 5).unwrap();
    let (store, report) = place.try_open().unwrap();
    assert!(report.torn.is_some() && matches!(report.rebuilt, Some(Rebuilt::Damaged(_))), "{report}");
    assert_eq!(store.cursor("imap:support").unwrap(), None);
    assert_eq!(store.verify().unwrap().faults, [""; 0]);
}

#[test]
fn a_flipped_byte_in_the_journal_stops_the_start_and_changes_nothing() {
    let (place, _) = filled();
    let first = place.segments().remove(0);
    let mut bytes = fs::read(&first).unwrap();
    bytes[700] ^= 1;
    fs::write(&first, &bytes).unwrap();
    fs::remove_dir_all(place.path().join("store")).unwrap();
    for _ in 0..2 {
        let Err(StoreError::Broken { file, line, what }) = place.try_open() else { panic!("it opened") };
        assert_eq!(file, first.display().to_string());
        let before = bytes[..700].iter().filter(|byte| **byte == b'\n').count() as u64;
        assert_eq!(line, before + 1);
        assert!(what.contains("Restore"), "{what}");
        assert_eq!(fs::read(&first).unwrap(), bytes);
    }
}

#[test]
fn missing_lines_at_the_end_stop_the_start() {
    let (place, _) = filled();
    fs::remove_file(place.segments().pop().unwrap()).unwrap();
    let Err(error @ StoreError::Broken { .. }) = place.try_open() else { panic!("it opened") };
    assert!(error.to_string().contains("the database has seen line"), "{error}");
}

#[test]
fn a_journal_of_a_newer_version_is_not_guessed_at() {
    let place = Place::new();
    drop(place.open());
    let mut line = Vec::new();
    let item = "{\"plain\":{\"event\":\"teleported\",\"to\":\"mars\"}}";
    Chain { ..Chain::START }.write(&[item], 0, Timestamp::UNIX_EPOCH, &mut line);
    fs::write(place.path().join("journal/000000000001.jsonl"), line).unwrap();
    let Err(error @ StoreError::Broken { line: 1, .. }) = place.try_open() else { panic!("it opened") };
    assert!(error.to_string().contains("teleported") && error.to_string().contains("newer pasokh"));
}

#[test]
fn rebuilding_tells_how_far_it_has_come() {
    let place = Place::new();
    let store = place.open();
    let long = "word ".repeat(100_000);
    store.commit(&commit(vec![opened(1, &ann(), 0)])).unwrap();
    for _ in 0..5 {
        store.commit(&commit(vec![said(1, &long, None)])).unwrap();
    }
    drop(store);
    let mut told = Vec::new();
    open(&place.path(), &mut |progress| told.push(progress)).unwrap();
    assert!(told.len() >= 2 && told.windows(2).all(|pair| pair[0].done < pair[1].done), "{told:?}");
}

#[test]
fn verify_counts_and_names_what_is_wrong() {
    let (place, _) = filled();
    let store = place.open();
    let found = store.verify().unwrap();
    assert_eq!(found.faults, [""; 0]);
    assert_eq!((found.messages, found.conversations, found.complaints), (2, 1, 1));
    assert_eq!((found.outbox, found.blobs), (2, 2));
    assert_eq!(found.journal_lines, place.journal_text().lines().count() as u64);

    let raw = store.undecided().unwrap().remove(0).raw;
    let (shard, rest) = raw.0.split_at(2);
    fs::remove_file(place.path().join("blobs").join(shard).join(rest)).unwrap();
    assert_eq!(store.verify().unwrap().faults, [format!("The blob {} is missing", raw.0)]);
    drop(store);

    let db = ::sled::open(place.path().join("store")).unwrap();
    let head = [b"H".as_slice(), &1u64.to_be_bytes()].concat();
    db.remove(&head).unwrap().expect("the conversation's head");
    db.insert(b"vextra", "x").unwrap();
    drop(db);
    let faults = place.open().verify().unwrap().faults;
    assert!(faults.contains(&"The database lacks what the journal says: conversation 1".to_owned()));
    assert!(faults.contains(&"The database holds what the journal does not say: a cursor".to_owned()));
}
