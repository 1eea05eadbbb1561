//! Which bytes of a file a request wants, if any: RFC 9110, sections 13 and 14.
//!
//! Pure: headers in, [`Verdict`] out. The preconditions are evaluated in the
//! order of section 13.2.2. One range is served; several at once, a unit that is
//! not bytes, or what cannot be read is answered with the whole file, as the
//! section allows. `If-Range` counts with an entity tag only: a date of whole
//! seconds does not tell two contents apart, so with a date all of it is sent.

use axum::http::{HeaderMap, HeaderName, header};
use std::ops::Range;
use std::time::{Duration, SystemTime};

/// What tells one content of a file from another.
pub(super) struct Validators {
    /// A strong entity tag, with its quotes.
    pub(super) etag: String,
    /// Modification time, nanoseconds since 1970.
    pub(super) mtime_ns: i64,
}

/// What to answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// 200.
    Whole,
    /// 206, with these bytes.
    Part(Range<u64>),
    /// 304.
    NotModified,
    /// 412.
    Failed,
    /// 416.
    Unsatisfiable,
}

impl Validators {
    /// `Last-Modified`, if it is a date that HTTP can say.
    pub(super) fn last_modified(&self) -> Option<String> {
        Some(httpdate::fmt_http_date(self.modified()?))
    }

    /// The modification time in whole seconds, from 1970 to 9999.
    fn modified(&self) -> Option<SystemTime> {
        const YEAR_10000: u64 = 253_402_300_800;
        let seconds = u64::try_from(self.mtime_ns.div_euclid(1_000_000_000)).ok()?;
        let modified = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
        modified.filter(|_| seconds < YEAR_10000)
    }
}

/// What to answer to a GET or HEAD of a file of this length.
pub(super) fn verdict(headers: &HeaderMap, is_get: bool, file: &Validators, length: u64) -> Verdict {
    let later = |name, than_modified: bool| {
        let (date, modified) = (date(headers, name)?, file.modified()?);
        Some((modified > date) == than_modified)
    };
    if headers.contains_key(header::IF_MATCH) {
        if !lists(headers, header::IF_MATCH, &file.etag, false) {
            return Verdict::Failed;
        }
    } else if later(header::IF_UNMODIFIED_SINCE, true) == Some(true) {
        return Verdict::Failed;
    }
    if headers.contains_key(header::IF_NONE_MATCH) {
        if lists(headers, header::IF_NONE_MATCH, &file.etag, true) {
            return Verdict::NotModified;
        }
    } else if later(header::IF_MODIFIED_SINCE, false) == Some(true) {
        return Verdict::NotModified;
    }
    if !is_get || !if_range_holds(headers, &file.etag) {
        return Verdict::Whole;
    }
    part(headers, length)
}

/// Whether an `If-Match` or `If-None-Match` lists this tag, or is `*`.
/// `weakly`: a mark `W/` is overlooked (section 8.8.3.2).
pub(super) fn lists(headers: &HeaderMap, name: HeaderName, etag: &str, weakly: bool) -> bool {
    tags(headers, name).iter().any(|tag| {
        let tag = tag.strip_prefix("W/").filter(|_| weakly).unwrap_or(tag);
        tag == "*" || tag == etag
    })
}

/// The members of a list of entity tags. No tag of ours has a comma in it.
pub(super) fn tags(headers: &HeaderMap, name: HeaderName) -> Vec<&str> {
    let values = headers.get_all(name).into_iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect()
}

fn date(headers: &HeaderMap, name: HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(name)?.to_str().ok()?).ok()
}

fn if_range_holds(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get(header::IF_RANGE)
        .is_none_or(|condition| condition.as_bytes() == etag.as_bytes())
}

fn part(headers: &HeaderMap, length: u64) -> Verdict {
    let mut ranges = headers.get_all(header::RANGE).into_iter();
    let (Some(range), None) = (ranges.next(), ranges.next()) else {
        return Verdict::Whole;
    };
    let Some((first, last)) = range.to_str().ok().and_then(bounds) else {
        return Verdict::Whole;
    };
    let wanted = match (first, last) {
        (Some(first), last) => {
            let end = last.map_or(length, |last| last.saturating_add(1).min(length));
            first..end
        }
        (None, Some(count)) => length.saturating_sub(count)..length,
        (None, None) => return Verdict::Whole,
    };
    if wanted.is_empty() {
        Verdict::Unsatisfiable
    } else {
        Verdict::Part(wanted)
    }
}

/// First and last byte of `bytes=a-b`; `None` if it is anything else.
fn bounds(text: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (unit, set) = text.split_once('=')?;
    let (first, last) = set.trim().split_once('-')?;
    let number = |text: &str| {
        if text.is_empty() {
            return Some(None);
        }
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        // More digits than a number holds: beyond every file.
        digits.then(|| Some(text.parse().unwrap_or(u64::MAX)))
    };
    let (first, last) = (number(first)?, number(last)?);
    let is_ordered = first.zip(last).is_none_or(|(first, last)| first <= last);
    (unit.trim().eq_ignore_ascii_case("bytes") && is_ordered).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FILE: fn() -> Validators = || Validators {
        etag: "\"a\"".to_owned(),
        // Sun, 06 Nov 1994 08:49:37 GMT, and a half.
        mtime_ns: 784_111_777_500_000_000,
    };

    fn headers(given: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in given {
            let name: HeaderName = name.parse().unwrap();
            headers.append(name, value.parse().unwrap());
        }
        headers
    }

    #[track_caller]
    fn check(given: &[(&str, &str)], expect: Verdict) {
        assert_eq!(verdict(&headers(given), true, &FILE(), 100), expect, "{given:?}");
    }

    #[test]
    fn one_range_is_served_and_what_cannot_be_read_is_overlooked() {
        let range = |text, expect| check(&[("range", text)], expect);
        range("bytes=0-0", Verdict::Part(0..1));
        range("bytes=10-19", Verdict::Part(10..20));
        range("BYTES = 10-19", Verdict::Part(10..20));
        range("bytes=10-", Verdict::Part(10..100));
        range("bytes=10-1000", Verdict::Part(10..100));
        range("bytes=99-99999999999999999999999", Verdict::Part(99..100));
        range("bytes=-10", Verdict::Part(90..100));
        range("bytes=-1000", Verdict::Part(0..100));
        range("bytes=100-", Verdict::Unsatisfiable);
        range("bytes=99999999999999999999999-", Verdict::Unsatisfiable);
        range("bytes=-0", Verdict::Unsatisfiable);
        for text in [
            "bytes=20-10",
            "bytes=0-1,5-6",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "lines=0-1",
            "0-1",
            "bytes=+1-2",
        ] {
            range(text, Verdict::Whole);
        }
        check(&[("range", "bytes=0-1"), ("range", "bytes=5-6")], Verdict::Whole);
        assert_eq!(
            verdict(&headers(&[("range", "bytes=0-")]), true, &FILE(), 0),
            Verdict::Unsatisfiable
        );
        assert_eq!(
            verdict(&headers(&[("range", "bytes=0-1")]), false, &FILE(), 100),
            Verdict::Whole
        );
    }

    #[test]
    fn preconditions_come_in_the_order_of_the_standard() {
        const SAME: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
        const OLDER: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
        check(&[("if-none-match", "\"a\"")], Verdict::NotModified);
        check(&[("if-none-match", "W/\"a\"")], Verdict::NotModified);
        check(&[("if-none-match", "\"b\", \"a\"")], Verdict::NotModified);
        check(
            &[("if-none-match", "\"b\""), ("if-none-match", "*")],
            Verdict::NotModified,
        );
        check(
            &[("if-none-match", "\"b\""), ("if-modified-since", SAME)],
            Verdict::Whole,
        );
        check(&[("if-modified-since", SAME)], Verdict::NotModified);
        check(&[("if-modified-since", OLDER)], Verdict::Whole);
        check(&[("if-modified-since", "yesterday")], Verdict::Whole);
        check(&[("if-match", "\"a\"")], Verdict::Whole);
        check(&[("if-match", "*")], Verdict::Whole);
        check(&[("if-match", "W/\"a\"")], Verdict::Failed);
        check(
            &[("if-match", "\"b\""), ("if-none-match", "\"a\"")],
            Verdict::Failed,
        );
        check(&[("if-unmodified-since", OLDER)], Verdict::Failed);
        check(&[("if-unmodified-since", SAME)], Verdict::Whole);
        check(
            &[("if-match", "\"a\""), ("if-unmodified-since", OLDER)],
            Verdict::Whole,
        );
        let part = ("range", "bytes=0-1");
        check(&[part, ("if-range", "\"a\"")], Verdict::Part(0..2));
        check(&[part, ("if-range", "W/\"a\"")], Verdict::Whole);
        check(&[part, ("if-range", "\"b\"")], Verdict::Whole);
        check(&[part, ("if-range", SAME)], Verdict::Whole);
        check(&[part, ("if-none-match", "\"a\"")], Verdict::NotModified);
    }

    #[test]
    fn a_time_that_http_cannot_say_is_left_out() {
        for (seconds, expect) in [(0, true), (-1, false), (9_000_000_000, true)] {
            let file = Validators {
                mtime_ns: seconds * 1_000_000_000,
                ..FILE()
            };
            assert_eq!(file.last_modified().is_some(), expect, "{seconds}");
        }
    }

    proptest! {
        #[test]
        fn no_header_makes_it_panic_or_leave_the_file(
            values in proptest::collection::vec((0usize..6, "[ -~]{0,30}|bytes=[0-9]{0,25}-[0-9]{0,25}"), 0..4),
            length: u64,
        ) {
            let names = ["range", "if-range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since"];
            let given: Vec<(&str, &str)> = values.iter().map(|(name, value)| (names[*name], value.as_str())).collect();
            if let Verdict::Part(part) = verdict(&headers(&given), true, &FILE(), length) {
                prop_assert!(part.start < part.end && part.end <= length);
            }
        }
    }
}
