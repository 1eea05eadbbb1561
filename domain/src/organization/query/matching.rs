//! Whether one photo answers one term: the part of a query that has no sets.
//!
//! Texts are compared folded. Names are mostly ASCII, so that case is compared
//! byte by byte there and nothing is allocated.

use super::ast::{DateOf, Has, Is, Kind, Near, NumberKey, Term, Text, TextKey};
use crate::catalog::{Camera, Exposure, FieldKey};
use crate::kernel::{AssetId, DateKey, Owner, UserId, name};
use crate::view::{FileRow, View};
use std::borrow::Cow;

/// What the terms of one query are asked of.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) view: &'a View,
    pub(super) viewer: UserId,
}

impl<'a> Asked<'a> {
    /// Whether a photo answers a term. Terms that are sets are answered by
    /// [`super::evaluate`] and not here, but for what a single photo shows too.
    pub(super) fn matches(&self, term: &Term, asset: AssetId) -> bool {
        match term {
            Term::Word(text) => self.has_word(text, asset),
            Term::Text { key, exact, text } => self.has_text(*key, *exact, text, asset),
            Term::Date(DateOf::Taken, span) => self
                .view
                .taken(asset)
                .is_some_and(|taken| span.holds(taken.date_key())),
            Term::Date(DateOf::Added, span) => self.added(asset).is_some_and(|day| span.holds(day)),
            Term::Number(key, span) => self.number(*key, asset).is_some_and(|number| span.holds(number)),
            Term::Near(near) => self.is_near(near, asset),
            Term::Type(Kind::Media(kind)) => self.view.kind(asset) == Some(*kind),
            Term::Type(Kind::Live) => self.view.is_live(asset),
            Term::Is(is) => self.is(*is, asset),
            Term::Has(has) => self.has(*has, asset),
            // Answered as sets, always.
            Term::Tag { .. } | Term::Album { .. } | Term::Person { .. } | Term::Collection(_) => false,
        }
    }

    /// The files of a photo that are there; if none is, those that were.
    fn files(&self, asset: AssetId) -> impl Iterator<Item = &'a FileRow> + use<'a> {
        let view = self.view;
        let files = view.asset(asset).map_or(&[][..], |row| &row.files);
        let rows = move || files.iter().filter_map(move |file| view.file(*file));
        let any = rows().any(FileRow::is_present);
        rows().filter(move |row| !any || row.is_present())
    }

    fn lead(&self, asset: AssetId) -> Option<&'a FileRow> {
        self.view.file(self.view.lead_file(asset)?)
    }

    /// The names of its originals.
    pub(super) fn names(&self, asset: AssetId) -> impl Iterator<Item = Cow<'a, str>> + use<'a> {
        self.files(asset).map(|file| String::from_utf8_lossy(&file.name))
    }

    /// The extensions of its originals.
    pub(super) fn extensions(&self, asset: AssetId) -> impl Iterator<Item = Cow<'a, str>> + use<'a> {
        let extension = |file: &'a FileRow| name::split_extension(&file.name).1;
        self.files(asset)
            .map(move |file| String::from_utf8_lossy(extension(file)))
    }

    /// Whether a text with `_` and without `~` may be part of the name that the tree shows and not of the original's.
    pub(super) fn is_shown_otherwise(&self, asset: AssetId) -> bool {
        self.lead(asset).is_some_and(|file| {
            let (stem, extension) = name::split_extension(&file.name);
            let is_kept = |part: &[u8]| name::portable(part).as_bytes() == part;
            // The suffix stands between the stem and an extension: `~0001.a_b`.
            extension.contains(&b'_') || !is_kept(stem) || !is_kept(extension)
        })
    }

    /// The day of its lead file's first sighting, in its library's zone.
    pub(super) fn added(&self, asset: AssetId) -> Option<DateKey> {
        let file = self.lead(asset)?;
        let zone = self.view.zone(self.view.library_of(file.folder))?;
        let day = jiff::Timestamp::from_second(i64::from(file.added))
            .ok()?
            .to_zoned(zone.clone())
            .date();
        Some(DateKey::new(day.year(), day.month(), day.day()))
    }

    /// A word but in tags, which are answered as a set.
    fn has_word(&self, text: &Text, asset: AssetId) -> bool {
        let part = |field: Option<&str>| field.is_some_and(|field| contains(field, &text.folded));
        part(self.view.title(asset))
            || part(self.view.description(asset))
            || self.is_named(text, false, asset)
    }

    /// The name of the original, or the name as the tree shows it.
    fn is_named(&self, text: &Text, exact: bool, asset: AssetId) -> bool {
        let mut names = self.names(asset);
        // The tree's name differs by `_` and by the suffix after `~` alone.
        names.any(|own_name| fits(&own_name, text, exact))
            || (text.folded.contains(['_', '~'])
                && self
                    .view
                    .query_name(asset)
                    .is_some_and(|shown| fits(&shown, text, exact)))
    }

    fn has_text(&self, key: TextKey, exact: bool, text: &Text, asset: AssetId) -> bool {
        let field = |field: Option<&str>| field.is_some_and(|field| fits(field, text, exact));
        match key {
            TextKey::Name => self.is_named(text, exact, asset),
            TextKey::Title => field(self.view.title(asset)),
            TextKey::Description => field(self.view.description(asset)),
            TextKey::Camera => self
                .camera(asset)
                .is_some_and(|camera| camera_fits(camera, text, exact)),
            TextKey::Lens => field(self.camera(asset).and_then(|camera| camera.lens.as_deref())),
            TextKey::Path => self.is_at(text, exact, asset),
            TextKey::Ext => self
                .extensions(asset)
                .any(|extension| fits(&extension, text, true)),
            TextKey::Label => self
                .view
                .label(asset)
                .is_some_and(|label| fits(label, text, true)),
            TextKey::Library => self.files(asset).any(|file| {
                let library = self.view.library(self.view.library_of(file.folder));
                library.is_some_and(|library| fits(&library.name, text, true))
            }),
        }
    }

    fn camera(&self, asset: AssetId) -> Option<&'a Camera> {
        self.view.facts(asset)?.camera().map(std::sync::Arc::as_ref)
    }

    fn is_at(&self, text: &Text, exact: bool, asset: AssetId) -> bool {
        self.files(asset).any(|file| {
            let mut path = vec![b'/'];
            path.extend(self.view.folder_path(file.folder));
            if path.len() > 1 {
                path.push(b'/');
            }
            path.extend_from_slice(&file.name);
            let path = name::fold(&String::from_utf8_lossy(&path));
            let wanted = &*text.folded;
            if exact {
                path.strip_prefix('/') == Some(wanted.strip_prefix('/').unwrap_or(wanted))
            } else if wanted.starts_with('/') {
                path.starts_with(wanted)
            } else {
                path.contains(wanted)
            }
        })
    }

    pub(super) fn number(&self, key: NumberKey, asset: AssetId) -> Option<i64> {
        let facts = self.view.facts(asset);
        let exposure = || facts?.exposure();
        match key {
            NumberKey::Rating => self.view.rating(asset).map(i64::from),
            NumberKey::Iso => exposure()?.iso.map(i64::from),
            NumberKey::Aperture => tenths(exposure(), |exposure| exposure.f_number),
            NumberKey::Focal => tenths(exposure(), |exposure| exposure.focal_length),
            NumberKey::Width => facts?.width().map(i64::from),
            NumberKey::Height => facts?.height().map(i64::from),
            NumberKey::Size => i64::try_from(self.lead(asset)?.size).ok(),
            NumberKey::Duration => facts?.duration_ms().map(|ms| (i64::from(ms) + 500) / 1000),
        }
    }

    fn is_near(&self, near: &Near, asset: AssetId) -> bool {
        let place = self.view.location(asset);
        place.is_some_and(|place| near.holds(place.lat_e7, place.lon_e7))
    }

    fn is(&self, is: Is, asset: AssetId) -> bool {
        let view = self.view;
        match is {
            Is::Favorite => view.is_favorite(asset, self.viewer),
            Is::Hidden => view.hidden().contains(asset),
            Is::Missing => !view.present().contains(asset),
            Is::Undated => view.undated().contains(asset),
            Is::Shared => view
                .shares()
                .any(|share| share.owner == Owner::User(self.viewer) && view.is_in_share(share, asset)),
            Is::Unreadable => view
                .facts(asset)
                .is_some_and(|facts| facts.unreadable().is_some()),
            Is::Stacked => view.is_stacked(asset),
            Is::Duplicate => view.duplicates().contains(asset),
            Is::Offline => view.is_offline(asset),
            // Tags given or taken are added by the caller, as sets.
            Is::Edited => view
                .asset(asset)
                .and_then(|row| row.edits.as_ref())
                .is_some_and(|edits| {
                    edits.iter().any(|(key, _)| match key {
                        FieldKey::Favorite(user) => user == self.viewer,
                        FieldKey::Title
                        | FieldKey::Description
                        | FieldKey::Rating
                        | FieldKey::Label
                        | FieldKey::Hidden
                        | FieldKey::Location
                        | FieldKey::Orientation
                        | FieldKey::Taken
                        | FieldKey::Face(_)
                        | FieldKey::Stack
                        | FieldKey::StackCover => true,
                    })
                }),
        }
    }

    fn has(&self, has: Has, asset: AssetId) -> bool {
        let view = self.view;
        match has {
            Has::Faces => view.has_faces(asset),
            Has::Location => view.location(asset).is_some(),
            Has::Title => view.title(asset).is_some(),
            Has::Description => view.description(asset).is_some(),
            Has::Rating => view.rating(asset).is_some(),
            Has::Label => view.label(asset).is_some(),
            Has::Sidecar => view.has_sidecar(asset),
            Has::Tags => view.tags().any(|(_, row)| row.has(asset)),
        }
    }
}

/// The Earth's mean radius.
const RADIUS_METRES: f64 = 6_371_008.8;

fn radians(e7: i32) -> f64 {
    (f64::from(e7) / 1e7).to_radians()
}

impl Near {
    /// Whether a place, in 1e-7 degrees, is in the circle: by the great circle on a sphere of the Earth's mean radius.
    pub(super) fn holds(&self, lat_e7: i32, lon_e7: i32) -> bool {
        let (lat_a, lat_b) = (radians(self.lat_e7), radians(lat_e7));
        let half_lat = (lat_b - lat_a) / 2.0;
        let half_lon = (radians(lon_e7) - radians(self.lon_e7)) / 2.0;
        let chord = half_lat.sin().powi(2) + lat_a.cos() * lat_b.cos() * half_lon.sin().powi(2);
        let metres = 2.0 * RADIUS_METRES * chord.sqrt().min(1.0).asin();
        metres <= f64::from(self.metres)
    }

    /// Degrees of latitude that it reaches to the north and to the south, a little more than less.
    pub(super) fn degrees(&self) -> f64 {
        (f64::from(self.metres) / RADIUS_METRES).to_degrees() * (1.0 + 1e-9) + 1e-7
    }
}

fn tenths(exposure: Option<Exposure>, value: impl FnOnce(&Exposure) -> Option<f64>) -> Option<i64> {
    let tenths = (value(&exposure?)? * 10.0).round();
    // No lens comes near the bound; it makes the cast exact.
    #[expect(clippy::cast_possible_truncation, reason = "bounded just before")]
    let number = (tenths.is_finite() && tenths.abs() < 1e9).then_some(tenths as i64);
    number
}

/// Whether a camera is called so: make and model together, or, whole, one of them.
pub(super) fn camera_fits(camera: &Camera, text: &Text, exact: bool) -> bool {
    let (make, model) = (camera.make.as_deref(), camera.model.as_deref());
    let both = format!("{} {}", make.unwrap_or_default(), model.unwrap_or_default());
    let is = |part: Option<&str>| part.is_some_and(|part| fits(part, text, true));
    fits(both.trim(), text, exact) || (exact && (is(make) || is(model)))
}

pub(super) fn fits(field: &str, text: &Text, exact: bool) -> bool {
    if exact {
        folded(field) == *text.folded
    } else {
        contains(field, &text.folded)
    }
}

pub(super) fn folded(text: &str) -> Cow<'_, str> {
    if text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(name::fold(text))
    }
}

/// Whether a text, folded, contains a part that is folded already.
pub(super) fn contains(text: &str, part: &str) -> bool {
    if !text.is_ascii() {
        return name::fold(text).contains(part);
    }
    let (text, part) = (text.as_bytes(), part.as_bytes());
    let Some(first) = part.first() else { return true };
    text.iter().enumerate().any(|(at, byte)| {
        byte.to_ascii_lowercase() == *first
            && text
                .get(at..at + part.len())
                .is_some_and(|window| window.eq_ignore_ascii_case(part))
    })
}
