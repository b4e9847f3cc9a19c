//! One line of the journal: how it is built and how it is checked.
//!
//! `{"seq":7,"prev":"…","at":"…","fresh":12,"events":[…],"sum":"…"}`: `prev` is
//! the SHA-256 of the whole line before (zeros before the first), `sum` that of
//! this line up to itself, `fresh` the highest number given out so far.
//!
//! Invariant: every byte of a line is covered by its own sum and by the next
//! line's `prev`.

use jiff::Timestamp;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::store::names::{hex, unhex};
use crate::store::seal::Item;
use crate::store::wire;

/// `,"sum":"` and 64 digits and `"}`.
const SUFFIX: usize = 8 + 64 + 2;

/// Where the chain stands: the number and the hash of its last line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// 0: no line yet.
    pub seq: u64,
    pub hash: [u8; 32],
}

impl Chain {
    pub const START: Chain = Chain { seq: 0, hash: [0; 32] };

    /// Appends the next line, newline included, to `text` and moves on.
    pub fn write(&mut self, items: &[&str], fresh: u64, at: Timestamp, text: &mut Vec<u8>) {
        self.seq += 1;
        let body = format!(
            "{{\"seq\":{},\"prev\":\"{}\",\"at\":\"{at}\",\"fresh\":{fresh},\"events\":[{}]",
            self.seq,
            hex(&self.hash),
            items.join(",")
        );
        let suffix = suffix(&Sha256::digest(&body));
        self.hash = Sha256::new().chain_update(&body).chain_update(&suffix).finalize().into();
        text.extend_from_slice(body.as_bytes());
        text.extend_from_slice(suffix.as_bytes());
        text.push(b'\n');
    }

    /// Checks that this line (without its newline) is whole and comes next, and moves on.
    pub fn check(&mut self, line: &[u8]) -> Result<(), String> {
        let split = line.len().checked_sub(SUFFIX).and_then(|at| line.split_at_checked(at));
        let (body, end) = split.ok_or("this is no line of a journal")?;
        let mut hash = Sha256::new_with_prefix(body);
        if suffix(&hash.clone().finalize()).as_bytes() != end {
            return Err("the line is damaged: its sum does not match".to_owned());
        }
        let (seq, prev) = head(body).ok_or("this is no line of a journal")?;
        if seq != self.seq + 1 {
            return Err(format!("line {seq} stands where line {} should", self.seq + 1));
        }
        if prev != self.hash {
            return Err("the line does not follow from the line before it".to_owned());
        }
        hash.update(end);
        *self = Chain { seq, hash: hash.finalize().into() };
        Ok(())
    }
}

fn suffix(sum: &[u8]) -> String {
    format!(",\"sum\":\"{}\"}}", hex(sum))
}

/// The number and the hash with which a line begins.
fn head(body: &[u8]) -> Option<(u64, [u8; 32])> {
    let rest = body.strip_prefix(b"{\"seq\":")?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (number, rest) = rest.split_at_checked(digits)?;
    let prev = rest.strip_prefix(b",\"prev\":\"")?.first_chunk::<64>()?;
    let seq = std::str::from_utf8(number).ok()?.parse().ok()?;
    Some((seq, unhex(std::str::from_utf8(prev).ok()?)?))
}

/// The content of a line that has been checked.
#[derive(Debug, Deserialize)]
pub struct Content {
    pub fresh: u64,
    pub events: Vec<Item>,
}

pub fn content(line: &[u8]) -> Result<Content, String> {
    serde_json::from_slice(line).map_err(|error| wire::explain(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three_lines() -> Vec<Vec<u8>> {
        let mut text = Vec::new();
        let mut chain = Chain::START;
        for value in 1..=3 {
            let item =
                format!("{{\"plain\":{{\"event\":\"cursor_moved\",\"name\":\"x\",\"value\":\"{value}\"}}}}");
            chain.write(&[&item], value, Timestamp::UNIX_EPOCH, &mut text);
        }
        text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect()
    }

    #[test]
    fn lines_follow_from_each_other_and_can_be_read() {
        let mut chain = Chain::START;
        for line in three_lines() {
            chain.check(&line).unwrap();
            let content = content(&line).unwrap();
            assert_eq!((content.fresh, content.events.len()), (chain.seq, 1));
        }
        assert_eq!(chain.seq, 3);
    }

    #[test]
    fn any_flipped_byte_of_any_line_is_found_in_that_line() {
        let line = three_lines().remove(0);
        for at in 0..line.len() {
            let mut flipped = line.clone();
            flipped[at] ^= 1;
            let mut start = Chain::START;
            assert!(start.check(&flipped).is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_missing_or_repeated_line_breaks_the_chain() {
        let lines = three_lines();
        let mut chain = Chain::START;
        assert!(chain.check(&lines[1]).unwrap_err().contains("line 2 stands where line 1"));
        chain.check(&lines[0]).unwrap();
        assert!(chain.check(&lines[0]).is_err());
        assert_eq!(chain.seq, 1);
    }
}
