//! Files of records by content, to which is only added: `looks` and `images`. A head, then one record a content, in the
//! order in which they came. Numbers are little-endian.
//!
//! | bytes | of the head | | bytes | of a record |
//! |---|---|---|---|---|
//! | 8 | which file it is, and its version | | 32 | BLAKE3 of the content |
//! | 8 | a number of its own | | as many as the file says | what is known of it; zero if nothing |
//! | | | | 1 | what kind of knowledge that is |
//! | | | | 7 | first of the BLAKE3 of all before |
//!
//! A record that is not whole, or altered, ends the file: it and what follows are cut off by who writes next, and found
//! out again. A file of another version is none, and is made anew. The number tells a file that was made anew from the one that others refer to.

use kphotos_domain::kernel::Checksum;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, BufReader, Read, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::Path;

const HEAD: u64 = 16;
/// The bytes of a record beside what is known.
const BESIDE: usize = 40;

/// One of the files, of which a record says so many bytes of a content.
#[derive(Clone, Copy)]
pub(super) struct Which<const BODY: usize> {
    /// Its name in the folder.
    pub(super) name: &'static str,
    /// What it begins with.
    pub(super) mark: [u8; 8],
}

/// What is known of a content.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Record<const BODY: usize> {
    pub(super) content: Checksum,
    pub(super) body: [u8; BODY],
    pub(super) kind: u8,
}

/// Which file it is, and how many records it has.
pub(super) struct Whole {
    pub(super) id: [u8; 8],
    pub(super) count: u32,
}

impl<const BODY: usize> Record<BODY> {
    const BYTES: usize = BODY + BESIDE;

    fn encode(&self, bytes: &mut Vec<u8>) {
        let begins = bytes.len();
        bytes.extend(self.content.bytes());
        bytes.extend(self.body);
        bytes.push(self.kind);
        let check = check(bytes.get(begins..).unwrap_or_default());
        bytes.extend(check);
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (whole, sum) = bytes.split_last_chunk::<7>()?;
        let (content, rest) = whole.split_first_chunk::<32>()?;
        let (body, rest) = rest.split_first_chunk::<BODY>()?;
        let [kind] = rest else {
            return None;
        };
        (*sum == check(whole)).then_some(Self {
            content: Checksum::new(*content),
            body: *body,
            kind: *kind,
        })
    }
}

fn check(bytes: &[u8]) -> [u8; 7] {
    let [a, b, c, d, e, f, g, ..] = *blake3::hash(bytes).as_bytes();
    [a, b, c, d, e, f, g]
}

/// The number of a file that is one; `None` otherwise.
fn head<const BODY: usize>(which: Which<BODY>, file: &mut impl Read) -> io::Result<Option<[u8; 8]>> {
    let mut bytes = [0; 16];
    match file.read_exact(&mut bytes) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let (kind, id) = (bytes.first_chunk(), bytes.last_chunk());
    Ok(id.copied().filter(|_| kind == Some(&which.mark)))
}

fn open<const BODY: usize>(which: Which<BODY>, dir: &Path) -> io::Result<Option<File>> {
    match File::open(dir.join(which.name)) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Hands out all records with their places, until one is none for `each`; `None` if there is no file of them.
pub(super) fn read<const BODY: usize>(
    which: Which<BODY>,
    dir: &Path,
    each: &mut dyn FnMut(u32, Record<BODY>) -> Option<()>,
) -> io::Result<Option<Whole>> {
    let Some(file) = open(which, dir)? else {
        return Ok(None);
    };
    let mut file = BufReader::with_capacity(1 << 18, file);
    let Some(id) = head(which, &mut file)? else {
        return Ok(None);
    };
    let mut bytes = vec![0; Record::<BODY>::BYTES];
    let mut count = 0;
    loop {
        match file.read_exact(&mut bytes) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
            Err(error) => return Err(error),
        }
        let record = Record::decode(&bytes);
        if record.and_then(|record| each(count, record)).is_none() {
            break;
        }
        count += 1;
    }
    Ok(Some(Whole { id, count }))
}

/// Records at places.
pub(super) struct Reader<const BODY: usize> {
    file: File,
    id: [u8; 8],
}

impl<const BODY: usize> Reader<BODY> {
    pub(super) fn open(which: Which<BODY>, dir: &Path) -> io::Result<Option<Self>> {
        let Some(mut file) = open(which, dir)? else {
            return Ok(None);
        };
        Ok(head(which, &mut file)?.map(|id| Self { file, id }))
    }

    pub(super) const fn id(&self) -> [u8; 8] {
        self.id
    }

    /// The record at this place; `None` if there is none.
    pub(super) fn at(&self, place: u32) -> io::Result<Option<Record<BODY>>> {
        let mut bytes = vec![0; Record::<BODY>::BYTES];
        match self.file.read_exact_at(&mut bytes, offset::<BODY>(place)) {
            Ok(()) => Ok(Record::decode(&bytes)),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The records at this place and the next ones, so many in all, that are there.
    pub(super) fn from(&self, place: u32, count: u32) -> io::Result<Vec<Record<BODY>>> {
        let mut bytes = vec![0; count as usize * Record::<BODY>::BYTES];
        self.file.read_exact_at(&mut bytes, offset::<BODY>(place))?;
        let records = bytes.chunks_exact(Record::<BODY>::BYTES);
        Ok(records.map_while(Record::decode).collect())
    }
}

fn offset<const BODY: usize>(place: u32) -> u64 {
    HEAD + u64::from(place) * Record::<BODY>::BYTES as u64
}

/// The file, to add to.
pub(super) struct Writer<const BODY: usize> {
    file: File,
}

impl<const BODY: usize> Writer<BODY> {
    /// Opens it, made anew if it is none; what is behind its last record for `is_one` is cut off.
    pub(super) fn open(
        which: Which<BODY>,
        dir: &Path,
        is_one: fn(&Record<BODY>) -> bool,
    ) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        let whole = read(which, dir, &mut |_, record| is_one(&record).then_some(()))?;
        let mut options = OpenOptions::new();
        let mut file = options
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(dir.join(which.name))?;
        match whole {
            Some(whole) => file.set_len(offset::<BODY>(whole.count))?,
            None => {
                let mut id = [0; 8];
                getrandom::fill(&mut id).map_err(io::Error::other)?;
                file.set_len(0)?;
                file.write_all(&[which.mark, id].concat())?;
            }
        }
        file.seek(SeekFrom::End(0))?;
        Ok(Self { file })
    }

    pub(super) fn add(&mut self, records: impl Iterator<Item = Record<BODY>>) -> io::Result<()> {
        let mut bytes = Vec::new();
        records.for_each(|record| record.encode(&mut bytes));
        self.file.write_all(&bytes)
    }
}
