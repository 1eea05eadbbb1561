//! A sidecar's facts above the file's own: field by field, a pure function.
//!
//! | field | which counts |
//! |---|---|
//! | title, description, rating, label, place, orientation | the sidecar's, where it says one |
//! | tags, faces, persons | both; of a face that both have the sidecar's |
//! | date | the sidecar's if it is a capture date; else the file's, if it has one |
//! | size, type, duration, camera, exposure, ids of Live Photos and bursts | the file's, where it says one |
//!
//! Of two dates that agree the one that knows more counts: a sidecar that gives
//! the wall time alone takes no offset away, and one that gives the day alone no
//! time of day (other programs lose both).

use super::Facts;
use crate::kernel::{Precision, Taken, TakenSource};
use crate::organization::{unbox, united};

impl Facts {
    /// What a file and its sidecar say together; `self` is the file's own.
    #[must_use]
    pub fn overlaid(&self, sidecar: &Self) -> Self {
        let union = |own: &Vec<_>, other: &Vec<_>| {
            let mut tags = [own.as_slice(), other.as_slice()].concat();
            tags.sort_unstable();
            tags.dedup();
            tags
        };
        let mut tag_paths = self.tag_paths.clone();
        let more = sidecar
            .tag_paths
            .iter()
            .filter(|path| !self.tag_paths.contains(path));
        tag_paths.extend(more.cloned());
        let faces = united(&self.faces, &sidecar.faces);
        let mut persons = [self.persons.as_slice(), sidecar.persons.as_slice()].concat();
        unbox(&mut persons, &faces);
        Self {
            mime: self.mime.clone().or_else(|| sidecar.mime.clone()),
            width: self.width.or(sidecar.width),
            height: self.height.or(sidecar.height),
            orientation: sidecar.orientation.or(self.orientation),
            duration_ms: self.duration_ms.or(sidecar.duration_ms),
            taken: taken(self.taken, sidecar.taken),
            title: sidecar.title.clone().or_else(|| self.title.clone()),
            description: sidecar.description.clone().or_else(|| self.description.clone()),
            rating: sidecar.rating.or(self.rating),
            label: sidecar.label.clone().or_else(|| self.label.clone()),
            location: sidecar.location.or(self.location),
            camera: self.camera.clone().or_else(|| sidecar.camera.clone()),
            exposure: self.exposure.clone().or_else(|| sidecar.exposure.clone()),
            tag_paths,
            tags: union(&self.tags, &sidecar.tags),
            face_reads: Vec::new(),
            faces,
            person_names: Vec::new(),
            persons,
            content_id: self.content_id.or(sidecar.content_id),
            burst_id: self.burst_id.or(sidecar.burst_id),
            has_motion: self.has_motion || sidecar.has_motion,
            unreadable: self.unreadable.clone(),
            is_outdated: self.is_outdated || sidecar.is_outdated,
        }
    }
}

/// Whether a date of this source says when the picture was taken, not when a file was made of it.
const fn is_capture(source: TakenSource) -> bool {
    matches!(
        source,
        TakenSource::ExifOriginal | TakenSource::XmpOriginal | TakenSource::Photoshop | TakenSource::Iptc
    )
}

fn taken(embedded: Option<Taken>, sidecar: Option<Taken>) -> Option<Taken> {
    // A date that is read off the file's name is the last resort.
    let own = embedded.filter(|own| own.source != TakenSource::FileName);
    let (Some(own), Some(said)) = (own, sidecar) else {
        return sidecar.or(embedded);
    };
    if !is_capture(said.source) {
        return Some(own);
    }
    if said.local_seconds == own.local_seconds && said.precision == own.precision {
        return Some(Taken {
            nanos: if said.nanos == 0 { own.nanos } else { said.nanos },
            offset_minutes: said.offset_minutes.or(own.offset_minutes),
            ..said
        });
    }
    let agrees = match said.precision {
        Precision::Second | Precision::Minute => {
            own.local_seconds.div_euclid(60) == said.local_seconds.div_euclid(60)
        }
        Precision::Day => own.date_key() == said.date_key(),
        Precision::Month | Precision::Year => own.date_key().with_coarser().any(|key| key == said.date_key()),
    };
    Some(if agrees && said.precision < own.precision {
        own
    } else {
        said
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Camera, Location};
    use crate::kernel::TagId;
    use std::sync::Arc;

    fn date(text: &str, source: TakenSource) -> Option<Taken> {
        (!text.is_empty()).then(|| Taken::parse(text, source).unwrap())
    }

    #[test]
    fn of_two_dates_the_capture_date_of_the_sidecar_counts_and_nothing_known_is_lost() {
        use TakenSource::{ExifOriginal, FileName, Photoshop, XmpCreate, XmpOriginal};
        fn check(own: (&str, TakenSource), said: (&str, TakenSource), expect: &str, source: TakenSource) {
            let found = taken(date(own.0, own.1), date(said.0, said.1)).unwrap();
            assert_eq!(
                (found.to_string().as_str(), found.source),
                (expect, source),
                "{own:?} {said:?}"
            );
        }
        let own = ("2024-06-15T10:30:05.25+02:00", ExifOriginal);
        check(own, ("", XmpOriginal), own.0, own.1);
        check(own, ("2024-06-15T10:30:05", XmpOriginal), own.0, XmpOriginal);
        check(
            own,
            ("2024-06-15T10:30:05+03:00", XmpOriginal),
            "2024-06-15T10:30:05.25+03:00",
            XmpOriginal,
        );
        check(
            own,
            ("2024-06-15T11:30:05", XmpOriginal),
            "2024-06-15T11:30:05",
            XmpOriginal,
        );
        check(own, ("1999-01-01T00:00:00", XmpCreate), own.0, own.1);
        check(own, ("2024-06-15", Photoshop), own.0, own.1);
        check(own, ("2024-06-15T10:30", Photoshop), own.0, own.1);
        check(own, ("2024-06", Photoshop), own.0, own.1);
        check(own, ("2024-06-16", Photoshop), "2024-06-16", Photoshop);
        check(own, ("2023", Photoshop), "2023", Photoshop);
        check(
            ("", ExifOriginal),
            ("1999-01-01T00:00:00", XmpCreate),
            "1999-01-01T00:00:00",
            XmpCreate,
        );
        check(
            ("2024-06-15", FileName),
            ("1999-01-01T00:00:00", XmpCreate),
            "1999-01-01T00:00:00",
            XmpCreate,
        );
        check(("2024-06-15", FileName), ("", XmpCreate), "2024-06-15", FileName);
    }

    #[test]
    fn what_a_sidecar_says_stands_above_and_what_only_a_file_knows_stays() {
        let text = |text: &str| Some(Box::<str>::from(text));
        let camera = |make: &str| {
            let make = text(make);
            Some(Arc::new(Camera {
                make,
                ..Camera::default()
            }))
        };
        let own = Facts {
            mime: text("image/jpeg"),
            width: Some(10),
            orientation: Some(1),
            title: text("own"),
            description: text("own"),
            rating: Some(1),
            camera: camera("Canon"),
            tags: vec![TagId::new(1), TagId::new(3)],
            unreadable: None,
            ..Facts::default()
        };
        let said = Facts {
            width: Some(99),
            height: Some(7),
            orientation: Some(6),
            title: text("said"),
            rating: Some(0),
            label: text("Red"),
            location: Location::from_degrees(0.0, 1.0, None).ok(),
            camera: camera("Nikon"),
            tags: vec![TagId::new(2), TagId::new(3)],
            unreadable: text("torn"),
            ..Facts::default()
        };
        let expect = Facts {
            width: Some(10),
            description: text("own"),
            mime: text("image/jpeg"),
            camera: camera("Canon"),
            tags: vec![TagId::new(1), TagId::new(2), TagId::new(3)],
            unreadable: None,
            ..said.clone()
        };
        assert_eq!(own.overlaid(&said), expect);
        assert_eq!(own.overlaid(&Facts::default()), own);
        let alone = Facts {
            unreadable: None,
            ..said
        };
        assert_eq!(Facts::default().overlaid(&alone), alone);
    }
}
