//! What a library holds and how far it is read, in a line for a person.
//!
//! `nas: 398,204 photos, 11,902 videos; 2,231 skipped; browsable now; hashing 18 %, 5 h left`

use crate::output::{clean, field_of, word};
use serde_json::Value;

/// A library in a line; `hint` stands behind the number of what was skipped.
pub(super) fn library(library: &Value, jobs: &[Value], hint: &str) -> String {
    let number = |name: &str| field_of(library, name).as_u64().unwrap_or(0);
    let name = clean(&word(field_of(library, "name")));
    let mut parts = Vec::new();
    let videos = number("videos");
    let mut held = counted(number("photos"), "photo");
    if videos > 0 {
        held.push_str(&format!(", {}", counted(videos, "video")));
    }
    parts.push(held);
    let skipped = field_of(library, "skipped").as_u64();
    if let Some(skipped) = skipped.filter(|skipped| *skipped > 0) {
        parts.push(format!("{} skipped{hint}", grouped(skipped)));
    }
    let own: Vec<&Value> = jobs
        .iter()
        .filter(|job| field_of(job, "library") == field_of(library, "name"))
        .collect();
    let job = |kind: &str| own.iter().copied().find(|job| field_of(job, "kind") == kind);
    if field_of(library, "state") == "offline" {
        parts.push("offline: all that was done to them is kept".to_owned());
    } else if job("scan").is_some() && skipped.is_none() {
        parts.push("being looked through, browsable as it is found".to_owned());
    } else {
        parts.push("browsable now".to_owned());
    }
    let read = (number("read"), number("files"));
    let hashed = (number("hashed"), number("size"));
    for (kind, doing, (done, of)) in [
        ("metadata", "reading metadata", read),
        ("hash", "hashing", hashed),
    ] {
        if let Some(job) = job(kind) {
            parts.push(work(doing, done, of, job));
        }
    }
    let is_through = own.iter().all(|job| field_of(job, "kind") == "near");
    if is_through && field_of(library, "state") != "offline" && of_all(read) && of_all(hashed) {
        parts.push("all read and hashed".to_owned());
    }
    if job("near").is_some() {
        parts.push("looking for photos that look alike".to_owned());
    }
    format!("{name}: {}", parts.join("; "))
}

fn of_all((done, of): (u64, u64)) -> bool {
    of > 0 && done >= of
}

/// `hashing 18 %, 5 h left`
fn work(doing: &str, done: u64, of: u64, job: &Value) -> String {
    let percent = u128::from(done) * 100 / u128::from(of.max(1));
    let left = match field_of(job, "eta_seconds").as_u64() {
        Some(seconds) => format!(", {} left", duration(seconds)),
        None if field_of(job, "state") == "pending" => ", waiting".to_owned(),
        None => String::new(),
    };
    format!("{doing} {} %{left}", percent.min(100))
}

/// `1 photo`, `2,231 photos`.
pub(super) fn counted(number: u64, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {what}{plural}", grouped(number))
}

/// A number with a comma at each thousand.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// About how long, in one unit.
pub(super) fn duration(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{} s", seconds.max(1)),
        60..3600 => format!("{} min", seconds.div_ceil(60)),
        3600..172_800 => format!("{} h", seconds.div_ceil(3600)),
        _ => format!("{} days", seconds.div_ceil(86_400)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn nas(skipped: Option<u64>, hashed: u64) -> Value {
        json!({
            "name": "nas", "state": "online", "files": 410_106, "photos": 398_204, "videos": 11_902,
            "read": 410_106, "size": 1000, "hashed": hashed, "skipped": skipped,
        })
    }

    #[test]
    fn a_library_says_what_it_holds_and_how_far_it_is() {
        let check = |library: &Value, jobs: Value, expect: &str| {
            assert_eq!(super::library(library, jobs.as_array().unwrap(), ""), expect);
        };
        let held = "nas: 398,204 photos, 11,902 videos";
        let hash = |state: &str, left: Option<u64>| json!({"kind": "hash", "library": "nas", "state": state, "eta_seconds": left});
        check(
            &nas(Some(2231), 180),
            json!([hash("running", Some(17_000)), {"kind": "scan", "library": "other"}]),
            &format!("{held}; 2,231 skipped; browsable now; hashing 18 %, 5 h left"),
        );
        check(
            &nas(Some(0), 0),
            json!([hash("pending", None)]),
            &format!("{held}; browsable now; hashing 0 %, waiting"),
        );
        check(
            &nas(Some(0), 1000),
            json!([]),
            &format!("{held}; browsable now; all read and hashed"),
        );
        check(
            &nas(None, 0),
            json!([{"kind": "scan", "library": "nas", "state": "running"}]),
            &format!("{held}; being looked through, browsable as it is found"),
        );
        let mut offline = nas(Some(1), 1000);
        offline["state"] = json!("offline");
        offline["photos"] = json!(1);
        offline["videos"] = json!(0);
        assert_eq!(
            super::library(&offline, &[], " (--skipped)"),
            "nas: 1 photo; 1 skipped (--skipped); offline: all that was done to them is kept"
        );
    }

    #[test]
    fn numbers_and_times_are_as_a_person_writes_them() {
        for (number, expect) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), expect);
        }
        for (seconds, expect) in [
            (0, "1 s"),
            (59, "59 s"),
            (60, "1 min"),
            (17_000, "5 h"),
            (200_000, "3 days"),
        ] {
            assert_eq!(duration(seconds), expect);
        }
    }
}
