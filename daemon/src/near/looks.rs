//! The looks: a head, then one record a content, in the order in which they were looked at. Numbers are little-endian.
//!
//! | bytes | of the head | | bytes | of a record |
//! |---|---|---|---|---|
//! | 8 | `kplooks1` | | 32 | BLAKE3 of the content |
//! | 8 | a number of its own | | 32 | the four words of signs; zero if there are none |
//! | | | | 1 | 0 signs, 1 too even, 2 not decoded |
//! | | | | 7 | first of the BLAKE3 of all before |
//!
//! A record that is not whole, or altered, ends the file: it and what follows are cut off by who writes next, and
//! looked at again. The number tells a file that was made anew from the one that pairs were found in.

use kphotos_domain::catalog::near::PictureHash;
use kphotos_domain::kernel::Checksum;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufReader, Read, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::Path;

const NAME: &str = "looks";
const KIND: [u8; 8] = *b"kplooks1";
const HEAD: u64 = 16;
const RECORD: usize = 72;

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

/// Which file it is, and how many records it has.
pub(super) struct Whole {
    pub(super) id: [u8; 8],
    pub(super) count: u32,
}

fn encode(look: &Look) -> [u8; RECORD] {
    let (words, kind) = match look.seen {
        Seen::Signs(hash) => (hash.words(), 0u8),
        Seen::Plain => ([0; 4], 1),
        Seen::Undecoded => ([0; 4], 2),
    };
    let mut bytes = [0; RECORD];
    let parts = look.content.bytes().iter().copied();
    let parts = parts
        .chain(words.into_iter().flat_map(u64::to_le_bytes))
        .chain([kind]);
    for (byte, part) in bytes.iter_mut().zip(parts) {
        *byte = part;
    }
    let check = check(&bytes);
    for (byte, part) in bytes.iter_mut().skip(65).zip(check) {
        *byte = part;
    }
    bytes
}

fn decode(bytes: &[u8; RECORD]) -> Option<Look> {
    let (content, rest) = bytes.split_first_chunk::<32>()?;
    let (words, rest) = rest.split_first_chunk::<32>()?;
    let (kind, sum) = rest.split_first()?;
    (*sum == check(bytes)).then_some(())?;
    let (parts, _) = words.as_chunks::<8>();
    let mut words = [0; 4];
    for (word, part) in words.iter_mut().zip(parts) {
        *word = u64::from_le_bytes(*part);
    }
    let seen = match kind {
        0 => Seen::Signs(PictureHash::from_words(words)),
        1 => Seen::Plain,
        2 => Seen::Undecoded,
        _ => return None,
    };
    Some(Look {
        content: Checksum::new(*content),
        seen,
    })
}

fn check(bytes: &[u8; RECORD]) -> [u8; 7] {
    let mut sum = [0; 7];
    let hash = blake3::hash(bytes.get(..65).unwrap_or_default());
    for (byte, part) in sum.iter_mut().zip(hash.as_bytes()) {
        *byte = *part;
    }
    sum
}

/// The number of a file that is one; `None` otherwise.
fn head(file: &mut impl Read) -> io::Result<Option<[u8; 8]>> {
    let mut bytes = [0; 16];
    match file.read_exact(&mut bytes) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let (kind, id) = (bytes.first_chunk(), bytes.last_chunk());
    Ok(id.copied().filter(|_| kind == Some(&KIND)))
}

fn open(dir: &Path) -> io::Result<Option<File>> {
    match File::open(dir.join(NAME)) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Hands out all looks with their places; `None` if there is no file of them.
pub(super) fn read(dir: &Path, each: &mut dyn FnMut(u32, Look)) -> io::Result<Option<Whole>> {
    let Some(file) = open(dir)? else { return Ok(None) };
    let mut file = BufReader::with_capacity(1 << 18, file);
    let Some(id) = head(&mut file)? else {
        return Ok(None);
    };
    let mut bytes = [0; RECORD];
    let mut count = 0;
    loop {
        match file.read_exact(&mut bytes) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
            Err(error) => return Err(error),
        }
        let Some(look) = decode(&bytes) else { break };
        each(count, look);
        count += 1;
    }
    Ok(Some(Whole { id, count }))
}

/// Looks at places.
pub(super) struct Reader {
    file: File,
    id: [u8; 8],
}

impl Reader {
    pub(super) fn open(dir: &Path) -> io::Result<Option<Self>> {
        let Some(mut file) = open(dir)? else {
            return Ok(None);
        };
        Ok(head(&mut file)?.map(|id| Self { file, id }))
    }

    pub(super) const fn id(&self) -> [u8; 8] {
        self.id
    }

    /// The look at this place; `None` if there is none.
    pub(super) fn at(&self, place: u32) -> io::Result<Option<Look>> {
        let mut bytes = [0; RECORD];
        match self.file.read_exact_at(&mut bytes, offset(place)) {
            Ok(()) => Ok(decode(&bytes)),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn offset(place: u32) -> u64 {
    HEAD + u64::from(place) * RECORD as u64
}

/// The file, to add to.
pub struct Looks {
    file: File,
}

impl Looks {
    pub(super) fn open(dir: &Path) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        let whole = read(dir, &mut |_, _| ())?;
        let mut options = OpenOptions::new();
        let mut file = options
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(dir.join(NAME))?;
        match whole {
            Some(whole) => file.set_len(offset(whole.count))?,
            None => {
                let mut id = [0; 8];
                getrandom::fill(&mut id).map_err(io::Error::other)?;
                file.set_len(0)?;
                file.write_all(&[KIND, id].concat())?;
            }
        }
        file.seek(SeekFrom::End(0))?;
        Ok(Self { file })
    }

    pub(super) fn add(&mut self, looks: &[Look]) -> io::Result<()> {
        let bytes: Vec<u8> = looks.iter().flat_map(encode).collect();
        self.file.write_all(&bytes)
    }
}
