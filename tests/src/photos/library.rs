//! A whole library: folders by month, camera counters that start again.
//!
//! Real libraries repeat names: three cameras count from 1, and each starts again after 9999. So folder `f` is
//! camera `f % 3`, every camera names its files `IMG_0001.JPG` and on, and the same name lies in many folders,
//! each time with other content. Folders are the months from January 2004; when twenty years are full they go
//! round again as `2004-01 part 2`. Everything follows from the number of the file: nothing need be remembered.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use jiff::civil::{DateTime, date};

use super::{Photo, spread};

const MONTHS: usize = 240;
const CAMERAS: usize = 3;
const COUNTER_END: usize = 9999;

/// A library of numbered photos, written or to be written.
#[derive(Clone, Debug)]
pub struct Library {
    /// The folder it lies in.
    pub root: PathBuf,
    /// Number of files.
    pub count: usize,
    /// Files in each folder but the last.
    pub files_per_folder: usize,
}

impl Library {
    /// Path of file `n` (from 0) below the root: `2004/2004-06/IMG_0001.JPG`.
    pub fn relative_path(&self, n: usize) -> PathBuf {
        let (folder, place) = (n / self.files_per_folder, n % self.files_per_folder);
        let earlier = folder / CAMERAS * self.files_per_folder + place;
        let counter = earlier % COUNTER_END.max(self.files_per_folder) + 1;
        self.folder(folder).join(format!("IMG_{counter:04}.JPG"))
    }

    /// Path of file `n`.
    pub fn path(&self, n: usize) -> PathBuf {
        self.root.join(self.relative_path(n))
    }

    /// Photo `n` (from 0): [`Photo::numbered`], taken within the month of its folder.
    pub fn photo(&self, n: usize) -> Photo {
        let month = first_of_month(n / self.files_per_folder);
        let second = spread(n as u64, i64::from(month.days_in_month()) * 86_400);
        let taken = month + jiff::SignedDuration::from_secs(second);
        Photo {
            taken: Some(taken),
            ..Photo::numbered(n as u64)
        }
    }

    fn folder(&self, folder: usize) -> PathBuf {
        let month = first_of_month(folder).strftime("%Y/%Y-%m").to_string();
        match folder / MONTHS {
            0 => PathBuf::from(month),
            round => PathBuf::from(format!("{month} part {}", round + 1)),
        }
    }

    fn write_folder(&self, folder: usize) -> io::Result<()> {
        fs::create_dir_all(self.root.join(self.folder(folder)))?;
        let first = folder * self.files_per_folder;
        for n in first..(first + self.files_per_folder).min(self.count) {
            let photo = self.photo(n);
            let mut file = File::create_new(self.path(n))?;
            file.write_all(&photo.bytes())?;
            if let Some(taken) = photo.taken {
                file.set_modified(as_if_utc(taken))?;
            }
        }
        Ok(())
    }
}

/// Writes a library of `count` photos below `dir`, `files_per_folder` in a folder; about 100,000 in 10 s.
///
/// A file's modification time is its wall time read as UTC. Fails when a file is already there.
pub fn library(dir: impl AsRef<Path>, count: usize, files_per_folder: usize) -> io::Result<Library> {
    let library = Library {
        root: dir.as_ref().to_owned(),
        count,
        files_per_folder: files_per_folder.max(1),
    };
    let folders = count.div_ceil(library.files_per_folder);
    let writers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let running: Vec<_> = (0..writers)
            .map(|writer| {
                let library = &library;
                scope.spawn(move || {
                    (writer..folders)
                        .step_by(writers)
                        .try_for_each(|f| library.write_folder(f))
                })
            })
            .collect();
        running
            .into_iter()
            .try_for_each(|writer| writer.join().expect("a writer does not panic"))
    })?;
    Ok(library)
}

fn first_of_month(folder: usize) -> DateTime {
    let month = folder % MONTHS;
    date(2004 + (month / 12) as i16, 1 + (month % 12) as i8, 1).at(0, 0, 0, 0)
}

fn as_if_utc(wall_time: DateTime) -> SystemTime {
    let since = wall_time.duration_since(date(1970, 1, 1).at(0, 0, 0, 0));
    SystemTime::UNIX_EPOCH + Duration::try_from(since).unwrap_or_default()
}
