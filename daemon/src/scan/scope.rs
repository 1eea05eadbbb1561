//! What of a library a scan looks at: all of it, or some of its folders at once.
//!
//! Folders are given together, because a file that left one of them may be in
//! another: only a scan that sees both knows that it moved. A part is a folder
//! itself, or with all below it; parts that lie in others are left out.

/// What of a library a scan looks at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Scope {
    /// All of it.
    Library,
    /// These folders, as one.
    Folders(Vec<Part>),
}

/// A folder to be looked at.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Part {
    /// Relative to the library's root, without a slash at either end; empty: the root.
    pub path: Vec<u8>,
    /// Whether all below it is meant too. Else its files are, and which folders are in
    /// it: all that was known below one that is not there any more is missed.
    pub below: bool,
}

impl Scope {
    /// The scope of these folders: sorted, each once, those covered by others left out.
    #[must_use]
    pub fn of(parts: impl IntoIterator<Item = Part>) -> Self {
        let mut all: Vec<Part> = parts.into_iter().collect();
        // Of one path the whole before the folder alone.
        all.sort_unstable_by(|a, b| (key(&a.path), !a.below).cmp(&(key(&b.path), !b.below)));
        let mut kept: Vec<Part> = Vec::new();
        let mut cover: Option<Vec<u8>> = None;
        for part in all {
            let is_covered = cover.as_ref().is_some_and(|cover| lies_in(&part.path, cover));
            if is_covered || kept.last().is_some_and(|last| last.path == part.path) {
                continue;
            }
            if part.below {
                cover = Some(part.path.clone());
            }
            kept.push(part);
        }
        match kept.as_slice() {
            [root] if root.below && root.path.is_empty() => Self::Library,
            _ => Self::Folders(kept),
        }
    }

    /// Whether a path that was looked at, or left out, lies in it.
    pub(super) fn holds(&self, path: &[u8]) -> bool {
        match self {
            Self::Library => true,
            Self::Folders(parts) => parts.iter().any(|part| {
                if part.below {
                    lies_in(path, &part.path)
                } else {
                    path == part.path || parent(path) == Some(&part.path)
                }
            }),
        }
    }
}

/// The order of a walk: a folder before what is in it, siblings by name.
fn key(path: &[u8]) -> Vec<&[u8]> {
    path.split(|byte| *byte == b'/').collect()
}

/// Whether a path is this folder, or below it.
pub(super) fn lies_in(path: &[u8], folder: &[u8]) -> bool {
    folder.is_empty()
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
}

fn parent(path: &[u8]) -> Option<&[u8]> {
    if path.is_empty() {
        return None;
    }
    let at = path.iter().rposition(|byte| *byte == b'/');
    path.get(..at.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(parts: &[(&str, bool)]) -> Scope {
        Scope::of(parts.iter().map(|(path, below)| Part {
            path: path.as_bytes().to_vec(),
            below: *below,
        }))
    }

    #[test]
    fn folders_that_lie_in_others_are_left_out() {
        let check = |given: &[(&str, bool)], expect: &[(&str, bool)]| {
            let Scope::Folders(parts) = scope(given) else {
                panic!("{given:?} is the whole library")
            };
            let said: Vec<_> = parts
                .iter()
                .map(|part| (str::from_utf8(&part.path).unwrap(), part.below))
                .collect();
            assert_eq!(said, expect, "{given:?}");
        };
        check(&[("b", false), ("a", true)], &[("a", true), ("b", false)]);
        check(&[("a/b", false), ("a", true), ("a", false)], &[("a", true)]);
        check(&[("a", false), ("a/b", false)], &[("a", false), ("a/b", false)]);
        // The slash sorts after some bytes that names may hold.
        check(
            &[("a b", false), ("a/b", true), ("a", true)],
            &[("a", true), ("a b", false)],
        );
        check(&[("", false), ("a", true)], &[("", false), ("a", true)]);
    }

    #[test]
    fn the_root_with_all_below_is_the_library() {
        assert_eq!(scope(&[("a", false), ("", true)]), Scope::Library);
    }

    #[test]
    fn a_folder_alone_holds_its_entries_and_nothing_deeper() {
        let scope = scope(&[("a", false), ("b/c", true)]);
        for (path, expect) in [
            ("a", true),
            ("a/x.jpg", true),
            ("a/d/x.jpg", false),
            ("ab", false),
            ("b", false),
            ("b/c/d/x.jpg", true),
            ("", false),
        ] {
            assert_eq!(scope.holds(path.as_bytes()), expect, "{path}");
        }
    }
}
