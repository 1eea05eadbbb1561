//! Stacks: photos that belong together, by what ties them.
//!
//! | reason | two photos of one owner are tied if | edits reach across |
//! |---|---|---|
//! | `manual` | a person joined them | yes |
//! | `content-id` | both carry one Apple ContentIdentifier, and the photos that do are a picture and a movie (a Live Photo and what was made of it), wherever they lie | yes |
//! | `stem` | they lie in one folder, under one stem to the byte, and are of different kinds: RAW, picture, movie | yes |
//! | `burst` | both carry one BurstUUID or burst id | no |
//!
//! Ids come first. Photos of one stem whose ContentIdentifiers differ are two pictures;
//! and who has a partner by id is tied by stem to what that pair does not have (the RAW
//! beside it), not to a second picture or movie that happens to be called alike. Nothing
//! but these ties: not `(2)`, not a common beginning, not the same second, and no id that
//! hundreds of photos carry, which is what some program writes into everything. What is tied
//! to what is tied is one stack, so a stack is the same from each of its members; the
//! pictures of a burst are shown as one, but are many pictures, and an edit is of one.
//!
//! **What a person says stands above all that.** Who was *split* out ([`StackEdit::Alone`])
//! is tied to nobody, whatever comes later; who was *joined* ([`StackEdit::In`]) is tied to
//! those of the same number, and to nobody in another one. Joining who was split out does
//! not bring back what he was split from ([`StackEdit::Only`]). All are edits of the photo like
//! its title: journalled, undone, kept through rescans, a lost store, and the photo becoming
//! one with another of its content. Dropping the edit (`clear stack`) leaves it to the ties
//! again. Stacks are made of photos, not of names: nothing is renamed, and no number
//! changes, when one forms or falls apart.
//!
//! The *cover* stands for a stack: whom a person chose, else a picture before a RAW
//! before a movie, and of several the first.

use super::command::{edit, edited, known};
use super::{CatalogError, FieldKey, FieldValue};
use crate::event::ChangeSet;
use crate::kernel::{AssetId, AssetSet, StackId};
use crate::view::View;

/// What ties a photo to the others of its stack; the table is in the module's docs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum StackReason {
    /// A person joined them.
    Manual,
    /// A picture and a movie have one ContentIdentifier.
    ContentId,
    /// One folder, one stem, different kinds.
    Stem,
    /// They have one burst id.
    Burst,
}

impl StackReason {
    /// `manual`, `content-id`, `stem`, `burst`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::ContentId => "content-id",
            Self::Stem => "stem",
            Self::Burst => "burst",
        }
    }
}

/// Where a person put a photo.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum StackEdit {
    /// Into no stack.
    Alone,
    /// Into this one, with whatever else is tied to it.
    In(StackId),
    /// Into this one and nowhere else: it was split out before.
    Only(StackId),
}

impl StackEdit {
    /// Whether the photo is left to what ids and names say, besides.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::In(_))
    }

    /// The stack that a person put it into.
    #[must_use]
    pub const fn stack(self) -> Option<StackId> {
        match self {
            Self::Alone => None,
            Self::In(stack) | Self::Only(stack) => Some(stack),
        }
    }
}

/// An id that several files carry because they belong together: 16 bytes of the hash of
/// its text and of what sort it is, so that whatever a file says is as long, and ids of
/// two sorts never meet.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct LinkId([u8; 16]);

/// Characters that an id has at least: a shorter one is a counter, and means nothing elsewhere.
const SHORTEST: usize = 8;

impl LinkId {
    /// The id of these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Apple's ContentIdentifier; `None` for a text that identifies nothing: of less than
    /// eight characters, or of zeros.
    #[must_use]
    pub fn of_content(text: &str) -> Option<Self> {
        Self::of("content", text)
    }

    /// Apple's BurstUUID or Google's burst id; `None` as for [`Self::of_content`].
    #[must_use]
    pub fn of_burst(text: &str) -> Option<Self> {
        Self::of("burst", text)
    }

    fn of(sort: &str, text: &str) -> Option<Self> {
        // One program writes a UUID in capitals, another in small letters.
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
        let says = text.chars().any(|c| c.is_alphanumeric() && c != '0');
        if !says || text.chars().count() < SHORTEST {
            return None;
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(sort.as_bytes());
        hasher.update(b"\0");
        hasher.update(text.to_ascii_uppercase().as_bytes());
        hasher.finalize().as_bytes().first_chunk().copied().map(Self)
    }
}

/// What a person does to stacks.
#[derive(Clone, PartialEq, Debug)]
pub enum StackChange {
    /// Takes these out of their stacks; each is alone from then on.
    Split(AssetSet),
    /// Makes these one stack, whatever stacks they were in.
    Join(AssetSet),
    /// Has this one stand for its stack.
    Cover(AssetId),
}

impl StackChange {
    /// The photos named.
    #[must_use]
    pub fn assets(&self) -> AssetSet {
        match self {
            Self::Split(assets) | Self::Join(assets) => assets.clone(),
            Self::Cover(asset) => AssetSet::one(*asset),
        }
    }

    /// The same of other photos.
    #[must_use]
    pub fn of(&self, assets: AssetSet) -> Self {
        match (self, assets.first()) {
            (Self::Cover(_), Some(asset)) => Self::Cover(asset),
            (Self::Split(_), _) => Self::Split(assets),
            (Self::Join(_), _) => Self::Join(assets),
            (Self::Cover(_), None) => self.clone(),
        }
    }
}

/// Splits, joins or chooses a cover.
///
/// # Errors
/// An unknown asset or none, fewer than two to join, a cover of no stack.
pub fn change_stack(view: &View, change: &StackChange) -> Result<ChangeSet, CatalogError> {
    known(view, &change.assets())?;
    match change {
        StackChange::Split(assets) => Ok(split(view, assets)),
        StackChange::Join(assets) => join(view, assets),
        StackChange::Cover(asset) => set_cover(view, *asset),
    }
}

fn split(view: &View, assets: &AssetSet) -> ChangeSet {
    let stacked: AssetSet = assets.iter().filter(|asset| view.is_stacked(*asset)).collect();
    let alone = FieldValue::Stack(StackEdit::Alone);
    let mut changed = AssetSet::new();
    let events = edit(view, FieldKey::Stack, Some(&alone), &stacked, &mut changed);
    let rest = assets.len() - stacked.len();
    let mut change = edited(
        "split from their stacks".to_owned(),
        events.into_iter().collect(),
        &changed,
    );
    if rest > 0 {
        let were = if rest == 1 { "was in none" } else { "were in none" };
        change.summary = format!("{} ({rest} {were})", change.summary);
    }
    change
}

fn join(view: &View, assets: &AssetSet) -> Result<ChangeSet, CatalogError> {
    if assets.len() < 2 {
        return Err(CatalogError::TooFewToJoin);
    }
    let edit_of = |asset| view.stack_edit(asset);
    let stack_of = |asset| edit_of(asset).and_then(StackEdit::stack);
    let first = assets.first().and_then(stack_of);
    let is_one = assets.iter().all(|asset| stack_of(asset) == first);
    // They may be joined already.
    let joined = first.filter(|_| is_one).unwrap_or_else(|| view.next().stack());
    let split: AssetSet = assets
        .iter()
        .filter(|asset| edit_of(*asset).is_some_and(|edit| !edit.is_open()))
        .collect();
    let mut changed = AssetSet::new();
    let mut events = Vec::new();
    for (which, to) in [
        (&(assets - &split), StackEdit::In(joined)),
        (&split, StackEdit::Only(joined)),
    ] {
        let value = FieldValue::Stack(to);
        events.extend(edit(view, FieldKey::Stack, Some(&value), which, &mut changed));
    }
    Ok(edited("joined in one stack".to_owned(), events, &changed))
}

fn set_cover(view: &View, asset: AssetId) -> Result<ChangeSet, CatalogError> {
    let mut others = view.whole_stack(asset);
    if others.len() < 2 {
        return Err(CatalogError::NotStacked { asset });
    }
    others.remove(asset);
    let mut changed = AssetSet::new();
    let was = edit(view, FieldKey::StackCover, None, &others, &mut changed);
    let cover = FieldValue::Flag(true);
    let one = AssetSet::one(asset);
    let is = edit(view, FieldKey::StackCover, Some(&cover), &one, &mut changed);
    let events = was.into_iter().chain(is).collect();
    Ok(edited(format!("cover of its stack: {asset}"), events, &changed))
}

/// The number of the stack that an edit puts a photo into.
#[must_use]
pub const fn stack_of(value: Option<&FieldValue>) -> Option<StackId> {
    match value {
        Some(FieldValue::Stack(edit)) => edit.stack(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_same_in_capitals_or_not_and_of_one_sort() {
        let id = "8F2A8C1E-61E1-4E40-8E4C-0F0F9C0B51D1";
        assert_eq!(
            LinkId::of_content(id),
            LinkId::of_content(&format!(" {}\0", id.to_lowercase()))
        );
        assert_ne!(LinkId::of_content(id), LinkId::of_burst(id));
        assert_ne!(LinkId::of_content(id), LinkId::of_content(&id.replace('8', "9")));
    }

    #[test]
    fn a_text_that_identifies_nothing_is_no_id() {
        for text in [
            "",
            "1234567",
            "        ",
            "00000000-0000-0000",
            "\0\0\0\0\0\0\0\0\0",
            "--------",
        ] {
            assert_eq!(LinkId::of_content(text), None, "{text:?}");
            assert_eq!(LinkId::of_burst(text), None, "{text:?}");
        }
        assert!(LinkId::of_burst("12345678").is_some());
    }
}
