//! Paths of tags and albums: `travel/italy`.

use crate::kernel::name;
use std::fmt;

pub(super) const MAX_LEVELS: usize = 32;

/// A text that is no path of a tag or an album.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no name: {why}")]
pub struct PathError {
    /// What was given.
    pub text: String,
    /// What is wrong with it, and how to mend it.
    pub why: &'static str,
}

macro_rules! paths {
    ($($(#[$doc:meta])* $name:ident),*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, Debug)]
        pub struct $name(Vec<Box<str>>);

        impl $name {
            /// Reads `a/b/c`; blanks round a name are dropped.
            ///
            /// # Errors
            /// [`PathError`] for an empty name, `.`, `..`, a name over 255 bytes, or too many levels.
            pub fn parse(text: &str) -> Result<Self, PathError> {
                parse(text.split('/'), text).map(Self)
            }

            /// The path of these names, root first; a name may contain `/`.
            ///
            /// # Errors
            /// As [`Self::parse`].
            pub fn from_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, PathError> {
                parse(names.into_iter(), "").map(Self)
            }

            /// The names, root first; at least one.
            pub fn names(&self) -> impl Iterator<Item = &str> {
                self.0.iter().map(|name| &**name)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0.join("/"))
            }
        }
    )*};
}

paths! {
    /// Where a tag is in the tree of tags.
    TagPath,
    /// Where an album is in the tree of albums.
    AlbumPath
}

fn parse<'a>(names: impl Iterator<Item = &'a str>, text: &str) -> Result<Vec<Box<str>>, PathError> {
    let fail = |why| {
        Err(PathError {
            text: text.to_owned(),
            why,
        })
    };
    let mut path = Vec::new();
    for name in names {
        let name = name.trim();
        if name.is_empty() {
            return fail("a name between slashes is empty");
        }
        if name == "." || name == ".." {
            return fail("`.` and `..` cannot be names");
        }
        if name.len() > name::NAME_MAX {
            return fail("a name may have 255 bytes at most");
        }
        if name.contains('\0') {
            return fail("a name cannot contain a NUL byte");
        }
        path.push(name.into());
    }
    if path.is_empty() {
        return fail("it is empty");
    }
    if path.len() > MAX_LEVELS {
        return fail("it has more than 32 levels");
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_back_what_it_shows() {
        assert_eq!(
            TagPath::parse(" travel / italy ").unwrap().to_string(),
            "travel/italy"
        );
        for text in ["", "/", "a//b", "a/..", "a/\0"] {
            assert!(TagPath::parse(text).is_err(), "{text}");
        }
    }
}
