//! One line: how revision, members and sum become bytes, and back.
//!
//! Splicing bytes instead of re-serialising keeps the caller's text as it is: what is replayed is what was appended, byte for byte.
//! Reading is strict (canonical number, lowercase sum, nothing after it), so that each line has exactly one valid spelling.

use super::error::Damage;

const HEAD: &[u8] = b"{\"rev\":";
const SUM_HEAD: &[u8] = b",\"sum\":\"";
const SUM_END: &[u8] = b"\"}";
/// `,"sum":"0123456789abcdef"}`
const TAIL_BYTES: usize = 8 + 16 + 2;
/// What a line has beside its members, line feed included, at most.
pub(super) const OVERHEAD_BYTES: usize = HEAD.len() + 20 + 1 + TAIL_BYTES + 1;

/// One line of the journal as the caller wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its revision.
    pub revision: u64,
    /// The JSON object that was appended, byte for byte; `{}` for an empty one.
    pub payload: Vec<u8>,
}

/// A line's sum: 16 lowercase hexadecimal characters, as they stand in the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sum([u8; 16]);

impl Sum {
    /// What the first line of all is chained to.
    pub(super) const START: Self = Self(*b"0000000000000000");

    /// The sum of a line with this body (its bytes up to `,"sum"`) after a line with the sum `self`.
    fn chain(self, body: &[u8]) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0).update(body);
        let mut text = [0; 16];
        let digest = hasher.finalize();
        let first = digest.as_bytes().first_chunk::<8>().unwrap_or(&[0; 8]);
        data_encoding::HEXLOWER.encode_mut(first, &mut text);
        Self(text)
    }
}

/// The line for `members` (the payload without its braces), with its line feed, and its sum.
pub(super) fn encode(revision: u64, members: &[u8], before: Sum) -> (Vec<u8>, Sum) {
    let mut line = Vec::with_capacity(members.len() + OVERHEAD_BYTES);
    line.extend_from_slice(HEAD);
    line.extend_from_slice(revision.to_string().as_bytes());
    if !members.is_empty() {
        line.push(b',');
        line.extend_from_slice(members);
    }
    let sum = before.chain(&line);
    line.extend_from_slice(SUM_HEAD);
    line.extend_from_slice(&sum.0);
    line.extend_from_slice(SUM_END);
    line.push(b'\n');
    (line, sum)
}

/// A line taken apart, its sum checked.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Checked<'a> {
    pub(super) revision: u64,
    pub(super) members: &'a [u8],
    pub(super) sum: Sum,
}

impl Checked<'_> {
    pub(super) fn to_line(&self) -> Line {
        let mut payload = Vec::with_capacity(self.members.len() + 2);
        payload.push(b'{');
        payload.extend_from_slice(self.members);
        payload.push(b'}');
        Line {
            revision: self.revision,
            payload,
        }
    }
}

/// Takes `line` (without its line feed) apart and checks its sum against the line before. Not its revision: that is the reader's.
pub(super) fn check(line: &[u8], before: Sum) -> Result<Checked<'_>, Damage> {
    let (body, stated) = split_sum(line).ok_or(Damage::Form)?;
    if before.chain(body) != stated {
        return Err(Damage::Sum);
    }
    let after_head = body.strip_prefix(HEAD).ok_or(Damage::Form)?;
    let digits = after_head.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (number, rest) = after_head.split_at_checked(digits).ok_or(Damage::Form)?;
    let members = match rest.strip_prefix(b",") {
        Some([]) | None if !rest.is_empty() => return Err(Damage::Form),
        Some(members) => members,
        None => &[],
    };
    Ok(Checked {
        revision: parse_revision(number).ok_or(Damage::Form)?,
        members,
        sum: stated,
    })
}

/// Whether these bytes, ended by a line feed, were a whole line before something altered them.
///
/// A write that was interrupted leaves a beginning of its line, or zeros where pages are missing; never a line feed after bytes that are
/// all there. What has a line feed, no zeros, and a line's beginning or end, was written in full and may have been acknowledged.
pub(super) fn looks_whole(line: &[u8]) -> bool {
    !line.contains(&0) && (line.starts_with(HEAD) || split_sum(line).is_some())
}

fn split_sum(line: &[u8]) -> Option<(&[u8], Sum)> {
    let (body, tail) = line.split_at_checked(line.len().checked_sub(TAIL_BYTES)?)?;
    let text = tail.strip_prefix(SUM_HEAD)?.strip_suffix(SUM_END)?;
    Some((body, Sum(text.try_into().ok()?)))
}

fn parse_revision(digits: &[u8]) -> Option<u64> {
    let number: u64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    (number.to_string().as_bytes() == digits).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines on the module's front page. They may not change once 0.1.0 is tagged.
    const GOLDEN: [&str; 2] = [
        "{\"rev\":1,\"op\":\"tag.add\",\"tag\":\"beach\",\"sum\":\"1edb1b02cf7a786e\"}\n",
        "{\"rev\":2,\"sum\":\"6c21e8f9f4406674\"}\n",
    ];

    #[test]
    fn the_lines_on_the_front_page_are_what_is_written() {
        let (first, sum) = encode(1, br#""op":"tag.add","tag":"beach""#, Sum::START);
        let (second, _) = encode(2, b"", sum);
        assert_eq!(String::from_utf8(first).unwrap(), GOLDEN[0]);
        assert_eq!(String::from_utf8(second).unwrap(), GOLDEN[1]);
        let front_page = include_str!("mod.rs");
        for line in GOLDEN {
            assert!(front_page.contains(line.trim_end()));
        }
    }

    #[test]
    fn a_line_comes_back_as_it_was_appended() {
        for members in [
            &b""[..],
            br#""a":1"#,
            br#" "sp" : [ {"sum":"0123456789abcdef"} ] "#,
        ] {
            let (line, sum) = encode(4711, members, Sum::START);
            let checked = check(line.strip_suffix(b"\n").unwrap(), Sum::START).unwrap();
            assert_eq!(
                checked,
                Checked {
                    revision: 4711,
                    members,
                    sum
                }
            );
            let _: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&line).unwrap();
        }
    }

    #[test]
    fn a_line_with_any_other_byte_in_it_is_refused_and_still_looks_whole() {
        let (line, _) = encode(12, br#""a":"b""#, Sum::START);
        let line = line.strip_suffix(b"\n").unwrap();
        for place in 0..line.len() {
            for byte in [b'0', b'"', b'z', line[place] ^ 1, line[place] ^ 0x80] {
                if byte == line[place] {
                    continue;
                }
                let mut altered = line.to_vec();
                altered[place] = byte;
                assert!(check(&altered, Sum::START).is_err(), "byte {place}");
                assert!(looks_whole(&altered), "byte {place}");
            }
        }
    }

    #[test]
    fn numbers_are_canonical() {
        fn check_number(given: &[u8], expect: Option<u64>) {
            assert_eq!(parse_revision(given), expect);
        }
        check_number(b"0", Some(0));
        check_number(b"18446744073709551615", Some(u64::MAX));
        check_number(b"18446744073709551616", None);
        check_number(b"01", None);
        check_number(b"+1", None);
        check_number(b"", None);
    }
}
