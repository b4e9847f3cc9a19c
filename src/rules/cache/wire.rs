//! What was learnt as bytes, and back.
//!
//! Numbers stand in little-endian order, lists after their length.
//!
//! Invariant: reading what was written gives the same value to the last bit;
//! reading anything else gives nothing, and takes no more memory than it has bytes.

use crate::domain::classify::Memory;
use crate::domain::learn::{Plain, Teaches};

pub fn write(memory: &Memory) -> Vec<u8> {
    let mut bytes = Vec::new();
    memory.put(&mut bytes);
    bytes
}

pub fn read(mut bytes: &[u8]) -> Option<Memory> {
    let memory = Memory::take(&mut bytes)?;
    bytes.is_empty().then_some(memory)
}

trait Part: Sized {
    fn put(&self, bytes: &mut Vec<u8>);
    fn take(bytes: &mut &[u8]) -> Option<Self>;
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Part for $number {
            fn put(&self, bytes: &mut Vec<u8>) {
                bytes.extend(self.to_le_bytes());
            }

            fn take(bytes: &mut &[u8]) -> Option<Self> {
                let (number, rest) = bytes.split_first_chunk()?;
                *bytes = rest;
                Some(<$number>::from_le_bytes(*number))
            }
        }
    )*};
}

numbers!(u8, u16, u32, u64, f32, f64);

impl Part for bool {
    fn put(&self, bytes: &mut Vec<u8>) {
        u8::from(*self).put(bytes);
    }

    fn take(bytes: &mut &[u8]) -> Option<bool> {
        Some(u8::take(bytes)? != 0)
    }
}

impl<P: Part> Part for Vec<P> {
    fn put(&self, bytes: &mut Vec<u8>) {
        (self.len() as u64).put(bytes);
        self.iter().for_each(|part| part.put(bytes));
    }

    fn take(bytes: &mut &[u8]) -> Option<Vec<P>> {
        let length = usize::try_from(u64::take(bytes)?).ok()?;
        // Every part takes a byte at least.
        let mut parts = Vec::with_capacity(length.min(bytes.len() / size_of::<P>().max(1)));
        for _ in 0..length {
            parts.push(P::take(bytes)?);
        }
        Some(parts)
    }
}

impl Part for String {
    fn put(&self, bytes: &mut Vec<u8>) {
        (self.len() as u64).put(bytes);
        bytes.extend(self.as_bytes());
    }

    fn take(bytes: &mut &[u8]) -> Option<String> {
        let length = usize::try_from(u64::take(bytes)?).ok()?;
        let (text, rest) = bytes.split_at_checked(length)?;
        *bytes = rest;
        String::from_utf8(text.to_vec()).ok()
    }
}

impl<A: Part, B: Part> Part for (A, B) {
    fn put(&self, bytes: &mut Vec<u8>) {
        self.0.put(bytes);
        self.1.put(bytes);
    }

    fn take(bytes: &mut &[u8]) -> Option<(A, B)> {
        Some((A::take(bytes)?, B::take(bytes)?))
    }
}

impl Part for Teaches {
    fn put(&self, bytes: &mut Vec<u8>) {
        let (sort, label) = match self {
            Teaches::Is(label) => (0_u8, *label),
            Teaches::IsNot(label) => (1, *label),
            Teaches::Nothing => (2, 0),
            Teaches::Complains => (3, 0),
            Teaches::Contented => (4, 0),
        };
        (sort, label as u64).put(bytes);
    }

    fn take(bytes: &mut &[u8]) -> Option<Teaches> {
        let (sort, label) = <(u8, u64)>::take(bytes)?;
        let label = usize::try_from(label).ok()?;
        match sort {
            0 => Some(Teaches::Is(label)),
            1 => Some(Teaches::IsNot(label)),
            2 => Some(Teaches::Nothing),
            3 => Some(Teaches::Complains),
            4 => Some(Teaches::Contented),
            _ => None,
        }
    }
}

/// A struct is its fields, one after the other.
macro_rules! fields {
    ($of:ident: $($field:ident),*) => {
        impl Part for $of {
            fn put(&self, bytes: &mut Vec<u8>) {
                let $of { $($field),* } = self;
                $($field.put(bytes);)*
            }

            fn take(bytes: &mut &[u8]) -> Option<$of> {
                Some($of { $($field: Part::take(bytes)?),* })
            }
        }
    };
}

fields!(Memory: model, spelling, lessons, told, is_examined);
fields!(
    Plain: hashes, groups, rarity, common, starts, cells, biases, units, against, examples, holder_starts, holders,
    complaints, answers, complains, faith
);
