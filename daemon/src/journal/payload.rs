//! What may be appended: one JSON object on one line, that does not already have the journal's own members.
//!
//! Checked in full before a byte is written, for a line that is not JSON could be read by nobody, and a second `rev` or `sum` would be read
//! differently by different programs. Refuses raw line feeds, text that is not UTF-8, and nesting deeper than 128.

use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::MAX_LINE_BYTES;
use super::error::JournalError;
use super::line::OVERHEAD_BYTES;

/// The members of the object: what is between its braces; empty when there are none.
pub(super) fn members(payload: &[u8]) -> Result<&[u8], JournalError> {
    let bytes = payload.len() + OVERHEAD_BYTES;
    if bytes > MAX_LINE_BYTES {
        return Err(JournalError::TooLarge {
            bytes,
            limit: MAX_LINE_BYTES,
        });
    }
    let refuse = |why: &str| Err(JournalError::Payload { why: why.to_owned() });
    if payload.contains(&b'\n') {
        return refuse("it has a line feed");
    }
    let Some(inner) = payload
        .strip_prefix(b"{")
        .and_then(|rest| rest.strip_suffix(b"}"))
    else {
        return refuse("it does not begin with { and end with }");
    };
    let Ok(text) = std::str::from_utf8(payload) else {
        return refuse("it is not utf-8");
    };
    let mut parser = serde_json::Deserializer::from_str(text);
    parser
        .deserialize_map(Members)
        .and_then(|()| parser.end())
        .map_err(|error| JournalError::Payload {
            why: error.to_string(),
        })?;
    Ok(if inner.trim_ascii().is_empty() { &[] } else { inner })
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "rev" || key == "sum" {
                return Err(serde::de::Error::custom(format_args!(
                    "member `{key}` is the journal's own"
                )));
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_json_object_on_one_line_without_rev_and_sum_may_be_appended() {
        fn check(given: &[u8], expect: Option<&str>) {
            let found = members(given)
                .ok()
                .map(|members| std::str::from_utf8(members).unwrap());
            assert_eq!(found, expect, "{}", String::from_utf8_lossy(given));
        }
        check(b"{}", Some(""));
        check(b"{  }", Some(""));
        check(br#"{"a":1}"#, Some(r#""a":1"#));
        check(br#"{"a":{"rev":1,"sum":2}}"#, Some(r#""a":{"rev":1,"sum":2}"#));
        check(b"", None);
        check(b"{", None);
        check(b"[]", None);
        check(b" {}", None);
        check(b"{} {}", None);
        check(br#"{"a":1},{"b":2}"#, None);
        check(br#"{"a"}"#, None);
        check(b"{\"a\":\n1}", None);
        check(b"{\"a\":\"\xff\"}", None);
        check(b"{\"a\":\"\0\"}", None);
        check(br#"{"rev":1}"#, None);
        check(br#"{"a":1,"s\u0075m":1}"#, None);
        check("{\"a\":".repeat(200).as_bytes(), None);
    }

    #[test]
    fn a_line_over_the_limit_is_refused_before_it_is_looked_at() {
        let payload = vec![b'x'; MAX_LINE_BYTES];
        assert!(matches!(members(&payload), Err(JournalError::TooLarge { .. })));
    }
}
