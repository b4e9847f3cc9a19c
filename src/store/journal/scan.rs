//! Reading the journal from its first line, with every check.
//!
//! Each line is checked against its own sum and the line before and handed
//! over. A torn end (power or process gone in the middle of an append) is
//! reported so that the caller can cut it off; any other fault stops the scan.
//!
//! Invariant: a line that is handed over is whole and in its place.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::store::StoreError;
use crate::store::files::failed;
use crate::store::journal::line::Chain;
use crate::store::journal::segments;

/// One checked line.
#[derive(Debug)]
pub struct Line<'a> {
    pub chain: Chain,
    pub text: &'a [u8],
    pub file: &'a str,
    /// From 1, within the file.
    pub number: u64,
}

impl Line<'_> {
    pub fn broken(&self, what: impl Into<String>) -> StoreError {
        StoreError::Broken { file: self.file.to_owned(), line: self.number, what: what.into() }
    }
}

/// The end of a line that never became whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Torn {
    pub path: PathBuf,
    /// Up to here the segment is whole.
    pub whole: u64,
    /// Bytes after that.
    pub bytes: u64,
}

impl Torn {
    /// Cuts it off for good.
    pub fn cut(&self) -> Result<(), StoreError> {
        let file = OpenOptions::new().write(true).open(&self.path).map_err(failed("open", &self.path))?;
        file.set_len(self.whole).and_then(|()| file.sync_all()).map_err(failed("cut", &self.path))
    }
}

/// A place between two lines, from which a later scan can go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub chain: Chain,
    segment: Option<PathBuf>,
    /// Bytes and lines of the segment that lie before it.
    offset: u64,
    lines: u64,
}

impl Place {
    pub const START: Place = Place { chain: Chain::START, segment: None, offset: 0, lines: 0 };
}

#[derive(Debug)]
pub struct Scanned {
    pub end: Place,
    pub torn: Option<Torn>,
}

/// Takes checked lines and hears how far the reading has come, in bytes of all bytes.
pub trait Reader {
    fn line(&mut self, line: &Line<'_>) -> Result<(), StoreError>;
    fn progress(&mut self, done: u64, total: u64);
}

/// Reads the lines after `from` up to the number `until`, or to the end.
pub fn scan(
    dir: &Path,
    from: &Place,
    until: Option<u64>,
    reader: &mut dyn Reader,
) -> Result<Scanned, StoreError> {
    let mut paths = segments(dir)?;
    paths.retain(|path| from.segment.as_ref().is_none_or(|segment| path >= segment));
    let sizes = paths.iter().map(|path| std::fs::metadata(path).map_or(0, |metadata| metadata.len()));
    let total = sizes.sum();
    let mut scan = Scan { place: from.clone(), until, done: from.offset, total, reader };
    for (index, path) in paths.iter().enumerate() {
        if scan.finished() {
            break;
        }
        let last = index + 1 == paths.len();
        if let Some(torn) = scan.segment(path, last)? {
            return Ok(Scanned { end: scan.place, torn: Some(torn) });
        }
    }
    Ok(Scanned { end: scan.place, torn: None })
}

struct Scan<'a> {
    place: Place,
    until: Option<u64>,
    done: u64,
    total: u64,
    reader: &'a mut dyn Reader,
}

impl Scan<'_> {
    fn finished(&self) -> bool {
        self.until.is_some_and(|until| self.place.chain.seq >= until)
    }

    fn segment(&mut self, path: &Path, last: bool) -> Result<Option<Torn>, StoreError> {
        if self.place.segment.as_deref() != Some(path) {
            self.place =
                Place { chain: self.place.chain, segment: Some(path.to_owned()), offset: 0, lines: 0 };
        }
        let name = path.display().to_string();
        let mut file = File::open(path).map_err(failed("open", path))?;
        file.seek(SeekFrom::Start(self.place.offset)).map_err(failed("read", path))?;
        let mut input = BufReader::with_capacity(1 << 18, file);
        let mut text = Vec::new();
        while !self.finished() {
            text.clear();
            let bytes = input.read_until(b'\n', &mut text).map_err(failed("read", path))? as u64;
            if bytes == 0 {
                break;
            }
            let at_end = last && input.fill_buf().map_err(failed("read", path))?.is_empty();
            let ended = text.pop_if(|byte| *byte == b'\n').is_some();
            // Without its newline nobody was told that the line is durable. A block of zeros at
            // the end is what some file systems leave of an append when the power goes.
            if at_end && (!ended || text.contains(&0)) {
                return Ok(Some(Torn { path: path.to_owned(), whole: self.place.offset, bytes }));
            }
            self.line(&name, self.place.lines + 1, &text)?;
            self.place.offset += bytes;
            self.place.lines += 1;
            self.done += bytes;
            self.reader.progress(self.done, self.total);
        }
        Ok(None)
    }

    fn line(&mut self, file: &str, number: u64, text: &[u8]) -> Result<(), StoreError> {
        let checked = self.place.chain.check(text);
        let line = Line { chain: self.place.chain, text, file, number };
        match checked {
            Ok(()) => self.reader.line(&line),
            Err(fault) => Err(line.broken(format!(
                "{fault}. Nothing has been changed. Restore the directory of this file from a backup; if \
                 there is none, move this line and all after it, with all later files, elsewhere: what \
                 they record is then lost, and pasokh starts with what comes before"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use jiff::Timestamp;

    use super::*;
    use crate::store::journal::Journal;

    #[derive(Default)]
    struct Count {
        lines: u64,
        progress: (u64, u64),
    }

    impl Reader for Count {
        fn line(&mut self, _: &Line<'_>) -> Result<(), StoreError> {
            self.lines += 1;
            Ok(())
        }
        fn progress(&mut self, done: u64, total: u64) {
            self.progress = (done, total);
        }
    }

    /// Five lines in segments of two.
    fn journal(dir: &Path) -> Vec<PathBuf> {
        let mut journal = Journal::open(dir, 300).unwrap();
        let mut chain = Chain::START;
        for seq in 1..=5 {
            let mut text = Vec::new();
            chain.write(&[], 0, Timestamp::UNIX_EPOCH, &mut text);
            journal.append(seq, &text).unwrap();
        }
        segments(dir).unwrap()
    }

    #[test]
    fn a_whole_journal_is_read_to_its_end_or_as_far_as_asked() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(journal(dir.path()).len(), 3);
        let mut count = Count::default();
        let scanned = scan(dir.path(), &Place::START, None, &mut count).unwrap();
        assert_eq!((scanned.end.chain.seq, &scanned.torn, count.lines), (5, &None, 5));
        assert_eq!(count.progress.0, count.progress.1);
        let third = scan(dir.path(), &Place::START, Some(3), &mut Count::default()).unwrap().end;
        assert_eq!(third.chain.seq, 3);
        let mut rest = Count::default();
        assert_eq!(scan(dir.path(), &third, None, &mut rest).unwrap().end, scanned.end);
        assert_eq!(rest.lines, 2);
    }

    #[test]
    fn a_torn_end_is_reported_and_can_be_cut_off() {
        let dir = tempfile::tempdir().unwrap();
        let last = journal(dir.path()).pop().unwrap();
        let whole = fs::read(&last).unwrap();
        let torn_ends = [&b"{\"seq\":6,\"pre"[..], b"\0\0\0\0", b"\0\0\0\n", b"x"];
        for end in torn_ends {
            fs::write(&last, [&whole, end].concat()).unwrap();
            let torn = scan(dir.path(), &Place::START, None, &mut Count::default()).unwrap().torn.unwrap();
            assert_eq!((torn.whole, torn.bytes), (whole.len() as u64, end.len() as u64));
            torn.cut().unwrap();
            assert_eq!(fs::read(&last).unwrap(), whole);
        }
    }

    #[test]
    fn a_fault_elsewhere_is_named_with_its_file_and_line() {
        let dir = tempfile::tempdir().unwrap();
        let paths = journal(dir.path());
        let second = &paths[1];
        let mut bytes = fs::read(second).unwrap();
        let at = bytes.len() - 100;
        bytes[at] ^= 4;
        fs::write(second, &bytes).unwrap();
        let error = scan(dir.path(), &Place::START, None, &mut Count::default()).unwrap_err();
        let StoreError::Broken { file, line, what } = error else { panic!("{error}") };
        assert_eq!((file, line), (second.display().to_string(), 2));
        assert!(what.contains("sum does not match") && what.contains("backup"), "{what}");
    }

    #[test]
    fn a_missing_segment_and_a_cut_one_in_the_middle_are_faults() {
        let dir = tempfile::tempdir().unwrap();
        let paths = journal(dir.path());
        let first = fs::read(&paths[0]).unwrap();
        fs::write(&paths[0], &first[..first.len() - 3]).unwrap();
        assert!(matches!(
            scan(dir.path(), &Place::START, None, &mut Count::default()),
            Err(StoreError::Broken { line: 2, .. })
        ));
        fs::remove_file(&paths[0]).unwrap();
        let error = scan(dir.path(), &Place::START, None, &mut Count::default()).unwrap_err();
        assert!(error.to_string().contains("line 3 stands where line 1"), "{error}");
    }
}
