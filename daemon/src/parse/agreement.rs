//! Field by field: what the worker reads against what independent tools say.
//!
//! The rules of comparison are those of the corpus: times to the second, fractions with a tolerance, and of texts any
//! reading that the record lists as an alternate.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::{FaceRecord, FactsRecord, TakenRecord};

/// Per field: how often both sides agree, of the files where either has something; and where they do not.
#[derive(Default)]
pub(super) struct Agreement {
    fields: BTreeMap<&'static str, (usize, usize)>,
    /// By file and field, both sides in words.
    differing: BTreeMap<(String, &'static str), String>,
}

impl Agreement {
    fn note(
        &mut self,
        name: &str,
        field: &'static str,
        given: bool,
        agrees: bool,
        found: &dyn std::fmt::Debug,
        expect: &Value,
    ) {
        if !given {
            return;
        }
        let count = self.fields.entry(field).or_default();
        count.1 += 1;
        if agrees {
            count.0 += 1;
        } else {
            let both = format!("{found:?} instead of {expect}");
            self.differing.insert((name.to_owned(), field), both);
        }
    }

    pub(super) fn compare(&mut self, name: &str, record: &Value, facts: &FactsRecord) {
        let text = |found: &Option<String>, expect: &Value| {
            let same = |expect: &Value| {
                expect.as_str().map(|text| text.trim().replace('\0', ""))
                    == found.clone().map(|text| text.trim().to_owned())
            };
            same(expect) || expect.as_str() == Some("") && found.is_none()
        };
        let alternate = |found: &Option<String>| {
            let others = record["alternates"]
                .as_object()
                .into_iter()
                .flat_map(|others| others.values());
            found.is_some()
                && others
                    .filter_map(Value::as_str)
                    .any(|text| Some(text.trim()) == found.as_deref())
        };
        let fields = [
            ("make", &facts.make),
            ("model", &facts.model),
            ("lens", &facts.lens),
            ("title", &facts.title),
            ("description", &facts.description),
            ("label", &facts.label),
            ("content_id", &facts.content_id),
            ("burst_id", &facts.burst_id),
        ];
        for (field, found) in fields {
            let expect = &record[field];
            self.note(
                name,
                field,
                found.is_some() || !expect.is_null(),
                text(found, expect) || alternate(found),
                found,
                expect,
            );
        }
        self.compare_numbers(name, record, facts);
        self.compare_place(name, record, facts);
        self.compare_taken(name, record, facts);
        self.compare_tags(name, record, facts);
        self.compare_faces(name, record, facts);
    }

    /// Faces by name and place, people by name: those without a face must be told, others may be.
    fn compare_faces(&mut self, name: &str, record: &Value, facts: &FactsRecord) {
        let expect = record["faces"].as_array().cloned().unwrap_or_default();
        let same = |expect: &Value, found: &FaceRecord| {
            let near = |part: &str, found: f64| {
                expect[part]
                    .as_f64()
                    .is_some_and(|expect| (expect - found).abs() < 1e-4)
            };
            let kind = expect["type"].as_str().is_none_or(|kind| kind == found.kind);
            let (x, y, w, h) = (found.x, found.y, found.w, found.h);
            let placed = near("x", x) && near("y", y) && near("w", w) && near("h", h);
            expect["name"].as_str() == found.name.as_deref() && kind && placed
        };
        let each = expect.iter().zip(&facts.faces);
        let agrees =
            expect.len() == facts.faces.len() && each.into_iter().all(|(expect, found)| same(expect, found));
        let given = !expect.is_empty() || !facts.faces.is_empty();
        self.note(name, "faces", given, agrees, &facts.faces, &record["faces"]);
        let persons = record["persons"].as_array().cloned().unwrap_or_default();
        let told = |person: &Value| {
            let faces = facts.faces.iter().filter_map(|face| face.name.as_deref());
            faces
                .chain(facts.persons.iter().map(String::as_str))
                .any(|told| Some(told) == person.as_str())
        };
        let agrees = persons.iter().all(told);
        self.note(
            name,
            "persons",
            !persons.is_empty(),
            agrees,
            &facts.persons,
            &record["persons"],
        );
    }

    fn compare_numbers(&mut self, name: &str, record: &Value, facts: &FactsRecord) {
        let duration = facts
            .duration_ms
            .map(|ms| Duration::from_millis(ms).as_secs_f64());
        let numbers = [
            ("duration_s", duration, 1e-4),
            ("width", facts.width.map(f64::from), 0.0),
            ("height", facts.height.map(f64::from), 0.0),
            ("orientation", facts.orientation.map(f64::from), 0.0),
            ("rating", facts.rating.map(f64::from), 0.0),
            ("iso", facts.iso.map(f64::from), 0.0),
            ("f_number", facts.f_number, 0.006),
            ("exposure_s", facts.exposure_seconds, 1e-3),
            ("focal_mm", facts.focal_mm, 0.006),
        ];
        for (field, found, relative) in numbers {
            let expect = &record[field];
            let agrees = match (found, expect.as_f64()) {
                (Some(found), Some(expect)) => (found - expect).abs() <= relative * expect.abs(),
                (found, expect) => found == expect,
            };
            self.note(
                name,
                field,
                found.is_some() || !expect.is_null(),
                agrees,
                &found,
                expect,
            );
        }
    }

    fn compare_place(&mut self, name: &str, record: &Value, facts: &FactsRecord) {
        let expect = &record["gps"];
        let near = |found: Option<f64>, expect: &Value| match (found, expect.as_f64()) {
            (Some(found), Some(expect)) => (found - expect).abs() < 1e-5,
            (found, expect) => found == expect,
        };
        let agrees = near(facts.latitude, &expect["lat"]) && near(facts.longitude, &expect["lon"]);
        let nowhere = expect["lat"] == 0.0 && expect["lon"] == 0.0;
        self.note(
            name,
            "gps",
            facts.latitude.is_some() || !expect.is_null(),
            agrees || nowhere,
            &facts.latitude,
            expect,
        );
    }

    fn compare_taken(&mut self, name: &str, record: &Value, facts: &FactsRecord) {
        let expect = &record["taken"];
        // An offset by another way than the date's own is more than the corpus has.
        let own = |taken: &&TakenRecord| {
            let sources = ["exif:OffsetTimeDigitized", "exif:OffsetTime", "gps"];
            let source = taken.offset_source.as_deref().unwrap_or_default();
            !(expect["offset"].is_null() && sources.contains(&source))
        };
        let offset = facts
            .taken
            .as_ref()
            .filter(own)
            .and_then(|taken| taken.offset_minutes)
            .map(|minutes| {
                let sign = if minutes < 0 { '-' } else { '+' };
                format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
            });
        let agrees = match (&facts.taken, expect["local"].as_str()) {
            (Some(taken), Some(local)) => {
                // To the second, or as far as the file goes.
                let known = local.len().min(19);
                let same_offset = offset.as_deref()
                    == expect["offset"]
                        .as_str()
                        .map(|text| text.replace("-00:00", "+00:00"))
                        .as_deref();
                taken.local.get(..known) == local.get(..known)
                    && same_offset
                    && taken.local.contains('T') == local.contains('T')
            }
            (found, expect) => found.is_none() && expect.is_none(),
        };
        self.note(
            name,
            "taken",
            facts.taken.is_some() || !expect.is_null(),
            agrees,
            &facts.taken,
            expect,
        );
    }

    fn compare_tags(&mut self, name: &str, record: &Value, facts: &FactsRecord) {
        let words = |list: &Value| -> Vec<String> {
            list.as_array()
                .into_iter()
                .flatten()
                .filter_map(|word| word.as_str().map(|word| word.trim().to_owned()))
                .collect()
        };
        let expect = words(&record["keywords"]);
        let all_there = expect
            .iter()
            .all(|word| facts.tags.iter().any(|path| path.last() == Some(word)));
        self.note(
            name,
            "keywords",
            !expect.is_empty(),
            all_there,
            &facts.tags,
            &record["keywords"],
        );
        let paths: Vec<Vec<String>> = record["hierarchical_keywords"]
            .as_array()
            .into_iter()
            .flatten()
            .map(words)
            .collect();
        let all_there = paths.iter().all(|path| facts.tags.contains(path));
        self.note(
            name,
            "paths",
            !paths.is_empty(),
            all_there,
            &facts.tags,
            &record["hierarchical_keywords"],
        );
        let unknown = |path: &&Vec<String>| !paths.contains(path) && !expect.contains(path.last().unwrap());
        let surplus: Vec<_> = facts.tags.iter().filter(unknown).collect();
        self.note(
            name,
            "no surplus",
            !facts.tags.is_empty(),
            surplus.is_empty(),
            &surplus,
            &Value::Null,
        );
    }

    /// Prints each field's share and gives that of all.
    pub(super) fn print(&self, title: &str) -> f64 {
        eprintln!("agreement, {title}:");
        let mut whole = (0, 0);
        for (field, (agree, all)) in &self.fields {
            eprintln!(
                "  {field:12} {agree:4} of {all:4}  {:5.1} %",
                percent(*agree, *all)
            );
            whole = (whole.0 + agree, whole.1 + all);
        }
        let share = percent(whole.0, whole.1);
        eprintln!("  {:12} {:4} of {:4}  {share:5.1} %", "all", whole.0, whole.1);
        share
    }

    /// Holds what differs against a list of `file<tab>field<tab>reason`, both ways.
    pub(super) fn hold_against(&self, list: &str) {
        let mut listed = BTreeMap::new();
        for line in list
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let mut parts = line.splitn(3, '\t');
            let (Some(name), Some(field), Some(reason)) = (parts.next(), parts.next(), parts.next()) else {
                panic!("file, field and reason, parted by tabs: {line}");
            };
            assert!(!reason.trim().is_empty(), "a reason: {line}");
            listed.insert((name, field), reason);
        }
        let mut wrong = Vec::new();
        for ((name, field), both) in &self.differing {
            if listed.remove(&(name.as_str(), *field)).is_none() {
                wrong.push(format!("differs and is not listed: {name}\t{field}\t{both}"));
            }
        }
        wrong.extend(
            listed
                .keys()
                .map(|(name, field)| format!("is listed and agrees: {name}\t{field}")),
        );
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    let count = |number: usize| f64::from(u32::try_from(number).unwrap());
    100.0 * count(part) / count(whole.max(1))
}
