//! Sets of numbers as text: ascending ranges, `1-300,305`; the empty set is the empty text.
//!
//! Refuses ranges that are not ascending, that touch (`1-2,3` is `1-3`), and numbers that are not canonical: a set has one form.

use super::wire::textual;
use kphotos_domain::kernel::{AssetSet, FileSet};
use roaring::RoaringBitmap;
use std::fmt::Write;

textual! {
    AssetSet: |set| text(set.bitmap()), |text| parse(text).map(AssetSet::from_bitmap), "ascending ranges such as 1-300,305";
    FileSet: |set| text(set.bitmap()), |text| parse(text).map(FileSet::from_bitmap), "ascending ranges such as 1-300,305";
}

fn text(numbers: &RoaringBitmap) -> String {
    let mut text = String::new();
    let mut put = |first: u32, last: u32| {
        let comma = if text.is_empty() { "" } else { "," };
        // Writing to a string cannot fail.
        let _ = if first == last {
            write!(text, "{comma}{first}")
        } else {
            write!(text, "{comma}{first}-{last}")
        };
    };
    let mut run: Option<(u32, u32)> = None;
    for number in numbers {
        run = match run {
            Some((first, last)) if last.checked_add(1) == Some(number) => Some((first, number)),
            Some((first, last)) => {
                put(first, last);
                Some((number, number))
            }
            None => Some((number, number)),
        };
    }
    if let Some((first, last)) = run {
        put(first, last);
    }
    text
}

fn parse(text: &str) -> Option<RoaringBitmap> {
    let mut numbers = RoaringBitmap::new();
    if text.is_empty() {
        return Some(numbers);
    }
    let mut least = 0u64;
    for range in text.split(',') {
        let (first, last) = match range.split_once('-') {
            Some((first, last)) => (number(first)?, number(last).filter(|last| *last > 0)?),
            None => (number(range)?, number(range)?),
        };
        let is_single = !range.contains('-');
        if u64::from(first) < least || (!is_single && last <= first) {
            return None;
        }
        numbers.insert_range(first..=last);
        // The next range leaves a gap of one at least.
        least = u64::from(last) + 2;
    }
    Some(numbers)
}

fn number(digits: &str) -> Option<u32> {
    let is_canonical =
        digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    digits.parse().ok().filter(|_| is_canonical)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_one_text() {
        fn check(numbers: &[u32], expect: &str) {
            let set: RoaringBitmap = numbers.iter().copied().collect();
            assert_eq!(text(&set), expect);
            assert_eq!(parse(expect), Some(set), "{expect}");
        }
        check(&[], "");
        check(&[0], "0");
        check(&[1, 2, 3, 7], "1-3,7");
        check(&[0, 1, u32::MAX - 1, u32::MAX], "0-1,4294967294-4294967295");
        check(&[5, 7, 9], "5,7,9");
        check(&[65_535, 65_536], "65535-65536");
    }

    #[test]
    fn a_text_that_is_no_set_is_refused() {
        for text in [
            ",",
            "1,",
            "a",
            "-",
            "1-",
            "-1",
            "2-1",
            "1-1",
            "3,2",
            "1,1",
            "1-2,3",
            "01",
            "+1",
            "4294967296",
            "1 - 2",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
