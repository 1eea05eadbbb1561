//! The looks: what pictures look like, a record a content ([`super::records`]) in the order in which they were looked at.
//!
//! The body of a record is the four words of signs, little-endian; its kind is 0 for signs, 1 too even, 2 not decoded.

pub(super) use super::records::Whole;
use super::records::{self, Record, Which, Writer};
use kphotos_domain::catalog::near::PictureHash;
use kphotos_domain::kernel::Checksum;
use std::io;
use std::path::Path;

const LOOKS: Which = Which {
    name: "looks",
    mark: *b"kplooks1",
};

/// What a content looks like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Look {
    /// The content.
    pub content: Checksum,
    /// What was seen.
    pub seen: Seen,
}

/// What was seen of a picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Seen {
    /// Its signs.
    Signs(PictureHash),
    /// It is too even to be told apart.
    Plain,
    /// It could not be decoded.
    Undecoded,
}

fn encode(look: &Look) -> Record {
    let (words, kind) = match look.seen {
        Seen::Signs(hash) => (hash.words(), 0u8),
        Seen::Plain => ([0; 4], 1),
        Seen::Undecoded => ([0; 4], 2),
    };
    let mut body = [0; 32];
    let parts = words.into_iter().flat_map(u64::to_le_bytes);
    body.iter_mut().zip(parts).for_each(|(byte, part)| *byte = part);
    let content = look.content;
    Record { content, body, kind }
}

fn decode(record: &Record) -> Option<Look> {
    let (parts, _) = record.body.as_chunks::<8>();
    let mut words = [0; 4];
    for (word, part) in words.iter_mut().zip(parts) {
        *word = u64::from_le_bytes(*part);
    }
    let seen = match record.kind {
        0 => Seen::Signs(PictureHash::from_words(words)),
        1 => Seen::Plain,
        2 => Seen::Undecoded,
        _ => return None,
    };
    let content = record.content;
    Some(Look { content, seen })
}

/// Hands out all looks with their places; `None` if there is no file of them.
pub(super) fn read(dir: &Path, each: &mut dyn FnMut(u32, Look)) -> io::Result<Option<Whole>> {
    records::read(LOOKS, dir, &mut |place, record| {
        decode(&record).map(|look| each(place, look))
    })
}

/// Looks at places.
pub(super) struct Reader(records::Reader);

impl Reader {
    pub(super) fn open(dir: &Path) -> io::Result<Option<Self>> {
        Ok(records::Reader::open(LOOKS, dir)?.map(Self))
    }

    pub(super) const fn id(&self) -> [u8; 8] {
        self.0.id()
    }

    /// The look at this place; `None` if there is none.
    pub(super) fn at(&self, place: u32) -> io::Result<Option<Look>> {
        Ok(self.0.at(place)?.as_ref().and_then(decode))
    }
}

/// The file, to add to.
pub(super) struct Looks(Writer);

impl Looks {
    pub(super) fn open(dir: &Path) -> io::Result<Self> {
        Writer::open(LOOKS, dir, |record| decode(record).is_some()).map(Self)
    }

    pub(super) fn add(&mut self, looks: &[Look]) -> io::Result<()> {
        self.0.add(looks.iter().map(encode))
    }
}
