//! The check at the end of each value, and the sum of all checks.
//!
//! A check is the first 8 bytes of BLAKE3 over key and value, so a value under another key is found too. The sum is their wrapping
//! sum: a row that is replaced takes its old check out and puts its new one in, so keeping the sum costs no scan.

/// Bytes of a check.
pub(super) const CHECK_BYTES: usize = 8;

/// The check of a value (without its check) under this key.
pub(super) fn check(key: &[u8], value: &[u8]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    // No key is longer than 255 bytes; its length keeps key and value apart.
    hasher.update(&[u8::try_from(key.len()).unwrap_or(u8::MAX)]);
    hasher.update(key).update(value);
    let digest = hasher.finalize();
    u64::from_be_bytes(digest.as_bytes().first_chunk().copied().unwrap_or_default())
}

/// Ends a value with its check, which is returned too.
pub(super) fn seal(key: &[u8], value: &mut Vec<u8>) -> u64 {
    let check = check(key, value);
    value.extend_from_slice(&check.to_be_bytes());
    check
}

/// Value and check of what is stored; whether they agree is not looked at.
pub(super) fn split(stored: &[u8]) -> Option<(&[u8], u64)> {
    let (value, check) = stored.split_last_chunk::<CHECK_BYTES>()?;
    Some((value, u64::from_be_bytes(*check)))
}

/// Value and check of what is stored, if they agree.
pub(super) fn open<'a>(key: &[u8], stored: &'a [u8]) -> Option<(&'a [u8], u64)> {
    split(stored).filter(|(value, stated)| check(key, value) == *stated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_with_another_byte_or_under_another_key_is_refused() {
        let mut stored = b"value".to_vec();
        let sum = seal(b"key", &mut stored);
        assert_eq!(open(b"key", &stored), Some((&b"value"[..], sum)));
        assert_eq!(open(b"kez", &stored), None);
        for place in 0..stored.len() {
            let mut altered = stored.clone();
            altered[place] ^= 4;
            assert_eq!(open(b"key", &altered), None, "byte {place}");
            assert_eq!(open(b"key", &stored[..place]), None, "cut at {place}");
        }
    }
}
