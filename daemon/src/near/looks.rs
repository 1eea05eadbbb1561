//! The looks: what pictures look like, a record a content ([`super::records`]) in the order in which they were looked at.
//!
//! The body of a record is the four words of signs of the whole picture, then those of what is left of it trimmed in each way,
//! little-endian; its kind is 0 for signs, 1 too even, 2 not decoded. Version 1 knew the whole only: such a file is made anew.

pub(super) use super::records::Whole;
use super::records::{self, Record, Which, Writer};
use kphotos_domain::catalog::near::{PictureHash, TRIMS, TrimmedPicture, Trims};
use kphotos_domain::kernel::Checksum;
use std::io;
use std::path::Path;

/// Bytes of a picture's signs, whole and trimmed.
const SIGNS: usize = 32 * (1 + TRIMS);

const LOOKS: Which<SIGNS> = Which {
    name: "looks",
    mark: *b"kplooks2",
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
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all are signs, and a few are held at a time"
)]
pub enum Seen {
    /// Its signs: of the whole, and of what is left of it trimmed in each way.
    Signs(PictureHash, Trims),
    /// It is too even to be told apart.
    Plain,
    /// It could not be decoded.
    Undecoded,
}

fn encode(look: &Look) -> Record<SIGNS> {
    let mut body = [0; SIGNS];
    let kind = match look.seen {
        Seen::Signs(whole, trims) => {
            let words = [whole].into_iter().chain(trims).flat_map(|hash| hash.words());
            let parts = words.flat_map(u64::to_le_bytes);
            body.iter_mut().zip(parts).for_each(|(byte, part)| *byte = part);
            0u8
        }
        Seen::Plain => 1,
        Seen::Undecoded => 2,
    };
    let content = look.content;
    Record { content, body, kind }
}

fn decode(record: &Record<SIGNS>) -> Option<Look> {
    let seen = match record.kind {
        0 => {
            let (parts, _) = record.body.as_chunks::<8>();
            let (words, _) = parts.as_chunks::<4>();
            let mut hashes = words
                .iter()
                .map(|words| PictureHash::from_words(words.map(u64::from_le_bytes)));
            let whole = hashes.next()?;
            let mut trims = [whole; TRIMS];
            trims.iter_mut().zip(hashes).for_each(|(trim, hash)| *trim = hash);
            Seen::Signs(whole, trims)
        }
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
pub(super) struct Reader(records::Reader<SIGNS>);

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

    /// The pictures that were seen at this place and the next ones, so many in all.
    pub(super) fn pictures(&self, from: u32, count: u32) -> io::Result<Vec<TrimmedPicture>> {
        let records = self.0.from(from, count)?;
        let picture = |(record, place): (&Record<SIGNS>, u32)| match decode(record)?.seen {
            Seen::Signs(whole, trims) => Some(TrimmedPicture { whole, trims, place }),
            Seen::Plain | Seen::Undecoded => None,
        };
        Ok(records.iter().zip(from..).filter_map(picture).collect())
    }
}

/// The file, to add to.
pub(super) struct Looks(Writer<SIGNS>);

impl Looks {
    pub(super) fn open(dir: &Path) -> io::Result<Self> {
        Writer::open(LOOKS, dir, |record| decode(record).is_some()).map(Self)
    }

    pub(super) fn add(&mut self, looks: &[Look]) -> io::Result<()> {
        self.0.add(looks.iter().map(encode))
    }
}
