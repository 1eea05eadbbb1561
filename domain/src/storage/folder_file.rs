//! Small files that tell file managers how to show a folder of a mount.
//!
//! A mount has none unless it is asked for. Their names and forms are other people's:
//! `.directory` is KDE's, `.hidden` is read by GIO (Nautilus, Thunar, Nemo) and by KIO
//! (Dolphin). What they say is the tree's to know.

use std::fmt;

/// A file that says how a folder is to be shown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MountFolderFile {
    /// `.directory`: the folder's icon is its cover. Source: Desktop Entry Specification,
    /// KIO `kfileitem.cpp` (`Icon=./NAME`).
    Directory,
    /// `.hidden`: names that are not to be shown, one a line. Source: GLib
    /// `glocalfileinfo.c`, KIO `kcoredirlister.cpp`.
    Hidden,
}

impl MountFolderFile {
    /// All of them; a place in this list is a bit of [`MountFolderFiles`], so new ones come last.
    pub const ALL: [Self; 2] = [Self::Directory, Self::Hidden];

    /// `directory`, `hidden`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Directory => "directory",
            Self::Hidden => "hidden",
        }
    }

    /// What it is called in a folder: `.directory`, `.hidden`.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Directory => ".directory",
            Self::Hidden => ".hidden",
        }
    }

    /// The one of this word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|file| file.as_str() == text)
    }

    /// The one that is called so in a folder.
    #[must_use]
    pub fn called(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|file| file.file_name() == name)
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Directory => 1,
            Self::Hidden => 2,
        }
    }
}

/// Which of them a mount has; none by default.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MountFolderFiles(u8);

impl MountFolderFiles {
    /// These alone.
    #[must_use]
    pub fn only(files: impl IntoIterator<Item = MountFolderFile>) -> Self {
        Self(files.into_iter().fold(0, |bits, file| bits | file.bit()))
    }

    /// Whether this one is among them.
    #[must_use]
    pub const fn has(self, file: MountFolderFile) -> bool {
        self.0 & file.bit() != 0
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// All of them.
    pub fn iter(self) -> impl Iterator<Item = MountFolderFile> {
        MountFolderFile::ALL
            .into_iter()
            .filter(move |file| self.has(*file))
    }

    /// `off`, or words separated by commas.
    ///
    /// # Errors
    /// The word that is none's; empty if none was given.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self::default());
        }
        let files = text.split(',').map(|word| {
            let word = word.trim();
            MountFolderFile::parse(word).ok_or_else(|| word.to_owned())
        });
        Ok(Self::only(files.collect::<Result<Vec<_>, _>>()?))
    }
}

/// `off`, or the words separated by commas.
impl fmt::Display for MountFolderFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("off");
        }
        let words: Vec<&str> = self.iter().map(MountFolderFile::as_str).collect();
        f.write_str(&words.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_what_their_words_say() {
        let check = |text: &str, expect: &str| {
            assert_eq!(
                MountFolderFiles::parse(text).unwrap().to_string(),
                expect,
                "{text}"
            );
        };
        check("off", "off");
        check("hidden", "hidden");
        check("hidden, directory", "directory,hidden");
        assert_eq!(MountFolderFiles::parse("hidden,x"), Err("x".to_owned()));
        assert_eq!(MountFolderFiles::parse(""), Err(String::new()));
        for file in MountFolderFile::ALL {
            assert_eq!(MountFolderFile::called(file.file_name()), Some(file));
            assert!(MountFolderFiles::only([file]).has(file));
            assert!(!MountFolderFiles::default().has(file));
        }
    }
}
