//! What a photo is, all told: the edit where there is one, else what its file says.

use super::{FactsRef, View};
use crate::catalog::{Camera, FieldKey, FieldValue, Location, MediaKind};
use crate::kernel::{AlbumId, AssetId, TagId, Taken, UserId};

/// Effective values: the edit where there is one, else what the file says.
impl View {
    /// The edit of a field, if there is one.
    #[must_use]
    pub fn edit(&self, asset: AssetId, key: FieldKey) -> Option<&FieldValue> {
        self.asset(asset)?.edits.as_ref()?.get(key)
    }

    /// The edit of its date, if there is one.
    #[must_use]
    pub fn date_edit(&self, asset: AssetId) -> Option<Taken> {
        match self.edit(asset, FieldKey::Taken) {
            Some(FieldValue::Taken(taken)) => Some(*taken),
            _ => None,
        }
    }

    /// What a file of the asset says; `None` until read.
    #[must_use]
    pub fn facts(&self, asset: AssetId) -> Option<FactsRef<'_>> {
        Some(self.asset(asset)?.facts.as_ref()?.read(&self.shared))
    }

    /// When it was taken.
    #[must_use]
    pub fn taken(&self, asset: AssetId) -> Option<Taken> {
        self.date_edit(asset).or_else(|| self.facts(asset)?.taken())
    }

    /// A text field: title, description or label.
    fn text<'a>(
        &'a self,
        asset: AssetId,
        key: FieldKey,
        embedded: impl FnOnce(FactsRef<'a>) -> Option<&'a str>,
    ) -> Option<&'a str> {
        let text = match self.edit(asset, key) {
            Some(FieldValue::Text(text)) => Some(&**text),
            _ => self.facts(asset).and_then(embedded),
        };
        text.filter(|text| !text.is_empty())
    }

    /// Its title.
    #[must_use]
    pub fn title(&self, asset: AssetId) -> Option<&str> {
        self.text(asset, FieldKey::Title, FactsRef::title)
    }

    /// Its description.
    #[must_use]
    pub fn description(&self, asset: AssetId) -> Option<&str> {
        self.text(asset, FieldKey::Description, FactsRef::description)
    }

    /// Its colour label.
    #[must_use]
    pub fn label(&self, asset: AssetId) -> Option<&str> {
        self.text(asset, FieldKey::Label, FactsRef::label)
    }

    /// Its rating, -1 to 5.
    #[must_use]
    pub fn rating(&self, asset: AssetId) -> Option<i8> {
        match self.edit(asset, FieldKey::Rating) {
            Some(FieldValue::Rating(rating)) => Some(*rating),
            _ => self.facts(asset)?.rating(),
        }
    }

    /// Where it was taken.
    #[must_use]
    pub fn location(&self, asset: AssetId) -> Option<Location> {
        match self.edit(asset, FieldKey::Location) {
            Some(FieldValue::Location(location)) => *location,
            _ => self.facts(asset)?.location(),
        }
    }

    /// Its orientation, 1 to 8.
    #[must_use]
    pub fn orientation(&self, asset: AssetId) -> Option<u8> {
        match self.edit(asset, FieldKey::Orientation) {
            Some(FieldValue::Orientation(turn)) => Some(*turn),
            _ => self.facts(asset)?.orientation(),
        }
    }

    /// Whether it is a favourite of this person.
    #[must_use]
    pub fn is_favorite(&self, asset: AssetId, user: UserId) -> bool {
        self.edit(asset, FieldKey::Favorite(user)) == Some(&FieldValue::Flag(true))
    }

    /// The tags it carries, by number.
    #[must_use]
    pub fn tags_of(&self, asset: AssetId) -> Vec<TagId> {
        self.tags()
            .filter(|(_, row)| row.has(asset))
            .map(|(tag, _)| tag)
            .collect()
    }

    /// The albums it is in, by number.
    #[must_use]
    pub fn albums_of(&self, asset: AssetId) -> Vec<AlbumId> {
        self.albums
            .iter()
            .filter(|(_, row)| row.assets.contains(asset))
            .map(|(album, _)| *album)
            .collect()
    }

    /// When its lead file was first seen, in seconds since 1970 UTC.
    #[must_use]
    pub fn added(&self, asset: AssetId) -> Option<u32> {
        Some(self.file(self.lead_file(asset)?)?.added)
    }

    /// What took photos whose facts have this number.
    pub(crate) fn camera(&self, number: u32) -> Option<&Camera> {
        self.shared.camera(number).map(AsRef::as_ref)
    }

    /// What its lead file is, by its extension.
    #[must_use]
    pub fn kind(&self, asset: AssetId) -> Option<MediaKind> {
        Some(self.file(self.lead_file(asset)?)?.kind)
    }
}
