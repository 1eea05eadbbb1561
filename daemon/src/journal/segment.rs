//! Names of the files in the journal's directory.
//!
//! Segments count from 1, four digits wide and more when needed. Only the canonical spelling is a segment: `0002.jsonl.bak`, `2.jsonl` and
//! `00002.jsonl` are somebody's copies and are left alone.

/// `0001.jsonl` for 1.
pub(super) fn name(number: u32) -> String {
    format!("{number:04}.jsonl")
}

/// The number of a segment's name; none for other names.
pub(super) fn number(text: &str) -> Option<u32> {
    let number = text.strip_suffix(".jsonl")?.parse().ok()?;
    (number > 0 && name(number) == text).then_some(number)
}

/// The first free name for the torn bytes after `revision`: `torn-4711-1.bin`.
pub(super) fn torn_name(revision: u64, taken: &[String]) -> String {
    let name = |n: u32| format!("torn-{revision}-{n}.bin");
    (1..)
        .map(name)
        .find(|name| !taken.contains(name))
        .unwrap_or_else(|| name(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_canonical_names_are_segments() {
        fn check(given: &str, expect: Option<u32>) {
            assert_eq!(number(given), expect, "{given}");
        }
        check("0001.jsonl", Some(1));
        check("9999.jsonl", Some(9999));
        check("10000.jsonl", Some(10000));
        check("0000.jsonl", None);
        check("1.jsonl", None);
        check("00001.jsonl", None);
        check("+001.jsonl", None);
        check("0001.jsonl.bak", None);
        check("lock", None);
        check("99999999999.jsonl", None);
    }

    #[test]
    fn torn_bytes_never_overwrite_earlier_ones() {
        assert_eq!(torn_name(7, &[]), "torn-7-1.bin");
        assert_eq!(torn_name(7, &["torn-7-1.bin".to_owned()]), "torn-7-2.bin");
    }
}
