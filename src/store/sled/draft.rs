//! The next state before it is true: changes laid over what the database has.
//!
//! Folding a journal line asks for what earlier lines of the same batch have
//! written; a draft answers from its changes first and from the database
//! otherwise.
//!
//! Invariant: the database is not touched until the changes are applied.

use std::ops::Bound;

use crate::store::StoreError;
use crate::store::sled::layout::Key;
use crate::store::sled::{Changes, View};

pub struct Draft<'a> {
    base: &'a dyn View,
    changes: Changes,
}

impl<'a> Draft<'a> {
    pub fn new(base: &'a dyn View) -> Draft<'a> {
        Draft { base, changes: Changes::new() }
    }

    pub fn put(&mut self, key: Key, value: impl Into<Vec<u8>>) {
        self.changes.insert(key.0, Some(value.into()));
    }

    pub fn delete(&mut self, key: Key) {
        self.changes.insert(key.0, None);
    }

    pub fn into_changes(self) -> Changes {
        self.changes
    }
}

impl View for Draft<'_> {
    fn get(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError> {
        match self.changes.get(&key.0) {
            Some(value) => Ok(value.clone()),
            None => self.base.get(key),
        }
    }

    fn scan(
        &self,
        from: &Key,
        to: &[u8],
        visit: &mut dyn FnMut(&[u8], &[u8]) -> bool,
    ) -> Result<(), StoreError> {
        if from.0.as_slice() >= to {
            return Ok(());
        }
        let bounds = (Bound::Included(from.0.as_slice()), Bound::Excluded(to));
        let mut changed = self.changes.range::<[u8], _>(bounds).peekable();
        let mut go_on = true;
        self.base.scan(from, to, &mut |key, value| {
            while let Some((earlier, new)) = changed.next_if(|(other, _)| other.as_slice() < key) {
                go_on = new.as_ref().is_none_or(|new| visit(earlier, new));
                if !go_on {
                    return false;
                }
            }
            go_on = match changed.next_if(|(other, _)| other.as_slice() == key) {
                Some((_, None)) => true,
                Some((_, Some(new))) => visit(key, new),
                None => visit(key, value),
            };
            go_on
        })?;
        for (key, new) in changed {
            go_on = go_on && new.as_ref().is_none_or(|new| visit(key, new));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    impl View for BTreeMap<Vec<u8>, Vec<u8>> {
        fn get(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError> {
            Ok(BTreeMap::get(self, &key.0).cloned())
        }

        fn scan(
            &self,
            from: &Key,
            to: &[u8],
            visit: &mut dyn FnMut(&[u8], &[u8]) -> bool,
        ) -> Result<(), StoreError> {
            for (key, value) in self.iter().filter(|(key, _)| **key >= from.0 && key.as_slice() < to) {
                if !visit(key, value) {
                    break;
                }
            }
            Ok(())
        }
    }

    proptest! {
        #[test]
        fn a_draft_shows_what_the_changed_map_would_show(
            base in proptest::collection::btree_map(0u8..20, 0u8..5, 0..12),
            changes in proptest::collection::vec((0u8..20, proptest::option::of(0u8..5)), 0..12),
            from in 0u8..20, to in 0u8..20, limit in 1usize..10,
        ) {
            let base: BTreeMap<Vec<u8>, Vec<u8>> =
                base.into_iter().map(|(key, value)| (vec![key], vec![value])).collect();
            let mut changed = base.clone();
            let mut draft = Draft::new(&base);
            for (key, value) in changes {
                match value {
                    Some(value) => {
                        draft.put(Key(vec![key]), vec![value]);
                        changed.insert(vec![key], vec![value]);
                    }
                    None => {
                        draft.delete(Key(vec![key]));
                        changed.remove(&vec![key]);
                    }
                }
            }
            let shown = |view: &dyn View| {
                let mut shown = Vec::new();
                view.scan(&Key(vec![from]), &[to], &mut |key, value| {
                    shown.push((key.to_vec(), value.to_vec()));
                    shown.len() < limit
                }).unwrap();
                shown
            };
            prop_assert_eq!(shown(&draft), shown(&changed));
            for key in 0..20 {
                prop_assert_eq!(draft.get(&Key(vec![key])).unwrap(), View::get(&changed, &Key(vec![key])).unwrap());
            }
        }
    }
}
