//! `Content-Disposition`: the name under which a file is saved (RFC 6266).
//!
//! A name of plain ASCII stands in quotes; any other is given twice, in ASCII
//! with `_` for the rest, and exactly as UTF-8 (RFC 8187), which wins where it is
//! understood. Nothing in a name can end the header or add one.

use axum::http::HeaderValue;
use std::fmt::Write as _;

/// Shown where it can be, saved under this name (bytes of the file system).
pub(super) fn inline(name: &[u8]) -> HeaderValue {
    let name = String::from_utf8_lossy(name);
    let plain: String = name
        .chars()
        .map(|c| match c {
            '"' | '\\' | '%' | '/' => '_',
            ' '..='~' => c,
            _ => '_',
        })
        .collect();
    let mut text = format!("inline; filename=\"{plain}\"");
    if plain != name {
        text.push_str("; filename*=UTF-8''");
        for byte in name.bytes() {
            // attr-char of RFC 8187
            if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
                text.push(char::from(byte));
            } else {
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("inline"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_is_given_in_ascii_and_exactly_where_that_differs() {
        let check = |name: &[u8], expect: &str| assert_eq!(inline(name).to_str().unwrap(), expect);
        check(b"IMG 1.JPG", "inline; filename=\"IMG 1.JPG\"");
        check(
            "Übung €.jpg".as_bytes(),
            "inline; filename=\"_bung _.jpg\"; filename*=UTF-8''%C3%9Cbung%20%E2%82%AC.jpg",
        );
        check(
            b"a\"b\\c\r\nd.jpg",
            "inline; filename=\"a_b_c__d.jpg\"; filename*=UTF-8''a%22b%5Cc%0D%0Ad.jpg",
        );
        check(
            b"\xff.jpg",
            "inline; filename=\"_.jpg\"; filename*=UTF-8''%EF%BF%BD.jpg",
        );
    }

    proptest! {
        #[test]
        fn every_name_makes_a_header_of_visible_ascii(name: Vec<u8>) {
            let text = inline(&name);
            let text = text.to_str().unwrap();
            prop_assert!(text.starts_with("inline; filename=\"") && text.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
        }
    }
}
